import AsyncHTTPClient
import NIOCore
import Values

/// The network, through async-http-client. Redirects are not followed: a signed request is for one host only.
struct WebClient: WebTransport {
  /// No answer is larger.
  private static let bodyBudget = 64 << 20

  private struct Overdue: Error {}

  private let client: HTTPClient

  /// Lends a client for one task.
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
    let request = outgoing
    do {
      return try await withThrowingTaskGroup(of: WebResponse.self) { group throws in
        group.addTask {
          let response = try await client.execute(request, timeout: .seconds(timeout.components.seconds + 1))
          let body = try await response.body.collect(upTo: Self.bodyBudget)
          return WebResponse(status: Int(response.status.code), body: Array(body.readableBytesView))
        }
        // The client's own limits are for the head and for each pause: a body that drips would never end.
        group.addTask {
          try await Task.sleep(for: timeout)
          throw Overdue()
        }
        defer { group.cancelAll() }
        return try await group.next() ?? WebResponse(status: 0, body: [])
      }
    } catch is Overdue {
      throw WebFailure(reason: "no whole answer came within \(timeout.components.seconds) s", isTransient: true)
    } catch let error as HTTPClientError {
      throw WebFailure(reason: error.shortDescription, isTransient: true)
    } catch is NIOTooManyBytesError {
      throw WebFailure(reason: "the answer is larger than \(Self.bodyBudget >> 20) MiB", isTransient: false)
    } catch {
      throw WebFailure(reason: "\(error)", isTransient: !(error is CancellationError))
    }
  }
}
