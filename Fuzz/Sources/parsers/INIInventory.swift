import Values

@testable import Inventory

extension Parser {
  /// An INI inventory, and the graph that its front part leaves where it has an error.
  static let iniInventory = Parser(name: "ini-inventory") { bytes in
    if hasManyHosts(bytes) { return }
    let file = SourceFile(path: "hosts", text: String(lossless: bytes))
    var graph = InventoryGraph()
    do throws(Diagnostic) {
      try INIInventoryReader.read(bytes, of: file, into: &graph)
    } catch {
      Promise.place(error, in: bytes)
    }
    check(graph)
  }

  /// Whether ranges may name more than ten thousand hosts on a line: millions are allowed, and take their time.
  private static func hasManyHosts(_ bytes: [UInt8]) -> Bool {
    let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
    return bytes.split { !digits.contains($0) }.contains { $0.count > 2 }
      || bytes.split(separator: 0x0A).contains { line in line.count { $0 == UInt8(ascii: "[") } > 2 }
  }

  /// Every host is in `all` once, and everybody's groups end.
  static func check(_ graph: InventoryGraph) {
    var graph = graph
    graph.reconcile()
    let members = graph.hosts(in: InventoryGraph.all)
    Promise.hold(members.count == graph.hosts.count, "\(members.count) of \(graph.hosts.count) hosts in all")
    Promise.hold(Set(members).count == members.count, "a host twice in all")
    for host in graph.hosts.indices.prefix(8) {
      Promise.hold(graph.groupsInMergeOrder(of: host).contains(InventoryGraph.all), "a host outside all")
    }
  }
}
