import Foundation
import Synchronization
import Testing
import Transport
import Values

@testable import Modules

/// A host that is this machine: modules run on it through the runner, under a directory of its own that goes away with it.
final class TestHost: Connection {
  let shell: LocalShell
  /// The directory that the test works in.
  let root: String
  private let requests = Mutex(0)
  private let predicted = Mutex(PredictedState())

  var traits: HostTraits { shell.traits }
  var requestCount: Int { requests.withLock { $0 } }

  init(_ shell: LocalShell = LocalShell()) throws {
    self.shell = shell
    root = NSTemporaryDirectory() + "swiftible-test-" + Nonce().text
    try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: root) }

  func run(_ request: ShellRequest) async throws(TransportError) -> ShellResult {
    requests.withLock { $0 += 1 }
    do {
      return try shell.run(request.script, input: request.input)
    } catch {
      throw TransportError(.connectionLost, "\(error)")
    }
  }

  func upload(_ source: UploadSource, to destination: String) async throws(TransportError) {
    do {
      let bytes: Data
      switch source {
      case .bytes(let content): bytes = Data(content)
      case .file(let path): bytes = try Data(contentsOf: URL(fileURLWithPath: path))
      }
      guard
        FileManager.default.createFile(
          atPath: destination, contents: bytes, attributes: [.posixPermissions: 0o600])
      else { throw CocoaError(.fileWriteUnknown) }
    } catch {
      throw TransportError(.file, "\(error)")
    }
  }

  func download(_ path: String, limit: Int) async throws(TransportError) -> [UInt8] { [] }
  func download(_ path: String, toLocalFile: String) async throws(TransportError) {}
  func close() async {}

  /// Runs a module; `ROOT` in its string arguments is the test's directory.
  func callAsFunction(
    _ type: any Module.Type, _ arguments: Map, check: Bool = false, diff: Bool = true
  ) async throws -> ModuleResult {
    var finished = Map()
    for (key, value) in arguments { finished[key] = inRoot(value) }
    let context = ModuleContext(
      isCheckMode: check, isDiffMode: diff, traits: traits,
      findFile: { (path) throws(ModuleFailure) in
        guard FileManager.default.fileExists(atPath: path) else { throw ModuleFailure("Could not find \(path)") }
        return path
      },
      readFile: { (path, _) throws(ModuleFailure) in
        guard let data = FileManager.default.contents(atPath: path) else { throw ModuleFailure("cannot read \(path)") }
        return [UInt8](data)
      })
    var state = predicted.withLock { $0 }
    let result = try await ModuleRunner.run(
      ModuleDefinition(type), arguments: finished, connection: self, context: context, predictions: &state)
    predicted.withLock { [state] in $0 = state }
    return result
  }

  private func inRoot(_ value: Value) -> Value {
    switch value {
    case .string(let text): .string(text.string.replacingOccurrences(of: "ROOT", with: root))
    case .list(let list): .list(list.map { inRoot($0) })
    default: value
    }
  }

  func write(_ path: String, _ text: String, mode: Int = 0o644) {
    _ = FileManager.default.createFile(
      atPath: "\(root)/\(path)", contents: Data(text.utf8), attributes: [.posixPermissions: mode])
  }

  func makeDirectory(_ path: String) throws {
    try FileManager.default.createDirectory(atPath: "\(root)/\(path)", withIntermediateDirectories: true)
  }

  func link(_ path: String, to target: String) throws {
    try FileManager.default.createSymbolicLink(atPath: "\(root)/\(path)", withDestinationPath: target)
  }

  func read(_ path: String) -> String? {
    FileManager.default.contents(atPath: "\(root)/\(path)").map { String(lossless: $0) }
  }

  /// The tree below the root, one entry a line: `d 755 a`, `f 644 a/b`, `l a/c -> b`.
  var tree: String {
    let script: ShellScript =
      "cd \(root) && find . -mindepth 1 \\( -type l -printf '%P\\tl %P -> %l\\n' -o -printf '%P\\t%y %m %P\\n' \\) | LC_ALL=C sort | cut -f2"
    return (try? shell.run(script)).map { String(lossless: $0.stdout) } ?? ""
  }
}
