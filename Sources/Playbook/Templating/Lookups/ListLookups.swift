import Values

/// Lookups that shape lists and maps.
enum ListLookups {
  static let all: [LookupFunction] = [
    LookupFunction("items", "The items, lists among them opened one level.") { flatten($0.terms, levels: 1) },
    LookupFunction("list", "The items as they are.") { $0.terms },
    LookupFunction("flattened", aliases: ["community.general.flattened"], "The items, all lists opened.") {
      flatten($0.terms, levels: .max)
    },
    LookupFunction("dict", "The members of maps as `key` and `value`.") { call in
      try call.terms.flatMap { term -> [Value] in
        guard case .map(let map) = term else { throw call.failure("the 'dict' lookup plugin expects a dictionary") }
        return map.map { ["key": $0.key.value, "value": $0.value] }
      }
    },
    LookupFunction("indexed_items", "Pairs of index and item.") { call in
      flatten(call.terms, levels: 1).enumerated().map { .list([.int($0.offset), $0.element]) }
    },
    LookupFunction("together", "The first items of all lists, then the second…") { call in
      let lists = try lists(call)
      guard !lists.isEmpty else { throw call.failure("with_together requires at least one element in each list") }
      let length = lists.map(\.count).max() ?? 0
      return (0..<length).map { index in .list(lists.map { index < $0.count ? $0[index] : .null }) }
    },
    LookupFunction("nested", "Every combination of the lists' items.") { call in
      let lists = try lists(call)
      guard !lists.isEmpty else { throw call.failure("with_nested requires at least one element in the nested list") }
      return try combinations(lists, call)
    },
    LookupFunction("cartesian", aliases: ["community.general.cartesian"], "Every combination of the lists' items.") {
      call in
      try combinations(try lists(call), call)
    },
    LookupFunction("subelements", "Pairs of an item and each member of one of its lists.") { call in
      guard call.terms.count >= 2, let key = call.terms[1].string else {
        throw call.failure("subelements lookup expects a list of two or three items")
      }
      let skips = call.terms.count > 2 ? call.terms[2].map?["skip_missing"].flatMap(Coercion.bool) ?? false : false
      let items: [Value] =
        if case .map(let map) = call.terms[0] { Array(map.values) } else { flatten([call.terms[0]], levels: 1) }
      var result: [Value] = []
      for item in items {
        var inner: Value? = item
        for part in key.split(separator: ".") { inner = inner?.map?[String(part)] }
        guard let inner else {
          if skips { continue }
          throw call.failure("could not find '\(key)' key in iterated item '\(PlainText.of(item))'")
        }
        guard case .list(let list) = inner else {
          throw call.failure("the key \(key) should point to a list, got '\(PlainText.of(inner))'")
        }
        result += list.map { .list([item, $0]) }
      }
      return result
    },
    LookupFunction("random_choice", "One of the items, at random.") { call in
      flatten(call.terms, levels: 1).randomElement().map { [$0] } ?? []
    },
    LookupFunction("sequence", "Numbers from `start` to `end`.") { call in try NumberSequence(call).items },
  ]

  static func flatten(_ values: [Value], levels: Int) -> [Value] {
    values.flatMap { value -> [Value] in
      guard levels > 0, case .list(let list) = value else { return [value] }
      return flatten(list, levels: levels - 1)
    }
  }

  private static func lists(_ call: LookupCall) throws -> [[Value]] {
    call.terms.map { if case .list(let list) = $0 { flatten(list, levels: 1) } else { [$0] } }
  }

  private static func combinations(_ lists: [[Value]], _ call: LookupCall) throws -> [Value] {
    var result: [[Value]] = [[]]
    for list in lists {
      guard result.count.multipliedReportingOverflow(by: max(list.count, 1)).partialValue <= 1_000_000 else {
        throw Diagnostic(.limit, "more than a million combinations")
      }
      result = result.flatMap { head in list.map { head + flatten([$0], levels: 1) } }
    }
    return result.map { .list($0) }
  }
}

