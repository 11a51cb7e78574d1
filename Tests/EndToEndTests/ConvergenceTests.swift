import TestSupport
import Testing

extension RealHosts {
  /// `examples/site-30`: every module, on four Debian hosts.
  @Suite(.enabled(if: Fleet.obstacle == nil, "left out: the full fleet can't run here: \(Fleet.obstacle ?? "")"))
  struct Convergence {
    private let hosts = ["host1", "host2", "host3", "host4"]

    @Test("A check foretells what the first run changes; a second run and a check after it change nothing")
    func converges() async throws {
      let fleet = try await Fleet.full()
      try await fleet.reset()
      let play = Program.swiftible("playbook", "-i", fleet.inventory, Repository.path("examples/site-30/site.yml"))

      let check = try await play.arguments("--check").run()
      #expect(check.exitCode == 0, "\(check.output)\(check.errors)")
      #expect(try await fleet.run("host1", "test -e /srv/shop").exitCode != 0, "a check changed the host")
      let foretold = Screen(check.output)

      let first = try await play.run()
      #expect(first.exitCode == 0, "\(first.output)\(first.errors)")
      let made = Screen(first.output)
      #expect(foretold.changes.subtracting(made.changes) == [], "foretold and not made")
      #expect(made.changes.subtracting(foretold.changes) == [], "made and not foretold")
      // The numbers of ansible-core on the same playbook.
      #expect(made.count("ok") == ["host1": 40, "host2": 39, "host3": 39, "host4": 39])
      for (counter, number) in ["changed": 22, "unreachable": 0, "failed": 0, "skipped": 1, "rescued": 1, "ignored": 0]
      {
        #expect(made.count(counter) == all(number), "\(counter)")
      }

      let second = try await play.run()
      #expect(second.exitCode == 0, "\(second.output)\(second.errors)")
      #expect(Screen(second.output).changes == [])
      #expect(Screen(second.output).count("changed") == all(0))

      let after = try await play.arguments("--check", "--diff").run()
      #expect(after.exitCode == 0, "\(after.output)\(after.errors)")
      #expect(Screen(after.output).changes == [])
      #expect(Screen(after.output).count("changed") == all(0))
    }

    private func all(_ number: Int) -> [String: Int] { Dictionary(uniqueKeysWithValues: hosts.map { ($0, number) }) }
  }
}
