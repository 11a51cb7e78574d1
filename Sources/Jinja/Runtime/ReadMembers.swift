/// The members of a variable's container that were read and have an identity or were rendered, by their position.
struct ReadMembers {
  private var objects: [Object?] = []

  var isEmpty: Bool { objects.isEmpty }

  subscript(position: Int) -> Object? { position < objects.count ? objects[position] : nil }

  /// - Parameter count: how many members the container has.
  mutating func set(_ position: Int, to object: Object, of count: Int) {
    if objects.isEmpty { objects = Array(repeating: nil, count: count) }
    guard position < objects.count else { return }
    objects[position] = object
  }
}
