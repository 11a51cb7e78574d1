import TestSupport
import Testing

/// Modules that a project brings as files: which are refused and how, and what check mode does with them. What they are given
/// and what is made of their answers stands in the playbook `Language/module-files`, line by line as in ansible.
@Suite struct ModuleFileTests {
  @Test(arguments: Repository.fixtures("ModuleFiles"))
  func saysExactly(_ name: String) async throws {
    try await Transcript.check("ModuleFiles/\(name)")
  }
}
