import Values

/// What one thread's renders share: budgets, the chain of variables being rendered, and the watch over secrets.
package final class Runtime {
  let limits: JinjaLimits
  let taint = Taint()
  /// Spent in every step; nothing reads or writes it while another access goes on, so the check at run time is spared.
  @exclusivity(unchecked) private(set) var fuel: Int
  private var entries = 0
  private var stack = StackGuard.unlimited
  private(set) var mutatedVariables = false
  /// The variables whose templates are being rendered, outermost first.
  private(set) var chain: [Link] = []

  struct Link {
    let name: String?
    let origin: Text.Origin
    let scope: ObjectIdentifier

    var title: String { name ?? "\(origin.place)" }
  }

  init(limits: JinjaLimits) {
    self.limits = limits
    fuel = limits.fuel
  }

  /// Runs one call of the engine; the outermost one gets fresh budgets.
  func session<Result>(_ body: () throws -> Result) rethrows -> Result {
    if entries == 0 {
      fuel = limits.fuel
      stack = StackGuard(bytes: limits.stackBytes)
      mutatedVariables = false
    }
    entries += 1
    defer { entries -= 1 }
    return try body()
  }

  var isOutermost: Bool { entries == 0 }

  func didMutateVariable() { mutatedVariables = true }

  /// Takes steps from the fuel.
  @inline(__always)
  package func spend(_ steps: Int) throws {
    let (rest, overflow) = fuel.subtractingReportingOverflow(steps)
    if overflow || rest < 0 { throw outOfFuel() }
    fuel = rest
  }

  private func outOfFuel() -> Diagnostic {
    fuel = 0
    return Diagnostic(
      .limit, "the template takes too many steps (more than \(limits.fuel))",
      help: "Look for a loop over a huge range, or a list that grows without end.")
  }

  /// Checks that there is stack left for going one level deeper (a macro, a variable's template, an include).
  @inline(__always)
  package func enter() throws {
    guard stack.hasRoom else { throw tooDeep() }
  }

  private func tooDeep() -> Diagnostic {
    Diagnostic(.limit, "the template recurses too deeply", help: "Look for a macro or an include that calls itself.")
  }

  /// Gives a computed text back when it is within the size limit.
  @inline(__always)
  package func checked(_ text: String) throws -> String {
    if text.utf8.count > limits.outputBytes { throw tooLong }
    return text
  }

  package var tooLong: Diagnostic {
    Diagnostic(.limit, "a text grows beyond \(limits.outputBytes) bytes")
  }

  /// Checks the size of a text before it is made.
  package func checkSize(_ bytes: Int) throws {
    if bytes > limits.outputBytes { throw tooLong }
  }

  /// `text * count`.
  package func repeating(_ text: String, _ count: Int) throws -> String {
    guard count > 0, !text.isEmpty else { return "" }
    let (bytes, overflow) = text.utf8.count.multipliedReportingOverflow(by: count)
    if overflow || bytes > limits.outputBytes { throw tooLong }
    return String(repeating: text, count: count)
  }

  /// Runs `body`; when it reveals a secret, texts in its result become secret and its error keeps quiet.
  @inline(__always)
  package func tainting(_ body: () throws -> Object) throws -> Object {
    let before = taint.reveals
    let result: Object
    do {
      result = try body()
    } catch {
      if taint.reveals != before { throw Runtime.silenced(error) }
      throw error
    }
    return taint.reveals == before ? result : result.secret(taint)
  }

  private static func silenced(_ error: any Error) -> any Error {
    guard let diagnostic = error as? Diagnostic else { return error }
    return Diagnostic(
      diagnostic.kind, "a computation with a secret failed (its message is not shown)", at: diagnostic.place,
      help: diagnostic.help)
  }

  /// Renders one variable's template, watching for loops.
  ///
  /// - Throws: when `text` is being rendered already, naming the chain; any error of `body`, with the variable added to it.
  func link<Result>(_ name: String?, _ text: Text, in scope: Scope, _ body: () throws -> Result) throws -> Result {
    guard let origin = text.origin else { return try body() }
    let identity = ObjectIdentifier(scope)
    if let start = chain.firstIndex(where: { $0.origin === origin && $0.scope == identity }) {
      let names = chain[start...].map(\.title) + [chain[start].title]
      throw Diagnostic(
        .template, "recursive loop detected in template: \(names.joined(separator: " -> "))",
        at: chain[start].origin.place)
    }
    try enter()
    chain.append(Link(name: name, origin: origin, scope: identity))
    defer { chain.removeLast() }
    do {
      return try body()
    } catch var diagnostic as Diagnostic {
      if let name {
        diagnostic.causes.append(Diagnostic(.template, "while rendering variable '\(name)'", at: origin.place))
      }
      throw diagnostic
    }
  }
}

extension Object {
  /// The same with every text within made secret.
  func secret(_ taint: Taint, depth: Int = 0) -> Object {
    // What is nested deeper than this can't be shown, compared or exported either.
    guard depth < Object.maximumDepth else { return .none }
    return switch self {
    case .string(let text): .secret(SecretObject(Secret(text.string), taint: taint))
    case .native(let native as BytesObject): .native(native.secret(taint))
    case .list(let list): .list(((try? list.elements()) ?? []).map { $0.secret(taint, depth: depth + 1) })
    case .tuple(let tuple): .tuple(tuple.elements.map { $0.secret(taint, depth: depth + 1) })
    case .dict(let dict): .dict(dict.secret(taint, depth))
    default: self
    }
  }
}

extension DictObject {
  fileprivate func secret(_ taint: Taint, _ depth: Int) -> DictObject {
    var result = Members()
    for (key, value) in (try? members()) ?? [] { result[key] = value.secret(taint, depth: depth + 1) }
    return DictObject(result)
  }
}
