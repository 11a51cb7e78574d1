/// A request over HTTP, before it is sent.
struct WebRequest: Sendable {
  var method = "GET"
  /// `http` or `https`.
  var scheme = "https"
  var host: String
  var port: Int?
  var path = "/"
  var query: [(name: String, value: String)] = []
  var headers: [(name: String, value: String)] = []
  var body: [UInt8] = []

  /// The host as its header says it: with the port where that is not the scheme's own.
  var hostHeader: String {
    guard let port, port != (scheme == "https" ? 443 : 80) else { return host }
    return "\(host):\(port)"
  }

  var url: String {
    let search = query.map { "\(AWSSignature.encoded($0.name))=\(AWSSignature.encoded($0.value))" }
    return "\(scheme)://\(hostHeader)\(path)" + (search.isEmpty ? "" : "?" + search.joined(separator: "&"))
  }

  /// - Parameter url: `https://host:port/path`.
  /// - Returns: `nil` for what is no such thing.
  init?(url: String) {
    guard let mark = url.firstRange(of: "://") else { return nil }
    scheme = url[..<mark.lowerBound].lowercased()
    guard scheme == "http" || scheme == "https" else { return nil }
    let rest = url[mark.upperBound...]
    let authority = rest.prefix { $0 != "/" && $0 != "?" }
    let tail = rest.dropFirst(authority.count)
    path = tail.hasPrefix("/") ? String(tail.prefix { $0 != "?" }) : "/"
    if authority.hasPrefix("["), let close = authority.firstIndex(of: "]") {
      host = String(authority[...close])
      let after = authority[authority.index(after: close)...]
      if after.hasPrefix(":") { port = Int(after.dropFirst()) }
    } else {
      let parts = authority.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      host = String(parts.first ?? "")
      if parts.count == 2 {
        guard let number = Int(parts[1]), (1...65535).contains(number) else { return nil }
        port = number
      }
    }
    guard !host.isEmpty, !host.contains("@") else { return nil }
  }
}

struct WebResponse: Sendable {
  let status: Int
  let body: [UInt8]
}

/// Why no answer came.
struct WebFailure: Error, Sendable {
  /// One phrase: `connection refused`.
  let reason: String
  /// Whether another try may succeed.
  let isTransient: Bool
}

/// Sends requests: the network in earnest, a script in tests.
protocol WebTransport: Sendable {
  /// - Parameter timeout: for the whole exchange.
  func send(_ request: WebRequest, timeout: Duration) async throws(WebFailure) -> WebResponse
}
