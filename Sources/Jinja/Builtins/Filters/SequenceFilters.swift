import Values

extension Builtins {
  static let sequenceFilters: [TemplateFunction] = [
    TemplateFunction("list", "(value)", "The elements as a list.") { call in
      .list(try call.elements(0).map { try $0.defined() })
    },
    TemplateFunction("length", "(value)", aliases: ["count"], "The number of elements or characters.") {
      .int(try $0.input.length())
    },
    TemplateFunction("first", "(value)", "The first element.") { call in
      if case .list(let list) = call.input {
        return list.count > 0 ? try list.element(0) : empty("first")
      }
      return try call.elements(0).first ?? empty("first")
    },
    TemplateFunction("last", "(value)", "The last element.") { call in
      if case .list(let list) = call.input {
        return list.count > 0 ? try list.element(list.count - 1) : empty("last")
      }
      return try call.elements(0).last ?? empty("last")
    },
    TemplateFunction("random", "(value)", "Any of the elements.") { call in
      if case .native(let range as RangeObject) = call.input {
        guard let count = range.count, count > 0 else { return empty("random") }
        return range.number(Int.random(in: 0..<count)).map(Object.int) ?? .none
      }
      return try call.elements(0).randomElement() ?? empty("random")
    },
    TemplateFunction("reverse", "(value)", "The elements, or the characters of a text, from the end.") { call in
      if let string = call.input.string { return call.derived(String(scalars: string.unicodeScalars.reversed())) }
      return .list(try call.elements(0).reversed())
    },
    TemplateFunction("join", "(value, d='', attribute=None)", acceptsUndefined: false, "The elements as one text.") {
      call in
      var elements = try call.elements(0)
      if !call[2].isNone {
        let getter = try Attributes(call[2])
        elements = try elements.map { try getter.get($0, in: call.scope) }
      }
      let separator = try call[1].text()
      var result = ""
      for (index, element) in elements.enumerated() {
        if index > 0 { result += separator }
        result += try element.text()
        try call.scope.runtime.checkSize(result.utf8.count)
      }
      return .string(result)
    },
    TemplateFunction(
      "sort", "(value, reverse=False, case_sensitive=False, attribute=None)", "The elements in order."
    ) { call in
      let key = try SortKey(call[3], caseSensitive: try call.bool(2))
      let elements = try call.elements(0)
      try call.scope.runtime.spend(elements.count)
      return .list(try Sorting.sorted(elements, reverse: try call.bool(1)) { try key.get($0, in: call.scope) })
    },
    TemplateFunction(
      "unique", "(value, case_sensitive=False, attribute=None)", "The elements without repetitions."
    ) { call in
      let key = try SortKey(call[2], caseSensitive: try call.bool(1))
      var seen: Set<ObjectKey> = []
      return .list(
        try call.elements(0).filter { seen.insert(try ObjectKey(try key.get($0, in: call.scope))).inserted })
    },
    TemplateFunction("min", "(value, case_sensitive=False, attribute=None)", "The least element.") {
      try extreme($0, sign: -1)
    },
    TemplateFunction("max", "(value, case_sensitive=False, attribute=None)", "The greatest element.") {
      try extreme($0, sign: 1)
    },
    TemplateFunction("sum", "(iterable, attribute=None, start=0)", "The sum of the elements.") { call in
      let attributes = call[1].isNone ? nil : try Attributes(call[1])
      return try call.elements(0).reduce(call[2]) { sum, element in
        try Operators.apply(.add, sum, try attributes?.get(element, in: call.scope) ?? element, in: call.scope)
      }
    },
    TemplateFunction("batch", "(value, linecount, fill_with=None)", "Lists of a number of elements each.") { call in
      let width = try call.int(1)
      guard width > 0 else { return .list([]) }
      var rows: [Object] = []
      var row: [Object] = []
      for element in try call.elements(0) {
        if row.count == width {
          rows.append(.list(row))
          row = []
        }
        row.append(element)
      }
      if !row.isEmpty {
        if !call[2].isNone {
          try call.scope.runtime.spend(width)
          while row.count < width { row.append(call[2]) }
        }
        rows.append(.list(row))
      }
      return .list(rows)
    },
    TemplateFunction("slice", "(value, slices, fill_with=None)", "The elements spread over a number of lists.") {
      call in
      let elements = try call.elements(0)
      let slices = try call.int(1)
      guard slices != 0 else { throw call.failure("integer division or modulo by zero") }
      guard slices > 0 else { return .list([]) }
      try call.scope.runtime.spend(slices)
      let (length, longer) = elements.count.quotientAndRemainder(dividingBy: slices)
      var offset = 0
      return .list(
        (0..<slices).map { index in
          let start = index * length + offset
          if index < longer { offset += 1 }
          let end = (index + 1) * length + offset
          var part = Array(elements[start..<end])
          if !call[2].isNone, index >= longer { part.append(call[2]) }
          return .list(part)
        })
    },
    TemplateFunction(
      "groupby", "(value, attribute, default=None, case_sensitive=False)",
      "The elements in groups that share an attribute: pairs of grouper and list."
    ) { call in
      let getter = try Attributes(call[1], fallback: call[2].isNone ? nil : call[2])
      let caseSensitive = try call.bool(3)
      func key(_ element: Object) throws -> Object {
        SortKey.folded(try getter.get(element, in: call.scope).defined(), caseSensitive)
      }
      var groups: [(key: Object, elements: [Object])] = []
      for element in try Sorting.sorted(try call.elements(0), by: key) {
        let key = try key(element)
        if let last = groups.last, try last.key.isEqual(to: key) {
          groups[groups.count - 1].elements.append(element)
        } else {
          groups.append((key, [element]))
        }
      }
      return .list(
        try groups.map { group in
          let shown = try group.elements.first.map { try getter.get($0, in: call.scope) } ?? group.key
          return .native(GroupObject(shown, .list(group.elements)))
        })
    },
  ]

