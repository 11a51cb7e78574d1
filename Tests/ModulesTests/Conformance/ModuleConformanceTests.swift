import Foundation
import TestSupport
import Testing
import Transport
import Values

@testable import Modules

/// Every case of `Tests/Fixtures/Modules/cases`: a module in check mode, for real and again, beside what ansible-core makes of it.
@Suite(.enabled(if: getuid() == 0, "ansible's results were recorded as root"))
struct ModuleConformanceTests {
  @Test(arguments: ModuleCases.all(fleet: false))
  func behavesAsAnsible(_ file: ModuleCases) async throws {
    let connection = try await ShellConnection.start(on: LocalHost())
    let root = "\(NSTemporaryDirectory())swiftible-cases-\(Nonce().text)"
    let bench = ModuleBench(connection: connection, root: root, tree: file.tree)
    if let needs = file.needs, try await connection.run(ShellRequest(ShellScript(unchecked: needs))).status != 0 {
      await connection.close()
      Issue.record("\(file.name): this machine lacks what '\(needs)' asks for; scripts/install brings it")
      return
    }
    for testCase in file.cases {
      for difference in try await bench.differences(testCase) {
        Issue.record("\(file.name), \(testCase.name): \(difference)")
      }
    }
    _ = try await connection.run(ShellRequest("rm -rf -- \(root) \(root + "-kept")"))
    await connection.close()
  }

  @Test func thereAreEnoughCases() {
    #expect(ModuleCases.all(fleet: false).reduce(0) { $0 + $1.cases.count } >= 350)
  }
}

extension WholeHost {
  /// The same for cases that need a whole machine.
  @Suite struct ModuleConformance {
    @Test(arguments: ModuleCases.all(fleet: true))
    func behavesAsAnsibleOnAHost(_ file: ModuleCases) async throws {
      let connection = try await WholeHost.connection()
      let bench = ModuleBench(
        connection: connection, root: "/tmp/swiftible-cases-\(file.name)", tree: file.tree,
        address: try await Fleet.single().address("host1"))
      for testCase in file.cases {
        for difference in try await bench.differences(testCase) {
          Issue.record("\(file.name), \(testCase.name): \(difference)")
        }
      }
      await connection.close()
    }
  }
}
