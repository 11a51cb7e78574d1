import Values

@testable import Inventory

extension Parser {
  /// A host pattern and what it selects of a few hosts.
  static let hostPattern = Parser(name: "host-pattern") { bytes in
    let pattern = String(decoding: bytes, as: UTF8.self)
    var selection = HostSelection(in: graph)
    do throws(Diagnostic) {
      let names = try selection.hosts(matching: HostPattern(pattern))
      Promise.hold(Set(names).count == names.count, "a host twice")
      for name in names {
        Promise.hold(
          graph.host(named: name) != nil || HostSelection.localNames.contains(name), "selected, but no host: \(name)")
      }
    } catch {
      // A pattern stands on the command line, which has no lines: the message quotes what is wrong with it instead.
      Promise.hold(error.message.contains("pattern"), error.message)
    }
  }

  private static let graph = {
    var graph = InventoryGraph()
    let groups = ["web", "db", "eu", "web-2"].map { graph.addGroup($0) }
    for (number, name) in ["www1.example.com", "www2.example.com", "db1", "a", "b", "::1", "10.0.0.1"].enumerated() {
      graph.addHost(name, to: groups[number % groups.count])
    }
    graph.reconcile()
    return graph
  }()
}
