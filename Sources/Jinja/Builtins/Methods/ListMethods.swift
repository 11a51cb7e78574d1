import Values

enum ListMethods {
  static let table: [String: Methods.Body] = Dictionary(uniqueKeysWithValues: [
    method("append", "(object)") { object, call in
      try list(object).mutate { $0.append(call[0]) }
      return .none
    },
    method("extend", "(iterable)") { object, call in
      let added = try call.elements(0)
      try call.scope.runtime.spend(added.count)
      try list(object).mutate { $0.append(contentsOf: added) }
      return .none
    },
    method("insert", "(index, object)") { object, call in
      let index = try call.int(0)
      try list(object).mutate { elements in
        let position = index < 0 ? max(0, index + elements.count) : min(index, elements.count)
        elements.insert(call[1], at: position)
      }
      return .none
    },
    method("pop", "(index=-1)") { object, call in
      let list = try list(object)
      guard list.count > 0 else { throw call.failure("pop from empty list") }
      let index = try call.int(0)
      let position = index < 0 ? index + list.count : index
      guard position >= 0, position < list.count else { throw call.failure("pop index out of range") }
      let element = try list.element(position)
      try list.mutate { _ = $0.remove(at: position) }
      return element
    },
    method("remove", "(value)") { object, call in
      let list = try list(object)
      guard let position = try position(of: call[0], in: try list.elements()) else {
        throw call.failure("list.remove(x): x not in list")
      }
      try list.mutate { _ = $0.remove(at: position) }
      return .none
    },
    method("clear", "()") { object, _ in
      try list(object).mutate { $0.removeAll() }
      return .none
    },
    method("reverse", "()") { object, _ in
      try list(object).mutate { $0.reverse() }
      return .none
    },
    method("sort", "(*, key=None, reverse=False)") { object, call in
      let list = try list(object)
      let sorted = try Sorting.sorted(try list.elements(), reverse: try call[1].isTrue()) { $0 }
      try list.mutate { $0 = sorted }
      return .none
    },
    method("copy", "()") { object, _ in .list(try list(object).elements()) },
    method("count", "(value)") { object, call in
      .int(try list(object).elements().count { try $0.isEqual(to: call[0]) })
    },
    method("index", "(value, start=0, stop=None)") { object, call in
      let elements = try list(object).elements()
      let positions = Object.positions(try call.int(1), try call.optionalInt(2), 1, count: elements.count)
      for position in positions where try elements[position].isEqual(to: call[0]) { return .int(position) }
      throw call.failure("\(try call[0].repr()) is not in list")
    },
  ])

  private static func list(_ object: Object) throws -> ListObject {
    guard case .list(let list) = object else { throw Diagnostic(.template, "not a list") }
    return list
  }

  static func position(of element: Object, in elements: [Object]) throws -> Int? {
    try elements.firstIndex { try $0.isEqual(to: element) }
  }
}

enum TupleMethods {
  static let table: [String: Methods.Body] = Dictionary(uniqueKeysWithValues: [
    method("count", "(value)") { object, call in
      .int(try object.elements(in: call.scope).count { try $0.isEqual(to: call[0]) })
    },
    method("index", "(value)") { object, call in
      guard let index = try ListMethods.position(of: call[0], in: try object.elements(in: call.scope)) else {
        throw call.failure("\(object.typeName).index(x): x not in \(object.typeName)")
      }
      return .int(index)
    },
  ])
}
