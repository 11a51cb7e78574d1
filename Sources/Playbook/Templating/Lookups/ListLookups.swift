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
        guard case .map(let map) = term else {
          throw call.failure(
            "the 'dict' lookup plugin expects a dictionary, got \(term.pythonRepr) of type '\(term.typeName)'")
        }
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
      return (0..<length).map { index in .list(flatten(lists.map { index < $0.count ? $0[index] : .null }, levels: 1)) }
    },
    LookupFunction("nested", "Every combination of the lists' items.") { call in
      let lists = try lists(call)
      guard !lists.isEmpty else { throw call.failure("with_nested requires at least one element in the nested list") }
      return try combinations(lists, call)
    },
    LookupFunction("cartesian", aliases: ["community.general.cartesian"], "Every combination of the lists' items.") {
      call in
      let lists = try lists(call)
      guard !lists.isEmpty else { throw call.failure("with_cartesian requires at least one element in each list") }
      return try combinations(lists, call)
    },
    LookupFunction("subelements", "Pairs of an item and each member of one of its lists.") { try subelements($0) },
    LookupFunction("random_choice", "One of the items, at random.") { call in
      call.terms.randomElement().map { [$0] } ?? []
    },
    LookupFunction("sequence", "Numbers from `start` to `end`.") { call in try NumberSequence(call).items },
  ]

  static func flatten(_ values: [Value], levels: Int) -> [Value] {
    values.flatMap { value -> [Value] in
      guard levels > 0, case .list(let list) = value else { return [value] }
      return flatten(list, levels: levels - 1)
    }
  }

  /// The items stand without the list whose members they are paired with, as ansible gives them.
  private static func subelements(_ call: LookupCall) throws -> [Value] {
    func misuse(_ detail: String) -> Diagnostic {
      call.failure("subelements lookup expects a list of two or three items, \(detail)")
    }
    guard (2...3).contains(call.terms.count) else { throw misuse("not of \(call.terms.count)") }
    // The registered result of a task that was skipped.
    if case .map(let map) = call.terms[0], map["skipped"].flatMap(Coercion.bool) == true { return [] }
    let items: [Value]? =
      switch call.terms[0] {
      case .map(let map): Array(map.values)
      case .list(let list): flatten(list, levels: 1)
      default: nil
      }
    guard let items, let key = call.terms[1].string else {
      throw misuse("first a dict or a list, second a string pointing to the subkey")
    }
    var skips = false
    if call.terms.count == 3 {
      guard case .map(let flags) = call.terms[2], flags.keys.allSatisfy({ $0.string == "skip_missing" }) else {
        throw misuse("the optional third item must be a dict with flags skip_missing")
      }
      skips = flags["skip_missing"].flatMap(Coercion.bool) ?? false
    }
    let path = key.split(separator: ".").map(String.init)
    var result: [Value] = []
    for item in items {
      guard case .map(let map) = item else {
        throw call.failure("subelements lookup expects a dictionary, got '\(item.pythonRepr)'")
      }
      // A result of a task that was skipped has no list to walk.
      if map["skipped"].flatMap(Coercion.bool) == true { continue }
      guard let (list, rest) = try taking(path[...], from: map, skips: skips, call) else { continue }
      result += list.map { .list([.map(rest), $0]) }
    }
    return result
  }

  /// The list at the end of a path, and the map without it; `nil` when it is missing and that is to be skipped.
  private static func taking(
    _ path: ArraySlice<String>, from map: Map, skips: Bool, _ call: LookupCall
  ) throws(Diagnostic) -> (list: [Value], rest: Map)? {
    guard let key = path.first else { return nil }
    guard let member = map[key] else {
      if skips { return nil }
      throw call.failure("could not find '\(key)' key in iterated item '\(Value.map(map).pythonRepr)'")
    }
    var rest = map
    if path.count == 1 {
      guard case .list(let list) = member else {
        throw call.failure("the key \(key) should point to a list, got '\(member.pythonRepr)'")
      }
      rest.removeValue(forKey: key)
      return (list, rest)
    }
    guard case .map(let inner) = member else {
      if skips { return nil }
      throw call.failure("the key \(key) should point to a dictionary, got '\(member.pythonRepr)'")
    }
    guard let (list, left) = try taking(path.dropFirst(), from: inner, skips: skips, call) else { return nil }
    rest[key] = .map(left)
    return (list, rest)
  }

  private static func lists(_ call: LookupCall) throws -> [[Value]] {
    call.terms.map { if case .list(let list) = $0 { list } else { [$0] } }
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
