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
  /// How many newlines at the end of the source a result is to end with; `nil` for template files.
  private let restoredNewlines: Int?
  let unknown: [(diagnostic: Diagnostic, offset: Int)]

  init(source: String, path: String?, unit: Unit, compiler: Compiler, restoresNewlines: Bool) {
    self.source = source
    self.path = path
    self.unit = unit
    blocks = compiler.blocks
    unknown = compiler.unknown
    restoredNewlines = restoresNewlines ? Template.trailingNewlines(source) : nil
  }

  /// Renders to a native value.
  func evaluate(in scope: Scope, origin: Place?) throws -> Object {
    let output = Output(scope)
    try run(in: scope, origin: origin, exports: [:], output)
    let result = output.result()
    if let restoredNewlines, restoredNewlines > 0 { return restoringNewlines(result, restoredNewlines) }
    return result
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
    let frame = Frame(context, slots: unit.slots)
    let discarded = Output(context.scope)
    for action in unit.body { _ = try action.run(frame, context.parent == nil ? output : discarded) }
    guard let parent = context.parent else { return }
    try context.runtime.enter()
    let inner = RenderContext(
      parent.template, scope: context.scope, origin: parent.origin, exports: context.exports,
      isIsolated: context.isIsolated)
    inner.blocks = context.blocks
    try parent.template.run(inner, output)
  }

  /// As ansible does: a text result ends with as many newlines as the template's text.
  private func restoringNewlines(_ result: Object, _ wanted: Int) -> Object {
    guard case .string(let text) = result else { return result }
    let present = Template.trailingNewlines(text.string)
    return present < wanted ? .string(text.string + String(repeating: "\n", count: wanted - present)) : result
  }

  private static func trailingNewlines(_ text: String) -> Int {
    text.utf8.reversed().prefix { $0 == UInt8(ascii: "\n") }.count
  }
}
