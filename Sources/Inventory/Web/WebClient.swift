import AsyncHTTPClient
import NIOCore
import Values

/// The network, through async-http-client. Redirects are not followed: a signed request is for one host only.
struct WebClient: WebTransport {
  /// No answer is larger.
  private static let bodyBudget = 64 << 20

  private let client: HTTPClient

  /// Lends a client for one task.
  ///
  static func lend<Result: Sendable>(
    _ body: (WebClient) async throws(Diagnostic) -> Result
  ) async throws(Diagnostic) -> Result {
    var configuration = HTTPClient.Configuration()
    configuration.redirectConfiguration = .disallow
    configuration.timeout.connect = .seconds(10)
    configuration.timeout.read = .seconds(60)
    let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    do throws(Diagnostic) {
      let result = try await body(WebClient(client: client))
      try? await client.shutdown()
      return result
    } catch {
      try? await client.shutdown()
      throw error
    }
  }

  func send(_ request: WebRequest, timeout: Duration) async throws(WebFailure) -> WebResponse {
    var outgoing = HTTPClientRequest(url: request.url)
    outgoing.method = .init(rawValue: request.method)
    for header in request.headers { outgoing.headers.add(name: header.name, value: header.value) }
    if !request.body.isEmpty { outgoing.body = .bytes(request.body) }
    do {
      let nanoseconds = timeout.components.seconds * 1_000_000_000 + timeout.components.attoseconds / 1_000_000_000
      let response = try await client.execute(outgoing, deadline: .now() + .nanoseconds(nanoseconds))
      let body = try await response.body.collect(upTo: Self.bodyBudget)
      return WebResponse(status: Int(response.status.code), body: Array(body.readableBytesView))
    } catch let error as HTTPClientError {
      throw WebFailure(reason: error.shortDescription, isTransient: true)
    } catch is NIOTooManyBytesError {
      throw WebFailure(reason: "the answer is larger than \(Self.bodyBudget >> 20) MiB", isTransient: false)
    } catch {
      throw WebFailure(reason: "\(error)", isTransient: !(error is CancellationError))
    }
  }
}
