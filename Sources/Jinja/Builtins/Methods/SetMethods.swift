import OrderedCollections
import Values

enum SetMethods {
  static let table: [String: Methods.Body] = Dictionary(uniqueKeysWithValues: [
    combining("union") { $0.union($1) },
    combining("intersection") { $0.intersection($1) },
    combining("difference") { $0.subtracting($1) },
    combining("symmetric_difference") { $0.symmetricDifference($1) },
    method("issubset", "(other)") { object, call in .bool(try set(object).isSubset(of: members(call, 0))) },
    method("issuperset", "(other)") { object, call in .bool(try set(object).isSuperset(of: members(call, 0))) },
    method("isdisjoint", "(other)") { object, call in .bool(try set(object).isDisjoint(with: members(call, 0))) },
    method("copy", "()") { object, _ in .set(SetObject(try set(object))) },
    method("add", "(element)") { object, call in
      let key = try ObjectKey(call[0])
      if case .set(let set) = object { set.members.append(key) }
      return .none
    },
    method("discard", "(element)") { object, call in
      let key = try ObjectKey(call[0])
      if case .set(let set) = object { set.members.remove(key) }
      return .none
    },
    method("update", "(*others)") { object, call in
      for other in call.bound.extra {
        let added = try SetObject(try other.elements(in: call.scope)).members
        if case .set(let set) = object { set.members.formUnion(added) }
      }
      return .none
    },
  ])

  private static func combining(
    _ name: String,
    _ combine: @escaping @Sendable (OrderedSet<ObjectKey>, OrderedSet<ObjectKey>) -> OrderedSet<ObjectKey>
  ) -> (String, Methods.Body) {
    method(name, "(*others)") { object, call in
      var result = try set(object)
      for other in call.bound.extra {
        result = combine(result, try SetObject(try other.elements(in: call.scope)).members)
      }
      return .set(SetObject(result))
    }
  }

  private static func set(_ object: Object) throws -> OrderedSet<ObjectKey> {
    guard case .set(let set) = object else { throw Diagnostic(.template, "not a set") }
    return set.members
  }

  private static func members(_ call: MethodCall, _ index: Int) throws -> OrderedSet<ObjectKey> {
    try SetObject(try call.elements(index)).members
  }
}