/// `sequence`: `start=1 end=10 stride=2 format=host%02d`, or `1-10/2:host%02d`.
private struct NumberSequence {
  var items: [Value] = []

  init(_ call: LookupCall) throws {
    let terms: [String] = call.terms.isEmpty ? [""] : call.texts
    for term in terms { items += try Self.items(term, call) }
  }

  private static func items(_ term: String, _ call: LookupCall) throws -> [Value] {
    var start = 1
    var end: Int?
    var stride: Int?
    var count: Int?
    var format = "%d"
    func number(_ text: String, _ name: String) throws -> Int {
      let isHexadecimal = text.lowercased().hasPrefix("0x")
      guard let value = isHexadecimal ? Int(text.dropFirst(2), radix: 16) : Int(text) else {
        throw call.failure("can't parse \(name)=\(text) as integer")
      }
      return value
    }
    func take(_ name: String, _ text: String) throws {
      switch name {
      case "start": start = try number(text, name)
      case "end": end = try number(text, name)
      case "stride": stride = try number(text, name)
      case "count": count = try number(text, name)
      case "format": format = text
      default: throw call.failure("unrecognized arguments to with_sequence: \(name)")
      }
    }
    if term.contains("=") {
      for (key, value) in try KeyValueArguments(Text(term)).pairs { try take(key.string ?? "", LookupCall.text(value)) }
    } else if !term.isEmpty {
      var rest = Substring(term)
      if let colon = rest.firstIndex(of: ":") {
        format = String(rest[rest.index(after: colon)...])
        rest = rest[..<colon]
      }
      if let slash = rest.firstIndex(of: "/") {
        stride = try number(String(rest[rest.index(after: slash)...]), "stride")
        rest = rest[..<slash]
      }
      let parts = rest.split(separator: "-", maxSplits: 1)
      if parts.count == 2 {
        start = try number(String(parts[0]), "start")
        end = try number(String(parts[1]), "end")
      } else {
        end = try number(String(rest), "end")
      }
    }
    for (key, value) in call.options { try take(key.string ?? "", LookupCall.text(value)) }
    if let count {
      let step = stride ?? 1
      let (span, overflows) = (count - 1).multipliedReportingOverflow(by: step)
      if count == 0 { return [] }
      if overflows { throw call.failure("the sequence is too long") }
      end = start + span
    }
    guard let end else { throw call.failure("must specify count or end in with_sequence") }
    let step = stride ?? 1
    guard step != 0 else { return [] }
    if step > 0, end < start { throw call.failure("to count backwards make stride negative") }
    if step < 0, end > start { throw call.failure("to count forward don't make stride negative") }
    guard abs(end - start) / abs(step) < 1_000_000 else {
      throw Diagnostic(.limit, "more than a million numbers in a sequence")
    }
    return Swift.stride(from: start, through: end, by: step).map { .string(formatted($0, format)) }
  }

  /// `%d`, `%02d`, `%x`, `%02x`, `%o` inside a text.
  private static func formatted(_ number: Int, _ format: String) -> String {
    guard let percent = format.firstIndex(of: "%") else { return format }
    var rest = format[format.index(after: percent)...]
    let padsWithZero = rest.first == "0"
    let digits = rest.prefix { $0.isNumber }
    rest = rest.dropFirst(digits.count)
    let width = Int(digits) ?? 0
    guard let kind = rest.first else { return format }
    let text: String
    switch kind {
    case "x": text = String(number, radix: 16)
    case "X": text = String(number, radix: 16, uppercase: true)
    case "o": text = String(number, radix: 8)
    case "d", "i", "s": text = String(number)
    default: return format
    }
    let padding = String(repeating: padsWithZero ? "0" : " ", count: max(min(width, 1000) - text.count, 0))
    return format[..<percent] + padding + text + rest.dropFirst()
  }
}
