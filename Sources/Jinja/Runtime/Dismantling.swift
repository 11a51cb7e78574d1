/// Frees nested containers without recursion: a list in a list a million deep would otherwise overflow the stack when the
/// last reference goes.
enum Dismantling {
  /// Takes apart what only `elements` holds. They are taken away, so that no other reference to them is left here.
  static func release(_ elements: inout [Object]) {
    guard elements.contains(where: { $0.container != nil }) else { return }
    var stack: [Container] = []
    collect(&elements, into: &stack)
    while var container = stack.popLast() {
      guard isKnownUniquelyReferenced(&container) else { continue }
      var inner = container.dismantle()
      collect(&inner, into: &stack)
    }
  }

  private static func collect(_ elements: inout [Object], into stack: inout [Container]) {
    for element in elements {
      if let container = element.container { stack.append(container) }
    }
    elements = []
  }
}

/// A list, dict or tuple.
package class Container {
  /// Gives the elements away, when nobody else holds the container.
  func dismantle() -> [Object] { [] }
}

extension Object {
  fileprivate var container: Container? {
    switch self {
    case .list(let list): list
    case .dict(let dict): dict
    case .tuple(let tuple): tuple
    default: nil
    }
  }
}
