import Values

/// The world of a client, so that retries test in milliseconds.
struct AWSWorld: Sendable {
  var transport: any WebTransport
  /// Seconds since 1970.
  var now: @Sendable () -> Int
  var sleep: @Sendable (Duration) async throws -> Void
  /// In 0..<1.
  var random: @Sendable () -> Double
  /// For one answer, from its request to its end.
  var timeout = Duration.seconds(60)

  static func real(_ transport: any WebTransport) -> AWSWorld {
    AWSWorld(
      transport: transport, now: { FileSystem.now }, sleep: { try await Task.sleep(for: $0) },
      random: { Double.random(in: 0..<1) })
  }
}

/// Calls actions of AWS's Query APIs (EC2, STS): signed, retried with exponential backoff and full jitter.
struct AWSClient: Sendable {
  let world: AWSWorld
  /// `nil` for actions that are called without a signature.
  let credentials: AWSCredentials?
  let region: String
  let service: String
  let apiVersion: String
  /// Instead of the service's own, `http://127.0.0.1:5000`.
  let endpoint: String?
  /// Tries in all.
  var attempts = 6

  private static let longestPause = 20.0

  /// - Parameter parameters: of the action, in order.
  /// - Returns: the outermost element of the answer.
  func call(_ action: String, _ parameters: [(name: String, value: String)]) async throws(AWSFailure) -> XMLElement {
    var problem = AWSFailure(code: nil, message: "it was not tried")
    for attempt in 0..<max(attempts, 1) {
      if attempt > 0 {
        let pause = world.random() * min(Self.longestPause, 0.5 * Double(1 << min(attempt, 10)))
        do { try await world.sleep(.milliseconds(Int(pause * 1000))) } catch {
          throw AWSFailure(code: nil, message: "the call was cancelled")
        }
      }
      switch await tryOnce(action, parameters) {
      case .success(let element): return element
      case .failure(let failure, isTransient: false): throw failure
      case .failure(let failure, isTransient: true): problem = failure
      }
    }
    throw AWSFailure(code: problem.code, message: "\(problem.message) (after \(attempts) tries)")
  }

  private enum Outcome {
    case success(XMLElement)
    case failure(AWSFailure, isTransient: Bool)
  }

  private func tryOnce(_ action: String, _ parameters: [(name: String, value: String)]) async -> Outcome {
    guard var request = WebRequest(url: endpoint ?? Self.endpoint(of: service, in: region)) else {
      return .failure(
        AWSFailure(code: nil, message: "'\(endpoint ?? region)' is no address of an AWS endpoint"), isTransient: false)
    }
    request.method = "POST"
    request.headers = [("content-type", "application/x-www-form-urlencoded; charset=utf-8")]
    let fields = [("Action", action), ("Version", apiVersion)] + parameters.map { ($0.name, $0.value) }
    request.body = Array(
      fields.map { "\(AWSSignature.encoded($0.0))=\(AWSSignature.encoded($0.1))" }.joined(separator: "&").utf8)
    if let credentials {
      let signature = AWSSignature(credentials: credentials, region: region, service: service)
      request.headers = signature.signed(request, at: AWSTime(seconds: world.now()))
    }
    let response: WebResponse
    do throws(WebFailure) {
      response = try await world.transport.send(request, timeout: world.timeout)
    } catch {
      return .failure(
        AWSFailure(code: nil, message: "\(request.hostHeader) can't be reached: \(error.reason)"),
        isTransient: error.isTransient)
    }
    return outcome(response, host: request.hostHeader)
  }

  private func outcome(_ response: WebResponse, host: String) -> Outcome {
    let element: XMLElement
    do throws(XMLReader.Failure) {
      element = try XMLReader.read(response.body)
    } catch {
      // Half a page is a broken connection; a page that is no XML comes from something that is not AWS.
      let isServerFault = response.status >= 500 || response.status == 200
      return .failure(
        AWSFailure(
          code: nil,
          message:
            "\(host) answered with status \(response.status) and no XML that can be read: \(error.reason) (line \(error.line))"
        ), isTransient: isServerFault)
    }
    guard response.status != 200 else { return .success(element) }
    let error = element.descendant("Errors", "Error") ?? element["Error"]
    let code = error?["Code"]?.text
    let reason = error?["Message"]?.text ?? "status \(response.status)"
    let isTransient =
      response.status >= 500 || response.status == 429 || code.map(AWSFailure.throttlingCodes.contains) ?? false
    return .failure(
      AWSFailure(code: code, message: code.map { "\(reason) (\($0))" } ?? "\(host): \(reason)"),
      isTransient: isTransient)
  }

  private static func endpoint(of service: String, in region: String) -> String {
    "https://\(service).\(region).amazonaws.com" + (region.hasPrefix("cn-") ? ".cn" : "")
  }
}
