import Foundation
import Testing

@testable import Transport

/// All tests that start processes, one after the other: shells, servers and their keys would else starve each other on a
/// machine with few processors, and a deadline would tell of that rather than of the code.
@Suite(.serialized) enum HostTests {}

/// A bound for what takes milliseconds on an idle machine: only what hangs exceeds it.
let generousTimeout = Duration.seconds(120)

/// Waits until something holds that others bring about.
/// - Returns: whether it came to hold within `generousTimeout`.
func eventually(_ condition: () async -> Bool) async -> Bool {
  let deadline = ContinuousClock.now + generousTimeout
  while ContinuousClock.now < deadline {
    if await condition() { return true }
    try? await Task.sleep(for: .milliseconds(20))
  }
  return await condition()
}

/// Runs the body with a connection to the local machine, and closes it.
func withConnection(_ shell: String = "/bin/sh", _ body: (ShellConnection) async throws -> Void) async throws {
  let connection = try await ShellConnection.start(on: LocalHost(), shell: shell, timeout: generousTimeout)
  do {
    try await body(connection)
  } catch {
    await connection.close()
    throw error
  }
  await connection.close()
}

/// Runs the body with a directory that is removed afterwards.
func withDirectory(_ body: (String) async throws -> Void) async throws {
  let directory = try makeDirectory()
  defer { try? FileManager.default.removeItem(atPath: directory) }
  try await body(directory)
}

/// A new directory for its owner alone.
func makeDirectory() throws -> String {
  var template = Array("/tmp/swiftible-tests-XXXXXX".utf8CString)
  try #require(mkdtemp(&template) != nil)
  return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
