import TestSupport
import Testing

/// Mistakes that no host has a part in: exact message, place and exit code, in one transcript each.
@Suite struct BadInputTests {
  @Test(arguments: Repository.fixtures("BadInput"))
  func saysExactly(_ name: String) async throws {
    try await Transcript.check("BadInput/\(name)")
  }
}
