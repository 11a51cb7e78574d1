import Glibc

/// Times as text, by the C library's rules.
package enum TimeText {
  /// - Parameters:
  ///   - format: as for `strftime(3)`.
  ///   - seconds: since 1970; `nil`: now.
  package static func format(_ format: String, seconds: Double?, isUTC: Bool) -> String {
    var moment = time_t(max(min((seconds ?? Double(time(nil))).rounded(.down), 1e15), -1e15))
    var parts = tm()
    if isUTC { gmtime_r(&moment, &parts) } else { localtime_r(&moment, &parts) }
    return self.format(format, parts)
  }

  static func format(_ format: String, _ parts: tm) -> String {
    if format.isEmpty { return "" }
    var parts = parts
    // A format may come to nothing (`%p` in some languages), which looks like a lack of room: a blank in front tells them apart.
    var buffer = [CChar](repeating: 0, count: max(format.utf8.count * 16, 1024))
    let length = strftime(&buffer, buffer.count, " " + format, &parts)
    return String(decoding: buffer.prefix(length).dropFirst().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
