import Foundation
import TestSupport
import Testing

extension RealHosts {
  /// `examples/demo` on plain sshd hosts: what can be proved on any machine, without root and namespaces.
  @Suite struct Demo {
    @Test("A check foretells the first run, a second run changes nothing, a drift is found and left alone")
    func converges() async throws {
      let fleet = try await Fleet.plain()
      try await fleet.reset()
      let play = Program.swiftible("playbook", "-i", fleet.inventory, Repository.path("examples/demo/site.yml"))

      let check = try await play.arguments("--check").run()
      #expect(check.exitCode == 0, "\(check.output)\(check.errors)")
      #expect(!FileManager.default.fileExists(atPath: "\(fleet.folder("host1"))/site"), "a check changed the host")
      let first = try await play.run()
      #expect(first.exitCode == 0, "\(first.output)\(first.errors)")
      #expect(Screen(check.output).changes == Screen(first.output).changes)
      #expect(Screen(first.output).count("changed") == ["host1": 7, "host2": 7, "host3": 7])

      let second = try await play.run()
      #expect(second.exitCode == 0, "\(second.output)\(second.errors)")
      #expect(Screen(second.output).changes == [])

      let page = "\(fleet.folder("host2"))/site/pages/about.html"
      try FileManager.default.removeItem(atPath: page)
      let drift = try await play.arguments("--check", "--diff").run()
      #expect(drift.exitCode == 0)
      #expect(Screen(drift.output).changes == ["TASK [Pages] | changed: [host2] => (item=about)"])
      #expect(drift.output.contains("+<h1>Made with a playbook</h1>\n"))
      #expect(!FileManager.default.fileExists(atPath: page), "a check changed the host")
    }
  }
}
