/// The variables of one body while it is compiled: which names have which slots.
final class SymbolTable {
  /// The names of one scope within an activation: a loop's body, a `with`, the top level.
  final class Block {
    var slots: [String: Int] = [:]
    /// The names that code within asked for.
    var used: Set<String> = []
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
    if let slot = innermost.slots[name] { return slot }
    let slot = slotCount
    slotCount += 1
    innermost.slots[name] = slot
    return slot
  }

  /// Every slot that a name may mean, innermost first.
  func candidates(_ name: String) -> [(depth: Int, slot: Int)] {
    var result: [(depth: Int, slot: Int)] = []
    var table: SymbolTable? = self
    var depth = 0
    while let current = table {
      for block in current.blocks.reversed() {
        if let slot = block.slots[name] {
          block.used.insert(name)
          result.append((depth, slot))
        }
      }
      table = current.parent
      depth += 1
    }
    return result
  }

  /// All names in sight.
  var visibleNames: Set<String> {
    var names: Set<String> = []
    var table: SymbolTable? = self
    while let current = table {
      for block in current.blocks { names.formUnion(block.slots.keys) }
      table = current.parent
    }
    return names
  }
}

extension [Statement] {
  /// The names that statements assign in their own scope, looking into branches but not into inner scopes.
  var assignedNames: [String] {
    flatMap { statement -> [String] in
      switch statement.kind {
      case .set(let target, _): target.names
      case .setBlock(let target, _, _): target.names
      case .macro(let macro): [macro.name]
      case .importAs(_, let name, _): [name]
      case .importNames(_, let names, _): names.map(\.alias)
      case .conditional(let branches, let otherwise):
        branches.flatMap(\.body.assignedNames) + otherwise.assignedNames
      default: []
      }
    }
  }
}
