import Values

extension JMESPath {
  /// The functions of the language.
  struct Functions {
    private let interpreter: Interpreter
    private let value: Value

    init(_ interpreter: Interpreter, _ value: Value) {
      self.interpreter = interpreter
      self.value = value
    }

    /// How many arguments each takes; `nil` above: any number.
    private static let arities: [String: (least: Int, most: Int?)] = [
      "abs": (1, 1), "avg": (1, 1), "ceil": (1, 1), "contains": (2, 2), "ends_with": (2, 2), "floor": (1, 1),
      "join": (2, 2), "keys": (1, 1), "length": (1, 1), "map": (2, 2), "max": (1, 1), "max_by": (2, 2),
      "merge": (0, nil), "min": (1, 1), "min_by": (2, 2), "not_null": (1, nil), "reverse": (1, 1), "sort": (1, 1),
      "sort_by": (2, 2), "starts_with": (2, 2), "sum": (1, 1), "to_array": (1, 1), "to_number": (1, 1),
      "to_string": (1, 1), "type": (1, 1), "values": (1, 1),
    ]

    func call(_ name: String, _ arguments: [Node]) throws(Diagnostic) -> Value {
      guard let arity = Self.arities[name] else {
        throw Diagnostic(
          .template, "JMESPath knows no function '\(name)'",
          help: Suggestion.help(for: name, in: Array(Self.arities.keys)))
      }
      guard arguments.count >= arity.least, arguments.count <= arity.most ?? .max else {
        throw Diagnostic(
          .template,
          "JMESPath: \(name)() takes \(arity.least)\(arity.most == nil ? " or more" : "") arguments, not \(arguments.count)"
        )
      }
      switch name {
      case "map":
        let list = try self.list(name, arguments[1])
        var result: [Value] = []
        for element in list { result.append(try interpreter.evaluate(try reference(name, arguments[0]), element)) }
        return .list(result)
      case "sort_by", "min_by", "max_by":
        let list = try self.list(name, arguments[0])
        let node = try reference(name, arguments[1])
        var keyed: [(key: Value, element: Value)] = []
        for element in list { keyed.append((try interpreter.evaluate(node, element), element)) }
        let sorted = try Self.sorted(name, keyed)
        return switch name {
        case "sort_by": .list(sorted.map(\.element))
        case "min_by": sorted.first?.element ?? .null
        default: try Self.greatest(sorted) ?? .null
        }
      case "not_null":
        for argument in arguments {
          let value = try interpreter.evaluate(argument, value)
          if !value.isNull { return value }
        }
        return .null
      default:
        var values: [Value] = []
        for argument in arguments { values.append(try interpreter.evaluate(argument, value)) }
        return try plain(name, values)
      }
    }

    /// The first of the elements with the greatest key.
    private static func greatest(_ sorted: [(key: Value, element: Value)]) throws(Diagnostic) -> Value? {
      guard let last = sorted.last else { return nil }
      return sorted.first { $0.key == last.key }?.element
    }

    // MARK: arguments

    private static func wrongType(_ name: String, _ wanted: String, _ value: Value) -> Diagnostic {
      Diagnostic(.template, "JMESPath: \(name)() wants \(wanted), not \(value.pythonRepr) of type '\(type(of: value))'")
    }

    private func reference(_ name: String, _ node: Node) throws(Diagnostic) -> Node {
      guard case .reference(let inner) = node else {
        throw Diagnostic(.template, "JMESPath: \(name)() wants an expression with '&' before it, as in &name")
      }
      return inner
    }

    private func list(_ name: String, _ node: Node) throws(Diagnostic) -> [Value] {
      try Self.list(name, try interpreter.evaluate(node, value))
    }

    private static func list(_ name: String, _ value: Value) throws(Diagnostic) -> [Value] {
      guard case .list(let list) = value else { throw wrongType(name, "a list", value) }
      return list
    }

    private static func number(_ name: String, _ value: Value) throws(Diagnostic) -> Double {
      guard let number = Interpreter.number(value) else { throw wrongType(name, "a number", value) }
      return number
    }

    private static func text(_ name: String, _ value: Value) throws(Diagnostic) -> String {
      switch value {
      case .string(let text): return text.string
      default: throw wrongType(name, "a text", value)
      }
    }

