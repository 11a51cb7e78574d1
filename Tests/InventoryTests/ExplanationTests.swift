import Testing
import Values

@testable import Inventory

/// `--explain` and `--match`.
@Suite struct ExplanationTests {
  /// Resolved, as the paths of variables' files are.
  private let directory = FileSystem.resolved(AnsibleConformanceTests.fixtures + "/explanations")

  private func report(_ sources: [String]) async throws -> InventoryReport {
    var options = InventoryOptions(workingDirectory: directory)
    options.recordsHistory = true
    options.keepsEncrypted = true
    let (inventory, warnings) = try await Inventory.load(sources: sources, options: options)
    #expect(warnings == [])
    var reportOptions = InventoryReport.Options()
    reportOptions.extraVariables = ["release": "7"]
    return InventoryReport(inventory, options: reportOptions)
  }

  @Test func everyVariableOfAHostNamesItsOriginAndWhatItWonOver() async throws {
    let text = String(lossless: try await report(["hosts", "extra.yml"]).explanation(of: "web1"))
    #expect(
      text == """
        host web1, groups in rising precedence: all, eu, web

        ansible_host = "10.0.0.1"
            from hosts:2:34, inventory, host

        http_port = 8081
            from extra.yml:6:18, inventory, host
            over 8080 from hosts:2:16, inventory, host
            over 81 from hosts:16:11, inventory, group eu
            over 80 from hosts:13:11, inventory, group all

        list = ["c"]
            from host_vars/web1.yml:1:7, host_vars beside the inventory
            over ["a", "b"] from group_vars/web.yml:3:3, group_vars beside the inventory, group web

        password = "********"
            from group_vars/web.yml:5:11, group_vars beside the inventory, group web

        release = "7"
            from extra variables (-e)

        zone = "all-file"
            from group_vars/all.yml:2:7, group_vars/all beside the inventory
            over "eu-1" from extra.yml:3:11, inventory, group web
            over "none" from hosts:14:6, inventory, group all

        """)
  }

  @Test func aHostsOwnDotsComeBeforeTheVariable() async throws {
    let text = String(lossless: try await report(["hosts"]).explanation(of: "web2.example.com.http_port"))
    #expect(
      text == """

        http_port = 81
            from hosts:16:11, inventory, group eu
            over 80 from hosts:13:11, inventory, group all

        """)
  }

  @Test func anUnknownHostOrVariableIsAnErrorThatSuggests() async throws {
    let report = try await report(["hosts"])
    #expect(
      throws: Diagnostic(
        .usage, "'wev1' is no host of the inventory, nor a host and one of its variables",
        help: "Did you mean 'web1'?")
    ) { try report.explanation(of: "wev1") }
    #expect(
      throws: Diagnostic(.usage, "Host 'web1' has no variable 'http_prt'", help: "Did you mean 'http_port'?")
    ) { try report.explanation(of: "web1.http_prt") }
  }

  @Test func aMatchSaysWhyForEachHost() async throws {
    let (text, warnings) = try await report(["hosts"]).match("web:db*:&eu:!web3", limitedTo: "web[0:1],db1")
    #expect(
      String(lossless: text) == """
        web1              'web' includes it (group web); '&eu' keeps it (group eu); limit 'web[0:1]' includes it (group web, by place)
        web2.example.com  'web' includes it (group web); '&eu' keeps it (group eu); limit 'web[0:1]' includes it (group web, by place)
        # not selected: web3              'web' includes it (group web); '&eu' keeps it (group eu); '!web3' drops it (its name)
        # not selected: db1               'db*' includes it (group db); '&eu' drops it; limit 'db1' includes it (its name)

        """)
    #expect(warnings == [])
  }

  @Test func aTermThatMatchesNothingIsAWarning() async throws {
    let (text, warnings) = try await report(["hosts"]).match("nowhere")
    #expect(text == [])
    #expect(
      warnings == [Diagnostic(.invalid, "Could not match supplied host pattern, ignoring: nowhere")])
  }
}
