import Foundation
import TestSupport
import Values

@testable import Inventory

/// An AWS that runs on this machine: moto's server from PyPI (`scripts/moto` installs it).
final class MotoServer: Sendable {
  private static let script =
    FileSystem.directory(of: FileSystem.directory(of: FileSystem.directory(of: AnsibleConformanceTests.fixtures)))
    + "/scripts/moto"

  /// Whether `scripts/install` could install it.
  static let isInstalled: Bool = {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: script)
    process.arguments = ["--installed"]
    process.standardOutput = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }()

  private let server: LoopbackServer
  var url: String { server.url }

  /// Starts a server of its own on a free port and waits until it answers.
  init() throws { server = try LoopbackServer(Self.script, ["--serve"]) }

  /// A server before this one that does harm to its answers (`fault-proxy.py` has the list).
  func proxy(_ faults: String...) throws -> LoopbackServer {
    try LoopbackServer(
      "/usr/bin/env", ["python3", AnsibleConformanceTests.fixtures + "/aws-ec2/fault-proxy.py", url] + faults)
  }

  /// The process's variables for a client of this server.
  var environment: [String: String] { environment(at: url) }

  /// The same for a client of a proxy.
  func environment(at url: String) -> [String: String] {
    [
      "AWS_ENDPOINT_URL": url, "AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing",
      "AWS_EC2_METADATA_DISABLED": "true",
    ]
  }

  /// Makes random numbers begin anew, so that ids and addresses are the same each time.
  func seed(_ client: WebClient) async throws {
    guard var request = WebRequest(url: "\(url)/moto-api/seed") else { throw LoopbackServer.NotStarted() }
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
