import Crypto
import Values

/// AWS Signature Version 4, as Amazon's "Signing AWS API requests" describes it.
///
/// Pure: the time is passed in, so that signatures can be compared with Amazon's own examples.
struct AWSSignature {
  let credentials: AWSCredentials
  let region: String
  let service: String

  /// The headers of `request` with those that sign it.
  ///
  /// - Parameter time: now, in UTC.
  func signed(_ request: WebRequest, at time: AWSTime) -> [(name: String, value: String)] {
    var headers = request.headers
    headers.append(("host", request.hostHeader))
    headers.append(("x-amz-date", time.stamp))
    if let token = credentials.token { headers.append(("x-amz-security-token", token.reveal())) }
    let sorted = headers.map { ($0.name.lowercased(), $0.value) }.sorted { $0.0 < $1.0 }
    let names = sorted.map(\.0).joined(separator: ";")
    let canonical = [
      request.method, Self.path(request.path), Self.query(request.query),
      sorted.map { "\($0.0):\(Self.trimmed($0.1))\n" }.joined(), names, Self.hex(SHA256.hash(data: request.body)),
    ].joined(separator: "\n")
    let scope = "\(time.day)/\(region)/\(service)/aws4_request"
    let text = ["AWS4-HMAC-SHA256", time.stamp, scope, Self.hex(SHA256.hash(data: Array(canonical.utf8)))]
      .joined(separator: "\n")
    let signature = Self.hex(Self.code(text, key: key(day: time.day)))
    // The transport writes the host's header itself.
    return headers.filter { $0.name != "host" } + [
      (
        "authorization",
        "AWS4-HMAC-SHA256 Credential=\(credentials.accessKey)/\(scope), SignedHeaders=\(names), Signature=\(signature)"
      )
    ]
  }

  private func key(day: String) -> SymmetricKey {
    var key = SymmetricKey(data: Array("AWS4\(credentials.secretKey.reveal())".utf8))
    for part in [day, region, service, "aws4_request"] { key = SymmetricKey(data: Self.code(part, key: key)) }
    return key
  }

  private static func code(_ text: String, key: SymmetricKey) -> HMAC<SHA256>.MAC {
    HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: key)
  }

  static func hex(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  // MARK: - Canonical parts

  private static func path(_ path: String) -> String {
    path.isEmpty
      ? "/"
      : path.split(separator: "/", omittingEmptySubsequences: false).map { encoded(String($0)) }
        .joined(separator: "/")
  }

  private static func query(_ query: [(name: String, value: String)]) -> String {
    query.map { (encoded($0.name), encoded($0.value)) }.sorted { $0.0 != $1.0 ? $0.0 < $1.0 : $0.1 < $1.1 }
      .map { "\($0.0)=\($0.1)" }.joined(separator: "&")
  }

  private static func trimmed(_ value: String) -> String {
    value.split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ")
  }

  /// Percent-encoded but for what RFC 3986 never reserves.
  static func encoded(_ text: String) -> String {
    var result: [UInt8] = []
    let digits = Array("0123456789ABCDEF".utf8)
    for byte in text.utf8 {
      if byte.isASCIILetter || byte.isDigit || "-._~".utf8.contains(byte) {
        result.append(byte)
      } else {
        result += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: result, as: UTF8.self)
  }
}

/// A moment in UTC in the two forms that signatures need.
struct AWSTime: Sendable, Hashable {
  /// `20150830T123600Z`.
  let stamp: String
  /// `20150830`.
  var day: String { String(stamp.prefix(8)) }

  init(stamp: String) { self.stamp = stamp }

  /// - Parameter seconds: since 1970.
  init(seconds: Int) {
    let (days, rest) = seconds.quotientAndRemainder(dividingBy: 86_400)
    // Days to a date of the Gregorian calendar, in eras of 400 years that begin in March (Howard Hinnant, "chrono-Compatible
    // Low-Level Date Algorithms").
    let shifted = days + 719_468
    let era = shifted / 146_097
    let day = shifted % 146_097
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365
    let dayOfYear = day - (365 * year + year / 4 - year / 100)
    let month = (5 * dayOfYear + 2) / 153
    let calendarMonth = month < 10 ? month + 3 : month - 9
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    stamp =
      "\(year + era * 400 + (calendarMonth <= 2 ? 1 : 0))\(two(calendarMonth))\(two(dayOfYear - (153 * month + 2) / 5 + 1))"
      + "T\(two(rest / 3600))\(two(rest / 60 % 60))\(two(rest % 60))Z"
  }
}
