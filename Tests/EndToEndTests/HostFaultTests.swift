import Foundation
import TestSupport
import Testing

extension RealHosts {
  /// One host of three is at fault: its error is exact, and the other two finish.
  @Suite struct HostFaults {
    @Test func wrongKey() async throws {
      let folder = try TemporaryFolder()
      let fleet = try await Fleet.plain()
      let made = try await Program(
        path: "/usr/bin/ssh-keygen", arguments: ["-q", "-t", "ed25519", "-N", "", "-f", "\(folder.path)/key"],
        environment: [:]
      ).run()
      try #require(made.exitCode == 0)
      try await Transcript.check("HostFaults/wrong-key", values(fleet, ["key": "\(folder.path)/key"]))
    }

    @Test func refusedPort() async throws {
      let fleet = try await Fleet.plain()
      let listener = try DeafListener()
      let port = String(listener.port)
      listener.close()
      try await Transcript.check("HostFaults/refused-port", values(fleet, ["free-port": port]))
    }

    @Test func changedHostKey() async throws {
      let fleet = try await Fleet.plain()
      let folder = try TemporaryFolder()
      // host2 answers with another key than the one that is known for it.
      let known = try String(contentsOfFile: "\(fleet.state)/known_hosts", encoding: .utf8)
      let lines = known.split(separator: "\n").map { $0.split(separator: " ") }
      try #require(lines.count == 3)
      try folder.write(
        "known_hosts",
        lines.enumerated().map { "\($1[0]) \($1[1]) \(lines[$0 == 1 ? 0 : $0][2])\n" }.joined())
      try await Transcript.check(
        "HostFaults/changed-host-key", values(fleet, ["known-hosts": "\(folder.path)/known_hosts"]))
    }

    @Test func hangingHost() async throws {
      let fleet = try await Fleet.plain()
      let listener = try DeafListener()
      defer { listener.close() }
      try await Transcript.check("HostFaults/hanging-host", values(fleet, ["deaf-port": String(listener.port)]))
    }

    @Test func hostKilledInMidTask() async throws {
      let fleet = try await Fleet.plain()
      let folder = "\(Repository.root)/Tests/Fixtures/EndToEnd/HostFaults/killed-in-mid-task"
      let run = try Program.swiftible("playbook", "-i", fleet.inventory, "site.yml").directory(folder).start()
      try await until { FileManager.default.fileExists(atPath: "\(fleet.folder("host2"))/began") }
      try await fleet.kill("host2")
      let outcome = try await run.wait()
      try await fleet.reset()
      #expect(outcome.exitCode == 4)
      let recap = Screen(outcome.output).recap
      #expect(recap["host2"]?["unreachable"] == 1)
      for host in ["host1", "host3"] {
        #expect(recap[host]?["ok"] == 2)
        #expect(recap[host]?["unreachable"] == 0)
      }
      #expect(outcome.output.contains("fatal: [host2]: UNREACHABLE! => "))
    }

    @Test func interruptedRunLeavesNothingBehind() async throws {
      let fleet = try await Fleet.plain()
      let folder = "\(Repository.root)/Tests/Fixtures/EndToEnd/HostFaults/interrupted"
      let run = try Program.swiftible("playbook", "-i", fleet.inventory, "site.yml").directory(folder).start()
      let began = ["host1", "host2", "host3"].map { "\(fleet.folder($0))/sleeping" }
      try await until { began.allSatisfy { FileManager.default.fileExists(atPath: $0) } }
      run.interrupt()
      let outcome = try await run.wait()
      #expect(outcome.exitCode == 99)
      let command = "sleep 31.7"
      try await until {
        try await Program(path: "/usr/bin/pgrep", arguments: ["-fx", command], environment: [:]).run().exitCode == 1
      }
      for file in began { try? FileManager.default.removeItem(atPath: file) }
    }

    @Test(.enabled(if: Fleet.obstacle == nil, "left out: the full fleet can't run here: \(Fleet.obstacle ?? "")"))
    func sudoWantsAPassword() async throws {
      let fleet = try await Fleet.full()
      try await Transcript.check("HostFaults/sudo-wants-a-password", values(fleet))
    }

    @Test(.enabled(if: Fleet.obstacle == nil, "left out: the full fleet can't run here: \(Fleet.obstacle ?? "")"))
    func fullDisk() async throws {
      let fleet = try await Fleet.full()
      let before = try await fleet.run("host2", "rm -f /srv/small/*; echo old > /srv/small/file; cat /srv/small/file")
      try #require(before.output == "old\n")
      try await Transcript.check("HostFaults/full-disk", values(fleet))
      let after = try await fleet.run("host2", "cat /srv/small/file; ls -A /srv/small; rm -f /srv/small/*")
      #expect(after.output == "old\nfile\n", "the old file must stay, and nothing beside it")
    }

    /// Waits for something that must become true.
    private func until(_ isTrue: () async throws -> Bool) async throws {
      let deadline = ContinuousClock.now + .seconds(20)
      while try await !isTrue() {
        try #require(ContinuousClock.now < deadline, "20 seconds were not enough")
        try await Task.sleep(for: .milliseconds(50))
      }
    }

    private func values(_ fleet: Fleet, _ more: [String: String] = [:]) throws -> [String: String] {
      var values = more
      values["inventory"] = fleet.inventory
      values["state"] = fleet.state
      values["login"] = "\(NSUserName())@127.0.0.1"
      for host in ["host1", "host2", "host3"] {
        values["\(host)-address"] = try "\(fleet.address(host)):\(fleet.port(host))"
        values["\(host)-port"] = try fleet.port(host)
      }
      return values
    }
  }
}
