import Foundation

/// A server of the tests: says its address on its first line, and ends when its standard input does.
package final class LoopbackServer: Sendable {
  /// What it said first.
  package let url: String
  private let lifeline = Pipe()

  package struct NotStarted: Error {
    package init() {}
  }

  package init(_ program: String, _ arguments: [String]) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    // However the tests end, this pipe closes then.
    process.standardInput = lifeline
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    var line: [UInt8] = []
    while line.last != UInt8(ascii: "\n") {
      let bytes = output.fileHandleForReading.availableData
      guard !bytes.isEmpty else { throw NotStarted() }
      line += bytes
    }
    url = String(decoding: line.dropLast(), as: UTF8.self)
  }

  deinit { try? lifeline.fileHandleForWriting.close() }
}
