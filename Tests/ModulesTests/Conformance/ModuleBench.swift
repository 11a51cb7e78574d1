import Foundation
import Transport
import Values

@testable import Modules

/// Runs cases on a host and tells in what they differ from what was expected, and in what check mode lied.
struct ModuleBench {
  let connection: any Connection
  /// The directory that `ROOT` stands for.
  let root: String
  /// A script that prints what is below the current directory.
  let tree: String
  /// What `ADDRESS` stands for: where servers on the host listen.
  var address = "127.0.0.1"

  func differences(_ testCase: ModuleCase) async throws -> [String] {
    guard let type = ModuleRegistry.find(testCase.module) else { return ["no module \(testCase.module)"] }
    let setup =
      "umask 022; rm -rf '\(root)'; mkdir -p '\(root)'; cd '\(root)' || exit; set -e\n\(inRoot(testCase.setup))"
    let prepared = try await connection.run(ShellRequest(ShellScript(unchecked: setup)))
    guard prepared.status == 0 else { return ["setup failed: \(String(lossless: prepared.stderr))"] }
    let before = try await listing()
    let check = try await run(type, testCase, check: true)
    let afterCheck = try await listing()
    let run = try await run(type, testCase, check: false)
    let after = try await listing()
    let again = try await self.run(type, testCase, check: false)

    var differences: [String] = []
    for (phase, result) in [("check", check), ("run", run), ("again", again)] {
      let isCheck = phase == "check"
      // Of what can't be known a check says that it changes something.
      let isUnknown = isCheck && result.unknown != nil
      differences += outcome(result, testCase).differences(
        from: expectation(phase, testCase), phase, only: testCase.keysOfOurs(phase),
        except: isUnknown ? ["changed"] : [],
        run: isCheck ? (outcome(run, testCase), expectation("run", testCase)) : nil)
    }
    let wanted = testCase.ours["run_tree"] ?? testCase.expected["run_tree"]
    if let wanted = wanted?.list?.compactMap(\.string), wanted != after {
      differences.append("run_tree: expected\n\(wanted.joined(separator: "\n"))\ngot\n\(after.joined(separator: "\n"))")
    }
    if afterCheck != before { differences.append("the check changed something: \(afterCheck)") }
    if check.unknown == nil, !check.isSkipped, check.isFailed == run.isFailed, check.isChanged != run.isChanged {
      differences.append("the check foretold changed=\(check.isChanged), the run came to \(run.isChanged)")
    }
    if check.unknown == nil, !check.isSkipped, !run.isFailed, check.isFailed {
      differences.append("the check foretold a failure, the run went well")
    }
    return differences
  }

  private func expectation(_ phase: String, _ testCase: ModuleCase) -> Map {
    var expected = (testCase.expected[phase] ?? testCase.expected["run"])?.map ?? [:]
    let changes = (testCase.ours[phase]?.map ?? [:])
    let common = testCase.ours["all"]?.map ?? [:]
    for (key, value) in common.merging(changes) {
      if value.isNull { expected.removeValue(forKey: key.string ?? "") } else { expected[key] = value }
    }
    return expected
  }

  private func run(_ type: any Module.Type, _ testCase: ModuleCase, check: Bool) async throws -> ModuleResult {
    let context = ModuleContext(
      isCheckMode: check, isDiffMode: true, traits: connection.traits,
      environment: testCase.environment.map { ($0.key.string ?? "", inRoot($0.value.string ?? "")) },
      findFile: { (path) throws(ModuleFailure) in
        guard FileManager.default.fileExists(atPath: path) else {
          throw ModuleFailure("Could not find or access '\(path)' on the Ansible Controller.")
        }
        return path
      },
      readFile: { (path, _) throws(ModuleFailure) in
        guard let data = FileManager.default.contents(atPath: path) else { throw ModuleFailure("cannot read \(path)") }
        return [UInt8](data)
      })
    var predictions = PredictedState()
    return try await ModuleRunner.run(
      ModuleDefinition(type), arguments: inRoot(.map(testCase.arguments)).map ?? [:], calledAs: testCase.module,
      connection: connection,
      context: context, predictions: &predictions)
  }

  private func listing() async throws -> [String] {
    let script = "cd '\(root)' || exit\n\(inRoot(tree))"
    let result = try await connection.run(ShellRequest(ShellScript(unchecked: script)))
    let text = ModuleOutcome.cleaned(String(lossless: result.stdout), root: root, address: address)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    return lines.last == "" ? lines.dropLast() : lines
  }

  private func outcome(_ result: ModuleResult, _ testCase: ModuleCase) -> ModuleOutcome {
    ModuleOutcome(result, root: root, address: address, picking: testCase.picked)
  }

  private func inRoot(_ text: String) -> String {
    text.replacingOccurrences(of: "ROOT", with: root).replacingOccurrences(of: "ADDRESS", with: address)
  }

  private func inRoot(_ value: Value) -> Value {
    switch value {
    case .string(let text): return .string(inRoot(text.string))
    case .list(let list): return .list(list.map { inRoot($0) })
    case .map(let map):
      var result = Map()
      for (key, value) in map { result[key] = inRoot(value) }
      return .map(result)
    default: return value
    }
  }
}
