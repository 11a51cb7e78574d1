import Values

/// Writes the tree of groups, hosts and variables as PyYAML would, aliases and encrypted values included.
struct InventoryYAML {
  private(set) var bytes: [UInt8] = []
  private let inventory: Inventory
  private let counts: [String: Int]
  private var anchors: [String: String] = [:]
  private let writer = YAMLWriter(usesFlowStyle: false)

  /// - Parameter counts: how often each object will be written.
  init(_ inventory: Inventory, counting counts: [String: Int]) {
    self.inventory = inventory
    self.counts = counts
  }

  mutating func write(_ name: String, _ group: InventoryReport.ShownGroup, depth: Int = 0) throws(Diagnostic) {
    try open(.string(name), depth, isEmpty: group.isEmpty)
    if !group.children.isEmpty {
      try open("children", depth + 1)
      for name in Self.sorted(group.children.keys) {
        if let child = group.children[name] { try write(name, child, depth: depth + 2) }
      }
    }
    if !group.hosts.isEmpty {
      try open("hosts", depth + 1)
      for name in Self.sorted(group.hosts.keys) {
        let variables = group.hosts[name] ?? []
        try open(.string(name), depth + 2, isEmpty: variables.isEmpty)
        try write(variables, depth: depth + 3)
      }
    }
    if !group.variables.isEmpty {
      try open("vars", depth + 1)
      try write(group.variables, depth: depth + 2)
    }
  }

  mutating func write(_ variables: [InventoryReport.ShownVariable], depth: Int) throws(Diagnostic) {
    var plain = Map()
    for variable in variables.sorted(by: { Key.isOrdered($0.key, $1.key) }) {
      let count = variable.identity.flatMap { counts[$0] } ?? 0
      var envelope: String?
      if case .secret(let secret) = variable.value { envelope = inventory.variableFiles.vault.envelope(of: secret) }
      guard count > 1 || envelope != nil else {
        plain[variable.key] = variable.value
        continue
      }
      try writePlain(plain, depth: depth)
      plain = Map()
      if let envelope {
        try open(variable.key, depth, suffix: " !vault |")
        for line in envelope.split(separator: "\n") { append(line: line, depth: depth + 1) }
      } else if let identity = variable.identity {
        try writeShared(variable, identity: identity, depth: depth)
      }
    }
    try writePlain(plain, depth: depth)
  }

  /// Variables that nothing is special about, at their depth, for the width of the margin decides where long texts are folded.
  private mutating func writePlain(_ variables: Map, depth: Int) throws(Diagnostic) {
    guard !variables.isEmpty else { return }
    var value = Value.map(variables)
    for _ in 0..<depth { value = ["k": value] }
    let text = try writer.string(value)
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)[...]
    lines = lines.dropFirst(depth)
    bytes += lines.joined(separator: "\n").losslessBytes
  }

  private mutating func writeShared(
    _ variable: InventoryReport.ShownVariable, identity: String, depth: Int
  ) throws(Diagnostic) {
    if let anchor = anchors[identity] {
      try open(variable.key, depth, suffix: " *\(anchor)")
      return
    }
    let number = String(anchors.count + 1)
    let anchor = "id" + String(repeating: "0", count: max(0, 3 - number.utf8.count)) + number
    anchors[identity] = anchor
    if variable.value.list?.isEmpty == true {
      try open(variable.key, depth, suffix: " &\(anchor) []")
    } else if variable.value.map?.isEmpty == true {
      try open(variable.key, depth, suffix: " &\(anchor) {}")
    } else {
      try open(variable.key, depth, suffix: " &\(anchor)")
      var body = InventoryYAML(inventory, counting: [:])
      var single = Map()
      single[variable.key] = variable.value
      try body.writePlain(single, depth: depth)
      if let end = body.bytes.firstIndex(of: 0x0A) { bytes += body.bytes[(end + 1)...] }
    }
  }

  private mutating func open(_ key: Key, _ depth: Int, isEmpty: Bool = false, suffix: String = "") throws(Diagnostic) {
    var single = Map()
    single[key] = .null
    let text = try writer.string(.map(single))
    append(line: text.dropLast("null\n".count).dropLast(1) + (isEmpty ? " {}" : suffix), depth: depth)
  }

  private mutating func append(line: some StringProtocol, depth: Int) {
    bytes.append(contentsOf: repeatElement(0x20, count: 2 * depth))
    bytes += String(line).losslessBytes
    bytes.append(0x0A)
  }

  private static func sorted(_ names: some Sequence<String>) -> [String] {
    names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }
}
