import Values

@testable import Inventory

extension Parser {
  /// What an inventory script printed, from its bytes to the graph.
  static let scriptAnswer = Parser(name: "script-answer") { bytes in
    var graph = InventoryGraph()
    do throws(Diagnostic) {
      let answer = try ScriptAnswer.object(
        bytes, of: "/inventory", asked: "--list", subject: "The answer",
        vault: VaultEnvelopes(secrets: .init(), keeps: true))
      var reader = ScriptInventoryReader(path: "/inventory")
      try reader.read(answer, into: &graph)
      Promise.hold(reader.hosts.allSatisfy { graph.host(named: $0) != nil }, "a host that is not in the graph")
    } catch {
      Promise.place(error, in: bytes)
    }
    check(graph)
  }
}
