/// Frees nested containers without recursion: a list in a list a million deep would otherwise overflow the stack when the
/// last reference goes.
enum Dismantling {
  /// Takes apart what only `elements` holds.
  static func release(_ elements: consuming [Object]) {
    guard elements.contains(where: \.isContainer) else { return }
    var stack = elements
    while let object = stack.popLast() {
      let inner: [Object]
      switch consume object {
      case .list(var list): inner = isKnownUniquelyReferenced(&list) ? list.dismantle() : []
      case .dict(var dict): inner = isKnownUniquelyReferenced(&dict) ? dict.dismantle() : []
      case .tuple(var tuple): inner = isKnownUniquelyReferenced(&tuple) ? tuple.dismantle() : []
      default: inner = []
      }
      for element in inner where element.isContainer { stack.append(element) }
    }
  }
}

extension Object {
  fileprivate var isContainer: Bool {
    switch self {
    case .list, .dict, .tuple: true
    default: false
    }
  }
}
