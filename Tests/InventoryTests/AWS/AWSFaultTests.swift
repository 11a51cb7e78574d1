import Synchronization
import Testing
import Values

@testable import Inventory

/// What AWS may answer instead of instances, through a network and a clock of our own.
@Suite struct AWSFaultTests {
  /// Answers requests from a script, one after the other; the last one for ever.
  final class Script: WebTransport {
    enum Answer {
      case response(Int, String)
      case broken(String)
    }

    private let answers: [Answer]
    private let count = Mutex(0)
    let pauses = Mutex<[Duration]>([])

    init(_ answers: [Answer]) { self.answers = answers }

    var requests: Int { count.withLock { $0 } }

    func send(_ request: WebRequest, timeout: Duration) async throws(WebFailure) -> WebResponse {
      let number = count.withLock { value in
        value += 1
        return value - 1
      }
      switch answers[min(number, answers.count - 1)] {
      case .response(let status, let text): return WebResponse(status: status, body: Array(text.utf8))
      case .broken(let reason): throw WebFailure(reason: reason, isTransient: true)
      }
    }

    var world: AWSWorld {
      AWSWorld(
        transport: self, now: { 1_440_938_160 }, sleep: { pause in self.pauses.withLock { $0.append(pause) } },
        random: { 0.5 })
    }
  }

  private static func page(_ id: String, next: String? = nil) -> Script.Answer {
    .response(
      200,
      "<DescribeInstancesResponse><reservationSet><item><ownerId>1</ownerId><reservationId>r</reservationId><instancesSet><item><instanceId>\(id)</instanceId><dnsName>\(id).example.com</dnsName><placement><availabilityZone>us-east-1a</availabilityZone></placement></item></instancesSet></item></reservationSet>\(next.map { "<nextToken>\($0)</nextToken>" } ?? "")</DescribeInstancesResponse>"
    )
  }

  private static func error(_ status: Int, _ code: String, _ message: String) -> Script.Answer {
    .response(
      status, "<Response><Errors><Error><Code>\(code)</Code><Message>\(message)</Message></Error></Errors></Response>")
  }

  private let file = SourceFile(
    path: "/etc/inventory/aws_ec2.yml", text: "plugin: amazon.aws.aws_ec2\nregions: [us-east-1]\n")

  /// The hosts that a source lists, and its warnings.
  private func hosts(
    _ script: Script, _ more: String = "", environment: [String: String]? = nil
  ) async throws -> (names: [String], warnings: [Diagnostic]) {
    let file = SourceFile(path: file.path, text: file.text + more)
    let vault = VaultEnvelopes(secrets: .init(), keeps: false)
    let root = try #require(try YAMLReader.read(file).root)
    let configuration = try #require(try SourceConfiguration(root, vault: vault))
    var options = InventoryOptions(workingDirectory: "/")
    options.environment =
      environment ?? ["AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret", "HOME": "/nonexistent"]
    var graph = InventoryGraph()
    let cache = try InventoryCache(.init(), configuration, file: file.path)
    let warnings = try await EC2Source(configuration, options: options).apply(
      to: &graph, cache: cache, in: script.world)
    return (graph.hosts.map(\.name), warnings)
  }

  private func failure(
    _ script: Script, _ more: String = "", environment: [String: String]? = nil
  ) async -> Diagnostic? {
    do {
      _ = try await hosts(script, more, environment: environment)
      return nil
    } catch { return error as? Diagnostic }
  }

  @Test func pagesAreReadToTheEnd() async throws {
    let script = Script([Self.page("i-2", next: "more"), Self.page("i-1")])
    #expect(try await hosts(script).names == ["i-1.example.com", "i-2.example.com"])
    #expect(script.requests == 2)
  }

