import TestSupport
import Testing

extension RealHosts {
  /// Playbooks that need a whole Debian host, and assert by themselves what came of it.
  @Suite(.enabled(if: Fleet.obstacle == nil, "left out: the full fleet can't run here: \(Fleet.obstacle ?? "")"))
  struct WholeHosts {
    @Test(arguments: Repository.fixtures("WholeHosts"))
    func ends(_ playbook: String) async throws {
      let path = Repository.path("Tests/Fixtures/EndToEnd/WholeHosts/\(playbook)")
      let outcome = try await Program.swiftible("playbook", "-i", try await Fleet.full().inventory, path).run()
      #expect(outcome.exitCode == 0, "\(outcome.output)\(outcome.errors)")
    }
  }
}
