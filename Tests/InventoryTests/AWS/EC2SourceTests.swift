import Testing
import Values

@testable import Inventory

/// `amazon.aws.aws_ec2` against moto's server. Left out where that could not be installed from PyPI.
@Suite(
  .serialized,
  .enabled(if: MotoServer.isInstalled, "moto's server is not installed: scripts/moto installs it from PyPI"))
struct EC2SourceTests {
  static let directory = AnsibleConformanceTests.fixtures + "/aws-ec2"

  /// Lists a source and answers the JSON as the fixtures have it.
  private func list(_ source: String, _ environment: [String: String]) async throws -> (
    text: String, warnings: [Diagnostic]
  ) {
    var options = InventoryOptions(workingDirectory: Self.directory)
    options.environment = environment
    let (inventory, warnings) = try await Inventory.load(sources: [source], options: options)
    let text = String(lossless: try InventoryReport(inventory).list().text)
    return (text.replacing(#/20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?\+00:00/#, with: "TIME"), warnings)
  }

  /// The real plugin wrote the expectations (`make-expectations.py`), from a server that was seeded in the same way.
  @Test func listsWhatTheRealPluginLists() async throws {
    let server = try MotoServer()
    let calls = try JSONReader.read(FileSystem.read(Self.directory + "/instances.json")).list ?? []
    try await withClient { client in
      try await server.seed(client)
      for call in calls {
        try await server.run(
          call["count"]?.int ?? 0, type: call["type"]?.string ?? "", tags: call["tags"]?.map ?? Map(),
          in: call["region"]?.string ?? "", client)
      }
    }
    let configurations = (FileSystem.names(in: Self.directory) ?? []).filter { $0.hasSuffix(".aws_ec2.yml") }
    #expect(configurations.count >= 7)
    for configuration in configurations {
      let name = configuration.dropLast(".aws_ec2.yml".count)
      let expected = String(lossless: try FileSystem.read("\(Self.directory)/\(name).expected.json"))
      let (answer, warnings) = try await list(configuration, server.environment)
      // Dashes in names of groups are the one thing to warn of.
      #expect(warnings.isEmpty || name == "sanitized")
      // The texts are long: only where they part is worth showing.
      if answer != expected { Issue.record("\(configuration): \(Difference(expected, answer))") }
    }
  }

  @Test func listsAllPagesOfAllRegions() async throws {
    let server = try MotoServer()
    try await withClient { client in
      for region in ["us-east-1", "eu-west-1", "ap-northeast-1"] {
        for batch in 0..<4 {
          try await server.run(
            100, type: "t3.micro", tags: ["Name": .string("\(region)-\(batch)")], in: region, client)
        }
      }
    }
    let credentials = AWSCredentials(accessKey: "testing", secretKey: Secret("testing"))
    try await withClient { client in
      let listing = EC2Listing(
        client: { region in
          AWSClient(
            world: .real(client), credentials: credentials, region: region, service: "ec2", apiVersion: "2016-11-15",
            endpoint: server.url)
        }, isStrict: true, pageSize: 150)
      let result = try await listing.instances(in: ["us-east-1", "eu-west-1", "ap-northeast-1"], [])
      #expect(result.instances.count == 1200)
      #expect(Set(result.instances.compactMap { $0["instance_id"]?.string }).count == 1200)
    }
  }

  @Test func rolesAreAssumed() async throws {
    let server = try MotoServer()
    try await withClient { client in
      try await server.run(1, type: "t3.micro", tags: ["Name": "one"], in: "us-east-1", client)
    }
    let text = try await list("role.aws-ec2-test_aws_ec2.yml", server.environment).text
    #expect(text.contains("\"hosts\": [\n            \"one\"\n        ]"))
  }

  @Test func allRegionsAreAskedWhereNoneIsNamed() async throws {
    let server = try MotoServer()
    try await withClient { client in
      try await server.run(1, type: "t3.micro", tags: ["Name": "far"], in: "sa-east-1", client)
    }
    let text = try await list("everywhere.aws-ec2-test_aws_ec2.yml", server.environment).text
    #expect(text.contains("\"far\""))
  }

  // MARK: - Faults between the server and us

  /// Two instances in each of two regions.
  private func serverOfTwoRegions() async throws -> MotoServer {
    let server = try MotoServer()
    try await withClient { client in
      for region in ["us-east-1", "eu-west-1"] {
        for name in ["a", "b"] {
          try await server.run(1, type: "t3.micro", tags: ["Name": .string("\(region)-\(name)")], in: region, client)
        }
      }
    }
    return server
  }

  private static let twoRegions = "two-regions.aws-ec2-test_aws_ec2.yml"

  @Test func faultsThatPassChangeNothing() async throws {
    let server = try await serverOfTwoRegions()
    let expected = try await list(Self.twoRegions, server.environment)
    #expect(expected.text.contains("\"eu-west-1-b\""))
    let proxy = try server.proxy("500", "throttle", "half", "throttle", "500")
    let answer = try await list(Self.twoRegions, server.environment(at: proxy.url))
    #expect(answer.text == expected.text)
    #expect(answer.warnings.isEmpty)
  }

  @Test func aServerThatStallsIsAskedAgain() async throws {
    let server = try await serverOfTwoRegions()
    let proxy = try server.proxy("stall", "stall")
    try await withClient { client in
      var world = AWSWorld.real(client)
      world.timeout = .seconds(5)
      let ec2 = AWSClient(
        world: world, credentials: AWSCredentials(accessKey: "testing", secretKey: Secret("testing")),
        region: "us-east-1", service: "ec2", apiVersion: "2016-11-15", endpoint: proxy.url, attempts: 20)
      let answer = try await ec2.call("DescribeInstances", [])
      #expect(answer["reservationSet"]?.children.count == 2)
    }
  }

  @Test(arguments: [
    ("403", "You are not authorized to perform this operation. (UnauthorizedOperation)"),
    ("500", "An internal error has occurred (InternalError) (after 2 tries)"),
    ("throttle", "Request limit exceeded. (RequestLimitExceeded) (after 2 tries)"),
  ])
  func aFaultThatStaysNamesItsSourceAndSparesTheOthers(_ fault: String, _ reason: String) async throws {
    let server = try await serverOfTwoRegions()
    let proxy = try server.proxy("\(fault)@eu-west-1*")
    var options = InventoryOptions(workingDirectory: Self.directory)
    options.environment = server.environment(at: proxy.url).merging(["AWS_MAX_ATTEMPTS": "2"]) { $1 }
    let (inventory, warnings) = try await Inventory.load(sources: [Self.twoRegions, "other,"], options: options)
    #expect(inventory.hostNames == ["other"])
    let warning = try #require(warnings.first)
    #expect(
      warning.message
        == "Failed to parse inventory with 'auto' plugin: Failed to describe instances: eu-west-1: \(reason)")
    #expect(warning.place?.description == "\(Self.directory)/\(Self.twoRegions):1:9")
  }

  @Test func halfAnAnswerForEverIsAnError() async throws {
    let server = try await serverOfTwoRegions()
    let proxy = try server.proxy("half*")
    var options = InventoryOptions(workingDirectory: Self.directory)
    options.environment = server.environment(at: proxy.url).merging(["AWS_MAX_ATTEMPTS": "2"]) { $1 }
    let (inventory, warnings) = try await Inventory.load(sources: [Self.twoRegions, "other,"], options: options)
    #expect(inventory.hostNames == ["other"])
    #expect(warnings.first?.message.contains("(after 2 tries)") == true)
  }

  private func withClient(_ body: (WebClient) async throws -> Void) async throws {
    var problem: (any Error)?
    try await WebClient.lend { client throws(Diagnostic) in
      do { try await body(client) } catch { problem = error }
    }
    if let problem { throw problem }
  }
}
