import Values

/// The variables of one body while it is compiled: which names have which slots.
final class SymbolTable {
  /// The names of one scope within an activation: a loop's body, a `with`, the top level.
  final class Block {
    /// Few as they are, walking them is faster than hashing.
    @exclusivity(unchecked) private(set) var names: [(name: String, slot: Int, isUsed: Bool)] = []

    var slots: [Int] { names.map(\.slot) }

    func slot(of name: String) -> Int? { names.first { $0.name.sameScalars(as: name) }?.slot }

    /// The slot of a name that code within asks for.
    func use(_ name: String) -> Int? {
      guard let index = names.firstIndex(where: { $0.name.sameScalars(as: name) }) else { return nil }
      names[index].isUsed = true
      return names[index].slot
    }

    /// Whether code within asked for a name.
    func uses(_ name: String) -> Bool { names.contains { $0.isUsed && $0.name == name } }

    func add(_ name: String, slot: Int) { names.append((name, slot, false)) }
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
  private(set) var blocks: [Block] = []
  var loopDepth = 0

  init(_ kind: Kind, parent: SymbolTable? = nil) {
    self.kind = kind
    self.parent = parent
    blocks = [Block()]
  }

  var innermost: Block { blocks[blocks.count - 1] }

  /// Whether assignments now are visible to blocks and to importing templates.
  var isTopLevel: Bool { kind == .template && blocks.count == 1 }

  func push() -> Block {
    let block = Block()
    blocks.append(block)
    return block
  }

  func pop() { blocks.removeLast() }

  /// The slot of a name in the innermost scope, made if there is none yet.
  @discardableResult
  func declare(_ name: String) -> Int {
    if let slot = innermost.slot(of: name) { return slot }
    let slot = slotCount
    slotCount += 1
    innermost.add(name, slot: slot)
    return slot
  }

  /// Combines every slot that a name may mean, the outermost first.
  ///
  /// - Parameter combine: gets the result so far, the slot, and how many activations further out it is.
  func reduce<Result>(
    _ name: String, _ initial: Result, depth: Int = 0, _ combine: (Result, _ slot: Int, _ depth: Int) -> Result
  ) -> Result {
    var result = parent?.reduce(name, initial, depth: depth + 1, combine) ?? initial
    for block in blocks {
      if let slot = block.use(name) { result = combine(result, slot, depth) }
    }
    return result
  }

  /// All names in sight.
  var visibleNames: Set<String> {
    var names: Set<String> = []
    var table: SymbolTable? = self
    while let current = table {
      for block in current.blocks { names.formUnion(block.names.map(\.name)) }
      table = current.parent
    }
    return names
  }
}

extension [Statement] {
  /// The names that statements assign in their own scope, looking into branches but not into inner scopes.
  var assignedNames: [String] {
    var names: [String] = []
    addAssignedNames(to: &names)
    return names
  }

  private func addAssignedNames(to names: inout [String]) {
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
