import Testing
import Values

@testable import Inventory

/// The files under `host_vars/` and `group_vars/`.
@Suite struct VariableFilesTests {
  private let directory = AnsibleConformanceTests.fixtures + "/lazy"

  @Test func onlyTheFilesOfHostsThatAreAskedForAreRead() async throws {
    let inventory = try await Inventory.load(sources: ["hosts"], options: InventoryOptions(workingDirectory: directory))
      .inventory
    // The other host's file can't be read: nobody tried.
    #expect(try inventory.variables(of: "good") == ["a": 1])
    #expect(throws: Diagnostic.self) { try inventory.variables(of: "bad") }
  }

  @Test func aFileThatCannotBeReadIsAnErrorWithItsPlace() async throws {
    let inventory = try await Inventory.load(sources: ["hosts"], options: InventoryOptions(workingDirectory: directory))
      .inventory
    let error = #expect(throws: Diagnostic.self) { try inventory.variables(of: "bad") }
    #expect(error?.place?.description == FileSystem.resolved(directory) + "/host_vars/bad.yml:2:1")
  }
}
