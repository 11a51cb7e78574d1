import Values

extension JMESPath {
  /// Evaluates expressions; null stands for everything that is not there.
  struct Interpreter {
    private let fuel = Fuel(10_000_000)

    /// Counts steps down, so that no expression runs without end.
    final class Fuel {
      private var left: Int
      init(_ steps: Int) { left = steps }

      func spend(_ steps: Int) throws(Diagnostic) {
        left -= min(steps, left)
        if left == 0 { throw Diagnostic(.limit, "the JMESPath expression takes too many steps") }
      }
    }

    func value(of expression: Expression, in value: Value) throws(Diagnostic) -> Value {
      try evaluate(expression.root, value)
    }

    func evaluate(_ node: Node, _ value: Value) throws(Diagnostic) -> Value {
      try fuel.spend(1)
      switch node {
      case .current: return value
      case .literal(let literal): return literal
      case .field(let name): return value[name] ?? .null
      case .index(let index):
        guard case .list(let list) = value else { return .null }
        let position = index < 0 ? list.count + index : index
        return list.indices.contains(position) ? list[position] : .null
      case .slice(let start, let stop, let step):
        guard case .list(let list) = value else { return .null }
        return .list(Self.slice(list, start, stop, step ?? 1))
      case .chain(let left, let right): return try evaluate(right, try evaluate(left, value))
      case .listProjection(let left, let right):
        guard case .list(let list) = try evaluate(left, value) else { return .null }
        return try projected(list, right)
      case .valueProjection(let left, let right):
        guard case .map(let map) = try evaluate(left, value) else { return .null }
        return try projected(Array(map.values), right)
      case .filterProjection(let left, let condition, let right):
        guard case .list(let list) = try evaluate(left, value) else { return .null }
        var kept: [Value] = []
        for element in list where Self.isTrue(try evaluate(condition, element)) { kept.append(element) }
        return try projected(kept, right)
      case .flatten(let left):
        guard case .list(let list) = try evaluate(left, value) else { return .null }
        return .list(list.flatMap { element in if case .list(let inner) = element { inner } else { [element] } })
      case .comparison(let comparison, let left, let right):
        return Self.compare(comparison, try evaluate(left, value), try evaluate(right, value))
      case .and(let left, let right):
        let first = try evaluate(left, value)
        return Self.isTrue(first) ? try evaluate(right, value) : first
      case .or(let left, let right):
        let first = try evaluate(left, value)
        return Self.isTrue(first) ? first : try evaluate(right, value)
      case .not(let inner): return .bool(!Self.isTrue(try evaluate(inner, value)))
      case .multiList(let nodes):
        if value.isNull { return .null }
        var list: [Value] = []
        for node in nodes { list.append(try evaluate(node, value)) }
        return .list(list)
      case .multiHash(let pairs):
        if value.isNull { return .null }
        var map: Map = [:]
        for (key, node) in pairs { map[key] = try evaluate(node, value) }
        return .map(map)
      case .call(let name, let arguments, _): return try Functions(self, value).call(name, arguments)
      case .reference:
        throw Diagnostic(
          .template, "JMESPath: '&' stands only before a function's argument, as in sort_by(list, &name)")
      }
    }

    private func projected(_ list: [Value], _ node: Node) throws(Diagnostic) -> Value {
      var result: [Value] = []
      for element in list {
        let value = try evaluate(node, element)
        if !value.isNull { result.append(value) }
      }
      return .list(result)
    }

    static func isTrue(_ value: Value) -> Bool {
      switch value {
      case .null, .omit, .bool(false): false
      case .string(let text): !text.string.isEmpty
      case .secret(let secret): !secret.reveal().isEmpty
      case .list(let list): !list.isEmpty
      case .map(let map): !map.isEmpty
      case .bool, .int, .double, .dateTime: true
      }
    }

    private static func compare(_ comparison: Comparison, _ left: Value, _ right: Value) -> Value {
      switch comparison {
      case .equal: return .bool(isEqual(left, right))
      case .unequal: return .bool(!isEqual(left, right))
      default: break
      }
      guard let a = number(left), let b = number(right) else { return .null }
      return switch comparison {
      case .less: .bool(a < b)
      case .lessOrEqual: .bool(a <= b)
      case .greater: .bool(a > b)
      default: .bool(a >= b)
      }
    }

    /// Equality with JSON's types: `true` is not 1.
    static func isEqual(_ left: Value, _ right: Value) -> Bool {
      switch (left, right) {
      case (.bool(let a), .bool(let b)): a == b
      case (.bool, _), (_, .bool): false
      default: left == right
      }
    }

    static func number(_ value: Value) -> Double? {
      switch value {
      case .int(let int): Double(int)
      case .double(let double): double
      default: nil
      }
    }

    private static func slice(_ list: [Value], _ start: Int?, _ stop: Int?, _ step: Int) -> [Value] {
      let count = list.count
      func clamp(_ bound: Int?, _ fallback: Int) -> Int {
        guard let bound else { return fallback }
        let position = bound < 0 ? max(bound, -count - 1) + count : bound
        return step > 0 ? min(max(position, 0), count) : min(max(position, -1), count - 1)
      }
      let step = min(max(step, -count - 1), count + 1)
      let (from, to) = step > 0 ? (clamp(start, 0), clamp(stop, count)) : (clamp(start, count - 1), clamp(stop, -1))
      return stride(from: from, to: to, by: step).map { list[$0] }
    }
  }
}
