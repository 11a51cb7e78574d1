import Jinja
import Values

/// The filters of `community.general` that playbooks use most. `json_query` answers to its bare name too, as in ansible.
enum CommunityFilters {
  static let all: [TemplateFunction] = (mappings + lists + texts).map { function in
    TemplateFunction(
      "community.general.\(function.name)", function.signatureText,
      aliases: function.name == "json_query" ? [function.name] : [], function.summary, body: function.body)
  }

  // MARK: mappings

  private static let mappings: [TemplateFunction] = [
    TemplateFunction("dict", "(sequence)", "A map made of pairs.") { call in
      let dict = DictObject()
      for (index, pair) in try call.elements(0).enumerated() {
        guard pair.isSequence, try pair.length() == 2 else {
          throw call.failure("item \(index + 1) is no pair of key and value")
        }
        let parts = try pair.elements(in: call.scope)
        try dict.set(try ObjectKey(parts[0]), parts[1])
      }
      return .dict(dict)
    },
    TemplateFunction("dict_kv", "(value, key)", "A map with one member.") { call in
      .dict(DictObject([try call.string(1): call.input]))
    },
    TemplateFunction("counter", "(sequence)", "How often each item occurs.") { call in
      guard call.input.string != nil || call.input.isSequence else {
        throw call.failure("counter() wants a text or a list, not '\(call.input.typeName)'")
      }
      var counts: [ObjectKey: Int] = [:]
      let dict = DictObject()
      for item in try call.elements(0) {
        let key = try ObjectKey(item)
        counts[key, default: 0] += 1
        try dict.set(key, .int(counts[key] ?? 1))
      }
      return .dict(dict)
    },
    TemplateFunction("groupby_as_dict", "(sequence, attribute)", "A map of the items by one of their members.") {
      call in
      guard call.input.isSequence else {
        throw call.failure("groupby_as_dict() wants a list, not '\(call.input.typeName)'")
      }
      let name = try call.string(1)
      let dict = DictObject()
      for (index, item) in try call.elements(0).enumerated() {
        guard item.isMapping else {
          throw call.failure("item \(index + 1) is no dictionary but of type '\(item.typeName)'")
        }
        let value = try item.item(.string(name), in: call.scope)
        guard !value.isUndefined else { throw call.failure("item \(index + 1) has no member '\(name)'") }
        let key = try ObjectKey(value)
        guard !dict.contains(key) else { throw call.failure("several items have \(try value.repr()) as '\(name)'") }
        try dict.set(key, item)
      }
      return .dict(dict)
    },
    TemplateFunction("json_query", "(data, expr)", "What a JMESPath expression finds.") { call in
      let expression = try JMESPath.Expression(try call.string(1))
      return call.object(try JMESPath.Interpreter().value(of: expression, in: try call.value(0)))
    },
  ]

  // MARK: lists

  private static let lists: [TemplateFunction] = [
    TemplateFunction(
      "lists_mergeby", "(*terms, recursive=False, list_merge='replace')",
      "Lists of maps joined, those with the same member merged."
    ) { call in .list(try merged(call).map { call.object($0) }) },
    setFilter("lists_union", "The items of all lists.") { all, next in
      all + next.filter { !all.contains($0) }
    },
    setFilter("lists_intersect", "The items that all lists have.") { all, next in all.filter(next.contains) },
    setFilter("lists_difference", "The items of the first list that no other has.") { all, next in
      all.filter { !next.contains($0) }
    },
    setFilter("lists_symmetric_difference", "The items that an odd number of lists have.") { all, next in
      all.filter { !next.contains($0) } + next.filter { !all.contains($0) }
    },
    TemplateFunction("version_sort", "(value, reverse=False)", "Versions in order.") { call in
      let versions = try call.elements(0).map { object in (object: object, version: LooseVersion(try object.text())) }
      let isReverse = try call.bool(1)
      return .list(
        try versions.sorted { left, right in
          let order = try left.version.compare(to: right.version)
          return isReverse ? order > 0 : order < 0
        }.map(\.object))
    },
  ]

  private static func setFilter(
    _ name: String, _ summary: String, _ combine: @escaping @Sendable ([Value], [Value]) -> [Value]
  ) -> TemplateFunction {
    TemplateFunction(name, "(value, *others, flatten=False)", summary) { call in
      var lists = try ([call.input] + call.extra).map { list in
        guard list.isSequence else { throw call.failure("\(name)() wants lists, not '\(list.typeName)'") }
        return try list.elements(in: call.scope).map { try $0.exported(in: call.scope) }
      }
      if try call.bool(1) {
        lists = lists.flatMap { list in list.allSatisfy { $0.list != nil } ? list.compactMap(\.list) : [list] }
      }
      func unique(_ list: [Value]) -> [Value] {
        var seen: Set<Value> = []
        return list.filter { seen.insert($0).inserted }
      }
      guard let first = lists.first else { return .list([]) }
      return call.object(.list(unique(lists.dropFirst().reduce(unique(first)) { combine($0, unique($1)) })))
    }
  }

