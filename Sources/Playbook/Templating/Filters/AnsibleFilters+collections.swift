import Jinja
import Values

extension AnsibleFilters {
  /// Lists and maps.
  static let collections: [TemplateFunction] = [
    TemplateFunction(
      "combine", "(*terms, recursive=False, list_merge='replace')", "Maps laid over each other."
    ) { call in
      let merging = try MapMerging(recursive: try call.bool(0), lists: try call.string(1))
      let terms = ListLookups.flatten(try call.extra.map { try $0.exported(in: call.scope) }, levels: 1)
      let maps = terms.filter { !$0.isNull && $0.string != "None" && $0.string != "null" }
      if maps.count == 1 { return call.object(maps[0]) }
      var result: Map = [:]
      for term in maps {
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
      guard call.input.isSequence, case .list(let list) = try call.value(0) else {
        throw call.failure("items2dict requires a list, got \(call.input.typeName) instead.")
      }
      var result: Map = [:]
      for (index, item) in list.enumerated() {
        guard case .map(let map) = item else {
          throw call.failure(
            "items2dict requires a list of dictionaries, but item \(index + 1) is of type '\(item.typeName)'")
        }
        guard let name = map[key].flatMap(Key.init), let member = map[value] else {
          throw call.failure(
            "items2dict requires each dictionary in the list to contain the keys '\(key)' and '\(value)'; item \(index + 1) has \(map.keys.map(\.value.pythonRepr).joined(separator: ", "))"
          )
        }
        result[name] = member
      }
      return call.object(.map(result))
    },
    TemplateFunction("flatten", "(mylist, levels=None, skip_nulls=True)", "A list with the lists inside it opened.") {
      call in
      .list(try flat(try call.elements(0), levels: try call.optionalInt(1), skipsNulls: try call.bool(2), call))
    },
    TemplateFunction(
      "extract", "(item, container, morekeys=None)", acceptsUndefined: false, "The member of a container, or deeper."
    ) { call in
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
      return .list((0..<length).map { index in .tuple(lists.map { $0[index] }) })
    },
    TemplateFunction("zip_longest", "(value, *others, fillvalue=None)", "Lists side by side, as long as the longest.") {
      call in
      let lists = try [call.elements(0)] + call.extra.map { try $0.elements(in: call.scope) }
      let fill = call[1]
      let length = lists.map(\.count).max() ?? 0
      return .list((0..<length).map { index in .tuple(lists.map { index < $0.count ? $0[index] : fill }) })
    },
    TemplateFunction("product", "(value, *others, repeat=1)", "Every combination of the lists' items.") { call in
      var result: [[Object]] = [[]]
      let lists = try [call.elements(0)] + call.extra.map({ try $0.elements(in: call.scope) })
      let times = try call.int(1)
      guard (0...100).contains(times) else { throw call.failure("product() argument 'repeat' must be from 0 to 100") }
      for list in repeatElement(lists, count: times).joined() {
        guard result.count.multipliedReportingOverflow(by: max(list.count, 1)).partialValue <= 1_000_000 else {
          throw Diagnostic(.limit, "more than a million combinations")
        }
        result = result.flatMap { head in list.map { head + [$0] } }
      }
      return .list(result.map { .tuple($0) })
    },
    TemplateFunction("combinations", "(value, r)", "The ways to choose so many items.") { call in
      .list(try choose(try call.elements(0), try call.int(1), ordered: false).map { .tuple($0) })
    },
    TemplateFunction("permutations", "(value, r=None)", "The ways to put so many items in order.") { call in
      let items = try call.elements(0)
      return .list(try choose(items, try call.optionalInt(1) ?? items.count, ordered: true).map { .tuple($0) })
    },
    TemplateFunction(
      "subelements", "(obj, subelements, skip_missing=False)", "Pairs of an item and each member of one of its lists."
    ) { call in
      let items: [Object]
      switch call.input {
      case .list(let list): items = try list.elements()
      case _ where call.input.isMapping: items = try call.input.items(in: call.scope).map(\.value)
      default:
        throw call.failure("subelements() wants a list or a dictionary of dictionaries, not '\(call.input.typeName)'")
      }
      return .list(try items.flatMap { try subelements(of: $0, call) })
    },
    TemplateFunction(
      "rekey_on_member", "(data, key, duplicates='error')", "A map of the items by one of their members."
    ) { call in
      let key = try call.string(1)
      let mode = try call.string(2)
      guard mode == "error" || mode == "overwrite" else {
        throw call.failure(
          "duplicates parameter to rekey_on_member has unknown value '\(mode)'", help: "It is 'error' or 'overwrite'.")
      }
      let source = try call.value(0)
      guard let items = source.map.map({ Array($0.values) }) ?? source.list else {
        throw call.failure("Type is not a valid list, set, or dict, but '\(call.input.typeName)'")
      }
      var result: Map = [:]
      for (index, item) in items.enumerated() {
        guard let map = item.map else {
          throw call.failure("List item is not a valid dict: item \(index + 1) is of type '\(item.typeName)'")
        }
        guard let member = map[key] else { throw call.failure("Key '\(key)' was not found in item \(index + 1).") }
        guard let name = Key(member) else {
          throw call.failure("item \(index + 1) has no key '\(key)' that could name it but a '\(member.typeName)'")
        }
        if mode == "error", result[name] != nil {
          throw call.failure("Key \(name.value.pythonRepr) is not unique, cannot convert to dict.")
        }
        result[name] = item
      }
      return call.object(.map(result))
    },
  ]

  private static func flat(_ items: [Object], levels: Int?, skipsNulls: Bool, _ call: Call, depth: Int = 0) throws
    -> [Object]
  {
    guard depth < 200 else { throw Diagnostic(.limit, "the list is nested more than 200 levels deep") }
    return try items.flatMap { item -> [Object] in
      if skipsNulls, item.isNone || item.string == "None" || item.string == "null" { return [] }
      guard item.isSequence, levels.map({ $0 >= 1 }) ?? true else { return [item] }
      return try flat(
        try item.elements(in: call.scope), levels: levels.map { $0 - 1 }, skipsNulls: skipsNulls, call, depth: depth + 1
      )
    }
  }

  private static func subelements(of item: Object, _ call: Call) throws -> [Object] {
    let path: [Object]
    switch call[1] {
    case .list, .tuple: path = try call.elements(1)
    default:
      guard let text = call[1].string else {
        throw call.failure("subelements() argument 'subelements' must be a list or a string, not '\(call[1].typeName)'")
      }
      path = text.split(separator: ".", omittingEmptySubsequences: false).map { .string(String($0)) }
    }
    var inner = item
    for key in path {
      guard inner.isMapping else {
        throw call.failure("the key \(try key.repr()) should be in a dictionary, not in a '\(inner.typeName)'")
      }
      let next = try inner.item(key, in: call.scope)
      guard !next.isUndefined else {
        if try call.bool(2) { return [] }
        throw call.failure(
          "could not find \(try key.repr()) key in iterated item \(try inner.exported(in: call.scope).pythonRepr)",
          help: "With skip_missing=true such items are left out.")
      }
      inner = next
    }
    guard case .list(let list) = inner else {
      throw call.failure(
        "the key \(try path.last?.repr() ?? "") should point to a list, got \(try inner.exported(in: call.scope).pythonRepr)"
      )
    }
    return try list.elements().map { .tuple([item, $0]) }
  }

  private static func choose(_ items: [Object], _ count: Int, ordered: Bool) throws -> [[Object]] {
    guard count >= 0 else { throw Diagnostic(.template, "the number of items to choose must not be negative") }
    guard count <= items.count else { return [] }
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
