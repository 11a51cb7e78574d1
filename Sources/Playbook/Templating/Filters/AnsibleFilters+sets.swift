import Jinja
import Values

extension AnsibleFilters {
  /// Lists as sets. The results keep the order of the first occurrence, where Python's order is arbitrary.
  static let sets: [TemplateFunction] = [
    TemplateFunction("difference", "(a, b)", "What is in the first list only.") { call in
      let other = try members(call, 1)
      return try pick(call, try call.elements(0)) { !other.contains($0) }
    },
    TemplateFunction("intersect", "(a, b)", "What is in both lists.") { call in
      let other = try members(call, 1)
      return try pick(call, try call.elements(0), other.contains)
    },
    TemplateFunction("symmetric_difference", "(a, b)", "What is in only one of two lists.") { call in
      let common = try members(call, 0).intersection(try members(call, 1))
      return try pick(call, try call.elements(0) + call.elements(1)) { !common.contains($0) }
    },
    TemplateFunction("union", "(a, b)", "What is in one of two lists or both.") { call in
      try pick(call, try call.elements(0) + call.elements(1)) { _ in true }
    },
    TemplateFunction(
      "unique", "(a, case_sensitive=None, attribute=None)",
      "The elements without repetitions; texts that differ only in case are one, unless asked."
    ) { call in
      let isSensitive = try !call[1].isNone && call.bool(1)
      let key = try SortKey(call[2], caseSensitive: isSensitive)
      let elements = try call.elements(0)
      try call.scope.runtime.spend(elements.count)
      var seen: Set<Value> = []
      let isPlain = elements.allSatisfy { !$0.isSequence && !$0.isMapping }
      if !isPlain, call[2].isNone, !call[1].isNone, !isSensitive {
        throw call.failure(
          "unique() cannot fall back to comparing lists and dictionaries: that does not support case_sensitive=false")
      }
      return .list(
        try elements.filter { element in
          // Where an element can't be hashed, ansible compares the elements as they are.
          let value = isPlain || !call[2].isNone ? try key.get(element, in: call.scope) : element
          return seen.insert(try value.exported(in: call.scope)).inserted
        })
    },
  ]

  private static func members(_ call: Call, _ index: Int) throws -> Set<Value> { Set(try call.values(index)) }

  private static func pick(_ call: Call, _ elements: [Object], _ isWanted: (Value) -> Bool) throws -> Object {
    try call.scope.runtime.spend(elements.count)
    var seen: Set<Value> = []
    return .list(
      try elements.filter { element in
        let value = try element.exported(in: call.scope)
        return isWanted(value) && seen.insert(value).inserted
      })
  }
}
