import Values

/// A compiled template: made once, rendered many times by any thread.
final class Template: Sendable {
  struct BlockCode: Sendable {
    let unit: Unit
    let isRequired: Bool
  }

  let source: String
  /// The path of a template file, for includes relative to it.
  let path: String?
  private let unit: Unit
  private let blocks: [String: BlockCode]
  /// Whether a text result is to end with as many newlines as the source.
  private let restoresNewlines: Bool
  /// How its lines end.
  private let newline: String
  /// Whether there is no tag in it.
  let isPlain: Bool
  let unknown: [(diagnostic: Diagnostic, offset: Int)]

  /// - Parameter isPlain: whether there is no tag in it.
  init(
    source: String, path: String?, unit: Unit, compiler: Compiler, restoresNewlines: Bool, newline: String,
    isPlain: Bool
  ) {
    self.isPlain = isPlain
    self.source = source
    self.path = path
    self.unit = unit
    blocks = compiler.blocks
    unknown = compiler.unknown
    self.restoresNewlines = restoresNewlines
    self.newline = newline
  }

  /// Renders to a native value.
  ///
  /// - Parameter isOutermost: whether nothing is around it, so that a text ends as the source does even if it is a file.
  func evaluate(in scope: Scope, origin: Place?, isOutermost: Bool = false) throws -> Object {
    let output = Output(scope)
    try run(in: scope, origin: origin, exports: [:], output)
    let result = output.result()
    return restoresNewlines || isOutermost ? restoringNewlines(result, in: scope) : result
  }

  /// Renders to `output`.
  ///
  /// - Parameters:
  ///   - exports: variables that an including template hands down.
  ///   - isIsolated: whether the scope's variables are out of sight.
  @discardableResult
  func run(
    in scope: Scope, origin: Place?, exports: [String: Object], isIsolated: Bool = false, _ output: Output
  ) throws -> RenderContext {
    let context = RenderContext(self, scope: scope, origin: origin, exports: exports, isIsolated: isIsolated)
    try run(context, output)
    return context
  }

  private func run(_ context: RenderContext, _ output: Output) throws {
    for (name, block) in blocks {
      context.blocks[name, default: []].append(
        BlockDefinition(unit: block.unit, template: self, origin: context.origin, isRequired: block.isRequired))
    }
    _ = try unit.body.run(Frame(context, slots: unit.slots), output)
    guard let parent = context.parent else { return }
    try context.runtime.enter()
    let inner = RenderContext(
      parent.template, scope: context.scope, origin: parent.origin, exports: context.exports,
      isIsolated: context.isIsolated)
    inner.blocks = context.blocks
    try parent.template.run(inner, output)
  }

  /// As ansible does: a text result ends with as many newlines as the template's text, a value of another type has none.
  private func restoringNewlines(_ result: Object, in scope: Scope) -> Object {
    let text: String
    switch result {
    case .string(let string): text = string.string
    case .secret(let secret): text = secret.value.reveal()
    default: return result
    }
    let missing = Template.trailingNewlines(source) - Template.trailingNewlines(text)
    guard missing > 0 else { return result }
    let whole = text + String(repeating: newline, count: missing)
    if case .string = result { return .string(whole) }
    return .secret(SecretObject(Secret(whole), taint: scope.runtime.taint))
  }

  private static func trailingNewlines(_ text: String) -> Int {
    text.utf8.reversed().prefix { $0 == UInt8(ascii: "\n") }.count
  }
}