  private static func merged(_ call: Call) throws -> [Value] {
    guard call.extra.count > 1, let last = call.extra.last else {
      throw call.failure("lists_mergeby() wants at least one list and the name of a member")
    }
    var lists: [[Value]] = []
    for term in call.extra.dropLast() {
      guard case .list(let list) = try term.exported(in: call.scope) else {
        throw call.failure("lists_mergeby() wants lists before the name of the member, not '\(term.typeName)'")
      }
      if list.isEmpty { continue }
      if list.allSatisfy({ $0.list != nil }) { lists += list.compactMap(\.list) } else { lists.append(list) }
    }
    guard lists.count > 1 else { return lists.first ?? [] }
    guard let name = last.string else {
      throw call.failure("the name of the member must be a string, not '\(last.typeName)'")
    }
    let merging = try MapMerging(recursive: try call.bool(0), lists: try call.string(1))
    return try lists.dropLast().reversed().reduce(lists.last ?? []) { strong, weak in
      var byKey: [(key: Value, map: Map)] = []
      for element in weak + strong {
        guard case .map(let map) = element else {
          throw call.failure("lists_mergeby() wants lists of dictionaries, not of '\(element.typeName)'")
        }
        guard let key = map[name] else { continue }
        if let index = byKey.firstIndex(where: { $0.key == key }) {
          byKey[index].map = merging.merge(byKey[index].map, map)
        } else {
          byKey.append((key, map))
        }
      }
      let pairs = byKey.map { pair in call.object(.list([pair.key, .map(pair.map)])) }
      let sorted = try Sorting.sorted(pairs) { try $0.item(.int(0), in: call.scope) }
      return try sorted.map { try $0.item(.int(1), in: call.scope).exported(in: call.scope) }
    }
  }

  // MARK: texts

  private static let texts: [TemplateFunction] = [
    TemplateFunction("random_mac", "(value, seed=None)", "A MAC address that starts with the given bytes.") { call in
      let prefix = try call.string(0).lowercased()
      let parts = prefix.split(separator: ":", omittingEmptySubsequences: false)
      guard parts.count <= 5 else {
        throw call.failure("random_mac() takes at most 5 bytes separated by ':', not '\(prefix)'")
      }
      for part in parts where !(part.count >= 2 && part.prefix(2).allSatisfy { $0.isASCII && $0.isHexDigit }) {
        throw call.failure("random_mac(): '\(part)' in '\(prefix)' is no byte of two hexadecimal digits")
      }
      var chance = try AnsibleFilters.chance(call, seed: call[1])
      let (low, high) = (0x10_0000_0000, 0xFF_FFFF_FFFF + 1)
      let digits = Array(String(low + chance.below(high - low), radix: 16))
      let rest = stride(from: 0, to: 2 * (6 - parts.count), by: 2).map { ":" + String(digits[$0...$0 + 1]) }
      return .string(prefix + rest.joined())
    },
    TemplateFunction(
      "from_csv",
      "(data, dialect='excel', fieldnames=None, delimiter=None, skipinitialspace=None, strict=None)",
      "The rows of a table as maps."
    ) { call in
      var format = CSVFormat()
      switch try call.string(1) {
      case "excel", "unix": break
      case "excel-tab": format.delimiter = "\t"
      case let other:
        throw call.failure("from_csv() knows no dialect '\(other)'", help: "Known are excel, excel-tab and unix.")
      }
      if let delimiter = try call.optionalString(3) {
        guard let character = delimiter.unicodeScalars.first, delimiter.unicodeScalars.count == 1 else {
          throw call.failure("from_csv() argument 'delimiter' must be one character, not '\(delimiter)'")
        }
        format.delimiter = character
      }
      format.skipsInitialSpace = try !call[4].isNone && call.bool(4)
      format.isStrict = try !call[5].isNone && call.bool(5)
      var rows = try format.rows(try call.string(0))[...]
      let names = try call[2].isNone ? rows.popFirst() ?? [] : call.elements(2).map { try $0.text() }
      return call.object(.list(rows.map { .map(record($0, names)) }))
    },
  ]

  /// A row by the names of its columns; cells beyond them are a list under `null`, and columns without a cell are null.
  private static func record(_ row: [String], _ names: [String]) -> Map {
    var map: Map = [:]
    for (index, name) in names.enumerated() { map[name] = index < row.count ? .string(row[index]) : .null }
    if row.count > names.count { map[Key.null] = .list(row[names.count...].map { .string($0) }) }
    return map
  }
}