  @Test func pagesThatNeverEndAreAnError() async throws {
    let script = Script([Self.page("i-1", next: "same")])
    #expect(
      await failure(script)?.message == "Failed to describe instances: us-east-1: the pages of the answer never end")
  }

  @Test func throttlingIsWaitedOutWithGrowingPauses() async throws {
    let throttled = Self.error(503, "RequestLimitExceeded", "Request limit exceeded.")
    let script = Script([throttled, throttled, throttled, Self.page("i-1")])
    #expect(try await hosts(script).names == ["i-1.example.com"])
    #expect(script.pauses.withLock { $0 } == [.milliseconds(500), .milliseconds(1000), .milliseconds(2000)])
  }

  @Test func aServerThatIsBrokenForGoodIsGivenUp() async throws {
    let script = Script([
      .response(
        500,
        "<Response><Errors><Error><Code>InternalError</Code><Message>An internal error has occurred</Message></Error></Errors></Response>"
      )
    ])
    let failure = await failure(script)
    #expect(
      failure?.message
        == "Failed to describe instances: us-east-1: An internal error has occurred (InternalError) (after 6 tries)")
    #expect(failure?.place?.description == "/etc/inventory/aws_ec2.yml:1:9")
    #expect(script.requests == 6)
  }

  @Test func halfAPageIsReadAgain() async throws {
    let script = Script([.response(200, "<DescribeInstancesResponse><reservationSet><item>"), Self.page("i-1")])
    #expect(try await hosts(script).names == ["i-1.example.com"])
  }

  @Test func halfAPageForEverIsAnError() async throws {
    let script = Script([.response(200, "<DescribeInstancesResponse>\n<reservationSet><item>")])
    #expect(
      await failure(script, environment: keys(["AWS_MAX_ATTEMPTS": "2"]))?.message
        == "Failed to describe instances: us-east-1: ec2.us-east-1.amazonaws.com answered with status 200 and no XML that can be read: the text ends within <item> (line 2) (after 2 tries)"
    )
  }

  @Test func aRegionThatRefusesIsAnErrorOrPassedOver() async throws {
    let refused = Self.error(403, "UnauthorizedOperation", "You are not authorized to perform this operation.")
    let failure = await failure(Script([refused]))
    #expect(
      failure?.message
        == "Failed to describe instances: us-east-1: You are not authorized to perform this operation. (UnauthorizedOperation)"
    )
    #expect(
      failure?.help
        == "The credentials need ec2:DescribeInstances; 'strict_permissions: false' passes over regions that refuse it."
    )
    let lenient = try await hosts(Script([refused]), "strict_permissions: false\n")
    #expect(lenient.names == [])
    #expect(
      lenient.warnings.map(\.message) == [
        "A region was passed over: us-east-1: You are not authorized to perform this operation. (UnauthorizedOperation)"
      ])
  }

  @Test func wrongCredentialsAreNotTriedTwice() async throws {
    let script = Script([Self.error(401, "AuthFailure", "AWS was not able to validate the provided access credentials")]
    )
    let failure = await failure(script)
    #expect(failure?.help == "AWS does not know these credentials, or the clock of this machine is wrong.")
    #expect(script.requests == 1)
  }

  @Test func noCredentialsAreAnErrorThatSaysWhereTheyWereLookedFor() async throws {
    let failure = await failure(Script([.broken("no route to host")]), environment: ["HOME": "/nonexistent"])
    #expect(
      failure?.message
        == "Failed to describe instances: no credentials were found: neither access_key and secret_key or profile in this file, nor AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, nor a default profile in /nonexistent/.aws/credentials, nor a role of a container or an EC2 instance"
    )
  }

  @Test func anInstancesRoleIsAskedFor() async throws {
    let script = Script([
      .response(200, "token"), .response(200, "reader\n"),
      .response(200, "{\"AccessKeyId\": \"a\", \"SecretAccessKey\": \"b\", \"Token\": \"c\"}"), Self.page("i-1"),
    ])
    #expect(try await hosts(script, environment: ["HOME": "/nonexistent"]).names == ["i-1.example.com"])
  }

  @Test func anUnknownProfileNamesTheKnownOnes() async throws {
    let directory = AnsibleConformanceTests.fixtures + "/aws-ec2"
    let environment = ["AWS_SHARED_CREDENTIALS_FILE": "\(directory)/credentials", "HOME": "/nonexistent"]
    #expect(
      await failure(Script([Self.page("i-1")]), "profile: prdo\n", environment: environment)?.message
        == "Failed to describe instances: there is no profile 'prdo' (known: default, prod)")
    #expect(
      try await hosts(Script([Self.page("i-1")]), "profile: prod\n", environment: environment).names == [
        "i-1.example.com"
      ])
  }

  @Test func anOptionThatIsNotKnownYetIsAnError() async throws {
    #expect(
      await failure(Script([Self.page("i-1")]), "route53_enabled: true\n")?.message
        == "swiftible does not know the option 'route53_enabled' yet")
  }

  @Test func tagsAreNeverTemplates() async throws {
    let file = SourceFile(path: file.path, text: file.text)
    let vault = VaultEnvelopes(secrets: .init(), keeps: false)
    let root = try #require(try YAMLReader.read(file).root)
    let configuration = try #require(try SourceConfiguration(root, vault: vault))
    var options = InventoryOptions(workingDirectory: "/")
    options.environment = keys([:])
    var graph = InventoryGraph()
    let script = Script([
      .response(
        200,
        "<r><reservationSet><item><instancesSet><item><instanceId>i-1</instanceId><dnsName>a</dnsName><tagSet><item><key>x</key><value>{{ 1 }}</value></item></tagSet></item></instancesSet></item></reservationSet></r>"
      )
    ])
    _ = try await EC2Source(configuration, options: options).apply(
      to: &graph, cache: try InventoryCache(.init(), configuration, file: file.path), in: script.world)
    #expect(graph.hosts.first?.variables["tags"]?["x"]?.text?.origin == nil)
    #expect(graph.hosts.first?.variables["tags"]?["x"]?.string == "{{ 1 }}")
  }

  private func keys(_ more: [String: String]) -> [String: String] {
    ["AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret", "HOME": "/nonexistent"].merging(more) { $1 }
  }
}
