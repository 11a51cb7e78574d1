import Jinja
import Values

extension AnsibleFilters {
  /// Lists and maps.
  static let collections: [TemplateFunction] = [
    TemplateFunction(
      "combine", "(value, *others, recursive=False, list_merge='replace')", "Maps laid over each other."
    ) { call in
      let isRecursive = try call.bool(1)
      let merging = try MapMerging(recursive: isRecursive, lists: call.string(2))
      let terms = ListLookups.flatten(
        try ([call.input] + call.extra).filter { !$0.isUndefined }.map { try $0.exported(in: call.scope) }, levels: .max
      )
      var result: Map = [:]
      for term in terms {
        guard case .map(let map) = term else {
          throw call.failure("failed to combine variables, expected dicts but got a '\(term.typeName)'")
        }
        result = merging.merge(result, map)
      }
      return call.object(.map(result))
    },
    TemplateFunction("dict2items", "(value, key_name='key', value_name='value')", "A map's members as a list of maps.")
    { call in
      guard case .map(let map) = try call.value(0) else {
        throw call.failure("dict2items requires a dictionary, got \(call.input.typeName) instead.")
      }
      let key = try call.string(1)
      let value = try call.string(2)
      return call.object(
        .list(map.map { member in .map([.string(key): member.key.value, .string(value): member.value]) }))
    },
    TemplateFunction("items2dict", "(value, key_name='key', value_name='value')", "A map made of a list of maps.") {
      call in
      let key = try call.string(1)
      let value = try call.string(2)
      guard case .list(let list) = try call.value(0) else {
        throw call.failure("items2dict requires a list, got \(call.input.typeName) instead.")
      }
      var result: Map = [:]
      for item in list {
        guard case .map(let map) = item, let name = map[key].flatMap(Key.init), let member = map[value] else {
          throw call.failure(
            "items2dict requires each dictionary in the list to contain the keys '\(key)' and '\(value)'")
        }
        result[name] = member
      }
      return call.object(.map(result))
    },
    TemplateFunction("flatten", "(value, levels=None, skip_nulls=True)", "A list with the lists inside it opened.") {
      call in
      let levels = try call.optionalInt(1) ?? .max
      let skips = try call.bool(2)
      let flat = ListLookups.flatten(try call.values(0), levels: levels)
      return call.object(.list(skips ? flat.filter { !$0.isNull && $0.string != "None" && $0.string != "null" } : flat))
    },
    TemplateFunction("difference", "(a, b)", "What is in the first list only.") { call in
      let other = Set(try call.values(1))
      return call.object(.list(unique(try call.values(0)).filter { !other.contains($0) }))
    },
    TemplateFunction("intersect", "(a, b)", "What is in both lists.") { call in
      let other = Set(try call.values(1))
      return call.object(.list(unique(try call.values(0)).filter(other.contains)))
    },
    TemplateFunction("symmetric_difference", "(a, b)", "What is in only one of two lists.") { call in
      let first = try call.values(0)
      let second = try call.values(1)
      let common = Set(first).intersection(second)
      return call.object(.list(unique(first + second).filter { !common.contains($0) }))
    },
    TemplateFunction("union", "(a, b)", "What is in one of two lists or both.") { call in
      call.object(.list(unique(try call.values(0) + call.values(1))))
    },
    TemplateFunction("extract", "(item, container, morekeys=None)", "The member of a container, or deeper.") { call in
      var keys = [call.input]
      if !call[2].isNone {
        switch call[2] {
        case .list, .tuple: keys += try call.elements(2)
        default: keys.append(call[2])
        }
      }
      var current = call[1]
      for key in keys { current = try current.item(key, in: call.scope) }
      return current
    },
    TemplateFunction("zip", "(value, *others)", "Lists side by side, as long as the shortest.") { call in
      let lists = try [call.elements(0)] + call.extra.map { try $0.elements(in: call.scope) }
      let length = lists.map(\.count).min() ?? 0
      return .list((0..<length).map { index in .list(lists.map { $0[index] }) })
    },
    TemplateFunction("zip_longest", "(value, *others, fillvalue=None)", "Lists side by side, as long as the longest.") {
      call in
      let lists = try [call.elements(0)] + call.extra.map { try $0.elements(in: call.scope) }
      let fill = call[1]
      let length = lists.map(\.count).max() ?? 0
      return .list((0..<length).map { index in .list(lists.map { index < $0.count ? $0[index] : fill }) })
    },
    TemplateFunction("product", "(value, *others)", "Every combination of the lists' items.") { call in
      var result: [[Object]] = [[]]
      for list in try [call.elements(0)] + call.extra.map({ try $0.elements(in: call.scope) }) {
        guard result.count.multipliedReportingOverflow(by: max(list.count, 1)).partialValue <= 1_000_000 else {
          throw Diagnostic(.limit, "more than a million combinations")
        }
        result = result.flatMap { head in list.map { head + [$0] } }
      }
      return .list(result.map { .list($0) })
    },
    TemplateFunction("combinations", "(value, r)", "The ways to choose so many items.") { call in
      .list(try choose(try call.elements(0), try call.int(1), ordered: false).map { .list($0) })
    },
    TemplateFunction("permutations", "(value, r=None)", "The ways to put so many items in order.") { call in
      let items = try call.elements(0)
      return .list(try choose(items, try call.optionalInt(1) ?? items.count, ordered: true).map { .list($0) })
    },
    TemplateFunction(
      "subelements", "(value, subelements, skip_missing=False)", "Pairs of an item and each member of one of its lists."
    ) { call in
      let key = try call.value(1)
      let path = key.list.map { $0.map(PlainText.of).joined(separator: ".") } ?? PlainText.of(key)
      let source = try call.value(0)
      guard let function = LookupTable.find("subelements"), let context = call.scope.attachment as? TemplatingContext
      else { return .list([]) }
      let lookup = LookupCall(
        terms: [source, .string(path), ["skip_missing": .bool(try call.bool(2))]], options: [:],
        templar: Templar(context.engine, context.lookup))
      return call.object(.list(try function.body(lookup)))
    },
    TemplateFunction(
      "rekey_on_member", "(data, key, duplicates='error')", "A map of the items by one of their members."
    ) { call in
      let key = try call.string(1)
      let mode = try call.string(2)
      let source = try call.value(0)
      let items: [Value] = source.map.map { Array($0.values) } ?? source.list ?? []
      var result: Map = [:]
      for item in items {
        guard let map = item.map else { throw call.failure("List item is not a valid dict") }
        guard let name = map[key].flatMap(Key.init) else { throw call.failure("Key \(key) was not found") }
        if let old = result[name], mode == "error", old.map?.isEmpty == false {
          throw call.failure("Key \(PlainText.of(name.value)) is not unique, cannot correctly turn into dict")
        }
        result[name] = item
      }
      return call.object(.map(result))
    },
    TemplateFunction("shuffle", "(value, seed=None)", "The items in random order.") { call in
      guard call[1].isNone else {
        var generator = SeededGenerator(seed: try call.anyText(1))
        return .list(try call.elements(0).shuffled(using: &generator))
      }
      return .list(try call.elements(0).shuffled())
    },
  ]

