import Foundation
import Values

@testable import Inventory

/// An AWS that runs on this machine: moto's server from PyPI (`scripts/moto` installs it), on loopback, ended with the object.
final class MotoServer: Sendable {
  let url: String
  private let process: Process

  /// The program, or `nil` where `scripts/install` could not install it.
  static let program: String? = {
    let root = FileSystem.directory(of: FileSystem.directory(of: FileSystem.resolved(AnsibleConformanceTests.fixtures)))
    let process = Process()
    process.executableURL = URL(fileURLWithPath: FileSystem.directory(of: root) + "/scripts/moto")
    process.arguments = ["--installed"]
    let output = Pipe()
    process.standardOutput = output
    guard (try? process.run()) != nil else { return nil }
    let bytes = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { return nil }
    return String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .newlines)
  }()

  struct NotStarted: Error {}

  /// Starts a server of its own on a free port and waits until it answers.
  init() async throws {
    guard let program = Self.program else { throw NotStarted() }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = ["-H", "127.0.0.1", "-p", "0"]
    let errors = Pipe()
    process.standardError = errors
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    self.process = process
    // The server says where it listens: `Running on http://127.0.0.1:40123`.
    var said = ""
    var found: String?
    while found == nil {
      let bytes = errors.fileHandleForReading.availableData
      if bytes.isEmpty { break }
      said += String(decoding: bytes, as: UTF8.self)
      found = said.firstMatch(of: #/Running on (http://127\.0\.0\.1:\d+)\n/#).map { String($0.1) }
    }
    guard let found else {
      process.terminate()
      throw NotStarted()
    }
    url = found
    // What it goes on to say must not fill the pipe.
    errors.fileHandleForReading.readabilityHandler = { _ = $0.availableData }
  }

  deinit { process.terminate() }

  /// The process's variables for a client of this server.
  var environment: [String: String] {
    [
      "AWS_ENDPOINT_URL": url, "AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing",
      "AWS_EC2_METADATA_DISABLED": "true",
    ]
  }

  /// Makes random numbers begin anew, so that ids and addresses are the same each time.
  func seed(_ client: WebClient) async throws {
    guard var request = WebRequest(url: "\(url)/moto-api/seed") else { throw NotStarted() }
    request.query = [("a", "42")]
    _ = try await client.send(request, timeout: .seconds(120))
  }

  /// Starts instances through the server's API, with our own client.
  func run(_ count: Int, type: String, tags: Map, in region: String, _ client: WebClient) async throws {
    var parameters = [
      ("ImageId", "ami-12c6146b"), ("ClientToken", "token"), ("InstanceType", type), ("MaxCount", "\(count)"),
      ("MinCount", "\(count)"),
    ]
    if !tags.isEmpty { parameters.append(("TagSpecification.1.ResourceType", "instance")) }
    for (number, tag) in tags.enumerated() {
      parameters.append(("TagSpecification.1.Tag.\(number + 1).Key", tag.key.string ?? ""))
      parameters.append(("TagSpecification.1.Tag.\(number + 1).Value", tag.value.string ?? ""))
    }
    let credentials = AWSCredentials(accessKey: "testing", secretKey: Secret("testing"))
    let aws = AWSClient(
      world: .real(client), credentials: credentials, region: region, service: "ec2", apiVersion: "2016-11-15",
      endpoint: url)
    _ = try await aws.call("RunInstances", parameters.map { (name: $0.0, value: $0.1) })
  }
}
