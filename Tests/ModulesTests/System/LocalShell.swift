import Foundation
import Testing
import Transport
import Values

@testable import Modules

/// Runs modules against this machine through a plain shell, the way the engine runs them over a connection.
struct LocalShell {
  /// The shell and what stands before the script.
  var command = ["/bin/sh"]
  var traits = HostTraits(system: "Linux", hasGNUTools: true, user: "root", userID: 0, home: "/root")

  static let all: [LocalShell] = [["/bin/dash"], ["/bin/bash"], ["/bin/busybox", "sh"]]
    .filter { FileManager.default.isExecutableFile(atPath: $0[0]) }
    .map { LocalShell(command: $0) }

  func run(_ script: ShellScript, input: [UInt8] = []) throws -> ShellResult {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: command[0])
    process.arguments = Array(command.dropFirst()) + ["-c", script.text]
    let (stdin, stdout, stderr) = (Pipe(), Pipe(), Pipe())
    (process.standardInput, process.standardOutput, process.standardError) = (stdin, stdout, stderr)
    try process.run()
    try? stdin.fileHandleForWriting.write(contentsOf: input)
    try? stdin.fileHandleForWriting.close()
    let output = stdout.fileHandleForReading.readDataToEndOfFile()
    let errors = stderr.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    let signalled = process.terminationReason == .uncaughtSignal
    let status = Int(process.terminationStatus) + (signalled ? 128 : 0)
    return ShellResult(status: status, stdout: [UInt8](output), stderr: [UInt8](errors))
  }

  func ask<Q: Query>(_ query: Q) throws -> Q.Answer {
    let batch = ProbeBatch([query], traits: traits)
    let outputs = try #require(batch.parse(try run(batch.script)))
    return try query.answer(try #require(outputs.first))
  }

  /// Plans with real answers.
  func plan(_ module: some Module) throws -> Plan {
    var observed = Observations()
    for query in module.queries() { observed.record(try ask(query), query) }
    while true {
      switch try module.plan(observed) {
      case .done(let plan): return plan
      case .ask(let queries): for query in queries { observed.record(try ask(query), query) }
      }
    }
  }

  /// Plans, applies and concludes.
  func apply(_ module: some Module) throws -> Conclusion {
    let plan = try plan(module)
    var outcomes: [ShellResult] = []
    for case .run(let script, let input, let failure, let mayFail) in plan.steps {
      let result = try run(script, input: input)
      guard result.status == 0 || mayFail else { throw ModuleFailure("\(failure): \(String(lossless: result.stderr))") }
      outcomes.append(result)
    }
    if let conclude = plan.conclude { return try conclude(plan.values, outcomes) }
    return Conclusion(changed: plan.isChanged, values: plan.values)
  }
}

extension Observations {
  /// `record` for an answer whose type is known only with its query's.
  mutating func record(_ answer: any Sendable, _ query: any Query) {
    func typed<Q: Query>(_ query: Q) {
      if let answer = answer as? Q.Answer { record(answer, to: query) }
    }
    typed(query)
  }
}

extension ModuleContext {
  static func test(check: Bool = false, diff: Bool = false, traits: HostTraits = LocalShell().traits) -> ModuleContext {
    ModuleContext(
      isCheckMode: check, isDiffMode: diff, traits: traits,
      findFile: { (path) throws(ModuleFailure) in path },
      readFile: { (path, _) throws(ModuleFailure) in throw ModuleFailure("no file \(path)") },
      now: { WallTime(microseconds: 1_795_260_328_647_785) })
  }
}