  static func unique(_ values: [Value]) -> [Value] {
    var seen: Set<Value> = []
    return values.filter { seen.insert($0).inserted }
  }

  private static func choose(_ items: [Object], _ count: Int, ordered: Bool) throws -> [[Object]] {
    guard count >= 0, count <= items.count else { return [] }
    var result: [[Object]] = []
    var chosen: [Int] = []
    func extend(from start: Int) throws {
      if chosen.count == count {
        result.append(chosen.map { items[$0] })
        if result.count > 1_000_000 { throw Diagnostic(.limit, "more than a million combinations") }
        return
      }
      for index in (ordered ? 0 : start)..<max(items.count, ordered ? 0 : start)
      where !ordered || !chosen.contains(index) {
        chosen.append(index)
        try extend(from: index + 1)
        chosen.removeLast()
      }
    }
    try extend(from: 0)
    return result
  }
}

/// How `combine` lays one map over another.
struct MapMerging {
  let isRecursive: Bool
  let lists: String

  private static let known: Set<String> = ["replace", "keep", "append", "prepend", "append_rp", "prepend_rp"]

  init(recursive: Bool, lists: String) throws(Diagnostic) {
    guard Self.known.contains(lists) else {
      throw Diagnostic(
        .template,
        "'list_merge' argument can only be equal to \(Self.known.sorted().map { "'\($0)'" }.joined(separator: ", "))")
    }
    isRecursive = recursive
    self.lists = lists
  }

  func merge(_ weak: Map, _ strong: Map, depth: Int = 0) -> Map {
    var result = weak
    for (key, value) in strong {
      switch (result[key], value) {
      case (.map(let old)?, .map(let new)) where isRecursive && depth < 100:
        result[key] = .map(merge(old, new, depth: depth + 1))
      case (.list(let old)?, .list(let new)): result[key] = .list(merge(old, new))
      default: result[key] = value
      }
    }
    return result
  }

  private func merge(_ old: [Value], _ new: [Value]) -> [Value] {
    switch lists {
    case "keep": old
    case "append": old + new
    case "prepend": new + old
    case "append_rp": old.filter { !new.contains($0) } + new
    case "prepend_rp": new + old.filter { !new.contains($0) }
    default: new
    }
  }
}

/// Numbers that follow from a text, the same each time: for `random(seed=…)` and `shuffle(seed=…)`.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: String) { state = seed.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 } }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