    private static func map(_ name: String, _ value: Value) throws(Diagnostic) -> Map {
      guard case .map(let map) = value else { throw wrongType(name, "an object", value) }
      return map
    }

    static func type(of value: Value) -> String {
      switch value {
      case .null, .omit: "null"
      case .bool: "boolean"
      case .int, .double: "number"
      case .string, .secret, .dateTime: "string"
      case .list: "array"
      case .map: "object"
      }
    }

    /// Elements in the order of their keys, which must be all numbers or all texts.
    private static func sorted(_ name: String, _ keyed: [(key: Value, element: Value)]) throws(Diagnostic) -> [(
      key: Value, element: Value
    )] {
      let areNumbers = keyed.allSatisfy { Interpreter.number($0.key) != nil }
      if let wrong = keyed.first(where: { $0.key.string == nil }), !areNumbers {
        throw wrongType(name, "all numbers or all texts", wrong.key)
      }
      // Swift's sort keeps equal elements in order.
      return keyed.sorted { left, right in
        if areNumbers { return (Interpreter.number(left.key) ?? 0) < (Interpreter.number(right.key) ?? 0) }
        return (left.key.string ?? "").utf8.lexicographicallyPrecedes((right.key.string ?? "").utf8)
      }
    }

    // MARK: functions of values

    private func plain(_ name: String, _ values: [Value]) throws(Diagnostic) -> Value {
      let first = values.first ?? .null
      switch name {
      case "abs":
        if case .int(let int) = first { return .int(int.magnitude <= UInt(Int.max) ? abs(int) : .max) }
        return .double(try Self.number(name, first).magnitude)
      case "ceil", "floor":
        let number = try Self.number(name, first).rounded(name == "ceil" ? .up : .down)
        return Int(exactly: number).map { .int($0) } ?? .double(number)
      case "avg", "sum":
        var sum = 0.0
        var whole: Int? = 0
        let list = try Self.list(name, first)
        for element in list {
          sum += try Self.number(name, element)
          whole = whole.flatMap { total in
            element.int.flatMap { total.addingReportingOverflow($0).overflow ? nil : total + $0 }
          }
        }
        if name == "avg" { return list.isEmpty ? .null : .double(sum / Double(list.count)) }
        return whole.map { .int($0) } ?? .double(sum)
      case "contains":
        if case .list(let list) = first { return .bool(list.contains { Interpreter.isEqual($0, values[1]) }) }
        let text = try Self.text(name, first)
        return .bool(values[1].string.map { $0.isEmpty || text.contains($0) } ?? false)
      case "starts_with": return .bool(try Self.text(name, first).hasPrefix(try Self.text(name, values[1])))
      case "ends_with": return .bool(try Self.text(name, first).hasSuffix(try Self.text(name, values[1])))
      case "join":
        var parts: [String] = []
        for element in try Self.list(name, values[1]) { parts.append(try Self.text(name, element)) }
        return .string(parts.joined(separator: try Self.text(name, first)))
      case "keys": return .list(try Self.map(name, first).keys.map(\.value))
      case "values": return .list(Array(try Self.map(name, first).values))
      case "length":
        switch first {
        case .list(let list): return .int(list.count)
        case .map(let map): return .int(map.count)
        default: return .int(try Self.text(name, first).unicodeScalars.count)
        }
      case "max", "min", "sort":
        let list = try Self.sorted(name, try Self.list(name, first).map { ($0, $0) }).map(\.element)
        return name == "sort" ? .list(list) : (name == "min" ? list.first : list.last) ?? .null
      case "merge":
        var result: Map = [:]
        for value in values { result.merge(try Self.map(name, value)) }
        return .map(result)
      case "reverse":
        if case .list(let list) = first { return .list(list.reversed()) }
        return .string(String(String.UnicodeScalarView(try Self.text(name, first).unicodeScalars.reversed())))
      case "to_array": return if case .list = first { first } else { .list([first]) }
      case "to_string":
        if case .string = first { return first }
        return .string(JSONWriter(itemSeparator: ",", keySeparator: ":").string(first))
      case "to_number":
        switch first {
        case .int, .double: return first
        case .string(let text):
          return Int(text.string).map { .int($0) } ?? Double(text.string).map { .double($0) } ?? .null
        default: return .null
        }
      case "type": return .string(Self.type(of: first))
      default: return .null
      }
    }
  }
}
