import Testing
import Values

@testable import Inventory

/// Terraform's state as a source.
@Suite struct TerraformTests {
  private let directory = AnsibleConformanceTests.fixtures + "/terraform"

  private func load(_ source: String) async throws -> (inventory: Inventory, warnings: [Diagnostic]) {
    try await Inventory.load(sources: [source], options: InventoryOptions(workingDirectory: directory))
  }

  @Test func machinesAreInGroupsByTypeModuleAndTag() async throws {
    let (inventory, warnings) = try await load("terraform.tfstate")
    #expect(warnings == [])
    #expect(
      String(lossless: try InventoryReport(inventory).graph()) == """
        @all:
          |--@ungrouped:
          |--@terraform:
          |  |--web_i-0a
          |  |--web_i-0b
          |  |--batch-1
          |  |--db-1
          |--@type_aws_instance:
          |  |--web_i-0a
          |  |--web_i-0b
          |--@tag_Name_web:
          |  |--web_i-0a
          |  |--web_i-0b
          |--@tag_Environment_prod:
          |  |--web_i-0a
          |  |--web_i-0b
          |--@tag_Team____team___:
          |  |--web_i-0a
          |--@module_site:
          |  |--@module_site_front:
          |  |  |--web_i-0a
          |  |  |--web_i-0b
          |  |--batch-1
          |--@type_google_compute_instance:
          |  |--batch-1
          |--@tag_env_dev:
          |  |--batch-1
          |--@tag_http_server:
          |  |--batch-1
          |--@tag_ssh:
          |  |--batch-1
          |--@type_azurerm_linux_virtual_machine:
          |  |--db-1
          |--@tag_env_prod:
          |  |--db-1

        """)
  }

  @Test(arguments: [
    ("web_i-0a", "198.51.100.1"), ("web_i-0b", "10.0.0.2"), ("batch-1", "203.0.113.5"), ("db-1", "10.2.0.1"),
  ])
  func thePublicAddressIsPreferred(_ host: String, _ address: String) async throws {
    let variables = try await load("terraform.tfstate").inventory.variables(of: host)
    #expect(variables["ansible_host"] == .string(address))
  }

  @Test func secretsOfTheStateAreNotShown() async throws {
    let inventory = try await load("terraform.tfstate").inventory
    let text = String(lossless: try InventoryReport(inventory).host("db-1"))
    #expect(text.contains("\"admin_password\": \"********\""))
    #expect(text.contains("\"secret_word\": \"********\""))
    #expect(!text.contains("hunter2"))
  }

  @Test func aConfigurationAddsItsOwnGroupsAndVariables() async throws {
    let (inventory, warnings) = try await load("state.yml")
    #expect(warnings == [])
    #expect(try inventory.hosts(matching: "size_t3_micro").names == ["web_i-0a", "web_i-0b"])
    #expect(try inventory.variables(of: "web_i-0a")["ansible_user"] == "admin")
    #expect(try inventory.variables(of: "db-1")["ansible_user"] == nil)
  }

  @Test(arguments: [
    ("old.tfstate", "The Terraform state has version 3; version 4 is known", "old.tfstate:1:1"),
    ("half.tfstate", "Expecting value: line 2 column 16 (char 30)", "half.tfstate:2:16"),
    ("encrypted.tfstate", "The Terraform state is encrypted", "encrypted.tfstate:1:1"),
    ("remote.yml", "The backend 's3' of a Terraform state is not known yet", "remote.yml:1:9"),
  ])
  func whatCannotBeReadIsAWarningWithItsPlace(_ source: String, _ message: String, _ place: String) async throws {
    let warnings = try await load(source).warnings
    #expect(warnings.first?.message.hasSuffix(": \(message)") == true, "\(warnings)")
    #expect(warnings.first?.place?.description == "\(directory)/\(place)")
  }
}