  private static func empty(_ which: String) -> Object {
    .undefined(Undefined(hint: "No \(which) item, sequence was empty."))
  }

  private static func extreme(_ call: Call, sign: Int) throws -> Object {
    let key = try SortKey(call[2], caseSensitive: try call.bool(1))
    let elements = try call.elements(0)
    guard var best = elements.first else {
      return .undefined(Undefined(hint: "No aggregated item, sequence was empty."))
    }
    var bestKey = try key.get(best, in: call.scope)
    for element in elements.dropFirst() {
      let elementKey = try key.get(element, in: call.scope)
      if let order = try elementKey.compare(to: bestKey, operator: sign < 0 ? "<" : ">"), order * sign > 0 {
        (best, bestKey) = (element, elementKey)
      }
    }
    return best
  }
}

/// A group of `groupby`: a pair that also has names.
final class GroupObject: NativeObject {
  private let grouper: Object
  private let list: Object
  init(_ grouper: Object, _ list: Object) {
    self.grouper = grouper
    self.list = list
  }
  var typeName: String { "_GroupTuple" }
  var isSequence: Bool { true }
  var count: Int? { 2 }
  func attribute(_ name: String, in scope: Scope) throws -> Object? {
    name == "grouper" ? grouper : name == "list" ? list : nil
  }
  func item(_ key: Object, in scope: Scope) throws -> Object? {
    switch key.int {
    case 0, -2: grouper
    case 1, -1: list
    default: try key.string.flatMap { try attribute($0, in: scope) }
    }
  }
  func elements(in scope: Scope) throws -> [Object] { [grouper, list] }
  func repr(depth: Int) throws -> String {
    "(\(try grouper.repr(depth: depth + 1)), \(try list.repr(depth: depth + 1)))"
  }
  func exported(in scope: Scope) throws -> Value {
    .list([try grouper.exported(in: scope), try list.exported(in: scope)])
  }
}
