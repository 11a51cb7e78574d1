import Values

/// The variables of one body while it is compiled: which names have which slots.
final class SymbolTable {
  /// A name that is a variable in one scope.
  private struct Symbol {
    let name: Name
    let slot: Int
    /// Whether code within asked for it.
    var isUsed = false
    /// Whether it always has a value where code can ask for it. Then the name can't mean anything further out.
    var isSet = false
    /// The code that reads it, shared by all who do.
    var code: LocalCode?
  }

  enum Kind {
    case template
    case block
    case function
  }

  let kind: Kind
  /// The body in which this one's macro or recursive loop stands.
  let parent: SymbolTable?
  private(set) var slotCount = 0
  /// The variables of all open scopes, the outermost first. Few as they are, walking them is faster than hashing.
  @exclusivity(unchecked) private var symbols: [Symbol] = []
  /// Where the open scopes (a loop's body, a `with`, the top level) begin among them.
  private var starts = [0]
  var loopDepth = 0

  init(_ kind: Kind, parent: SymbolTable? = nil) {
    self.kind = kind
    self.parent = parent
  }

  /// Whether assignments now are visible to blocks and to importing templates.
  var isTopLevel: Bool { kind == .template && starts.count == 1 }

  private var start: Int { starts[starts.count - 1] }

  func push() { starts.append(symbols.count) }

  func pop() {
    symbols.removeSubrange(start...)
    starts.removeLast()
  }

  /// How many variables the innermost scope has.
  var count: Int { symbols.count - start }

  /// The slots of the innermost scope but the first `skipped`.
  func slots(after skipped: Int = 0) -> [Int] { symbols[(start + skipped)...].map(\.slot) }

  /// Whether a name is a variable of the innermost scope.
  func declares(_ name: Name) -> Bool { position(of: name) != nil }

  /// Whether code asked for a variable of the innermost scope.
  func uses(_ name: Name) -> Bool { position(of: name).map { symbols[$0].isUsed } ?? false }

  private func position(of name: Name) -> Int? {
    for position in start..<symbols.count where symbols[position].name == name { return position }
    return nil
  }

  /// The slot of a name in the innermost scope, made if there is none yet.
  @discardableResult
  func declare(_ name: Name) -> Int {
    if let position = position(of: name) { return symbols[position].slot }
    let slot = slotCount
    slotCount += 1
    symbols.append(Symbol(name: name, slot: slot))
    return slot
  }

  /// Notes that the names of the innermost scope have values from here on.
  func allAreSet() {
    for position in start..<symbols.count { symbols[position].isSet = true }
  }

  /// The code that reads a name: from every slot that it may mean, the innermost that has a value.
  ///
  /// - Parameter outside: what the name means where it is no variable of the template.
  func code(for name: Name, outside: () -> any Code) -> any Code {
    code(for: name, before: symbols.count, depth: 0, outside)
  }

  /// - Parameters:
  ///   - end: only variables that stand before are looked at.
  ///   - depth: how many activations further out this body is than the one that asks.
  private func code(for name: Name, before end: Int, depth: Int, _ outside: () -> any Code) -> any Code {
    var position = end - 1
    while position >= 0, symbols[position].name != name { position -= 1 }
    guard position >= 0 else {
      return parent.map { $0.code(for: name, before: $0.symbols.count, depth: depth + 1, outside) } ?? outside()
    }
    symbols[position].isUsed = true
    let slot = symbols[position].slot
    guard symbols[position].isSet else {
      return LocalCode(slot: slot, depth: depth, fallback: code(for: name, before: position, depth: depth, outside))
    }
    if depth > 0 { return LocalCode(slot: slot, depth: depth, fallback: nil) }
    if let code = symbols[position].code { return code }
    let code = LocalCode(slot: slot, depth: depth, fallback: nil)
    symbols[position].code = code
    return code
  }

  /// All names in sight.
  var visibleNames: Set<Name> { Set(symbols.map(\.name)).union(parent?.visibleNames ?? []) }
}

extension [Statement] {
  /// The names that statements assign in their own scope, looking into branches but not into inner scopes.
  var assignedNames: [Name] {
    var names: [Name] = []
    addAssignedNames(to: &names)
    return names
  }

  private func addAssignedNames(to names: inout [Name]) {
    for statement in self {
      switch statement.kind {
      case .set(let target, _), .setBlock(let target, _, _): names += target.names
      case .macro(let macro): names.append(macro.name)
      case .importAs(_, let name, _): names.append(name)
      case .importNames(_, let imported, _): names += imported.map(\.alias)
      case .conditional(let branches, let otherwise):
        for branch in branches { branch.body.addAssignedNames(to: &names) }
        otherwise.addAssignedNames(to: &names)
      default: break
      }
    }
  }
}
