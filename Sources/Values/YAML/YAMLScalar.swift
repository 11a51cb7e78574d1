/// What an unquoted scalar means in YAML 1.1, by the rules of PyYAML's resolver (they differ from the specification's:
/// `1e3` and `0o17` are text, `0644` is octal, `1:20` is sexagesimal).
enum YAMLScalar: Equatable {
  case null
  case bool(Bool)
  case int(Int)
  /// An integer beyond 64 bits, or one without a digit (`0x_`).
  case badInt
  case double(Double)
  case time(DateTime)
  /// A date that the calendar does not have, and what is wrong with it.
  case badTime(String)
  /// `<<`
  case merge
  case text

  static func resolve(_ text: String) -> YAMLScalar {
    var text = text
    return text.withUTF8 { resolve($0) }
  }

  private static func resolve(_ utf8: UnsafeBufferPointer<UInt8>) -> YAMLScalar {
    guard let first = utf8.first else { return .null }
    switch first {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
      return number(utf8)
    default:
      // The longest word of the table below has five letters.
      guard utf8.count <= 5 else { return .text }
      return words[String(decoding: utf8, as: UTF8.self)] ?? .text
    }
  }

  private static let words: [String: YAMLScalar] = {
    var words: [String: YAMLScalar] = ["~": .null, "<<": .merge]
    for (word, meaning) in [
      ("null", YAMLScalar.null), ("yes", .bool(true)), ("no", .bool(false)), ("true", .bool(true)),
      ("false", .bool(false)), ("on", .bool(true)), ("off", .bool(false)),
    ] {
      words[word] = meaning
      words[word.uppercased()] = meaning
      words[word.prefix(1).uppercased() + word.dropFirst()] = meaning
    }
    return words
  }()

  // MARK: - Numbers

  private static func number(_ utf8: UnsafeBufferPointer<UInt8>) -> YAMLScalar {
    var scanner = Scanner(utf8)
    let hasSign = scanner.skip(UInt8(ascii: "+")) || scanner.skip(UInt8(ascii: "-"))
    let isNegative = utf8.first == UInt8(ascii: "-")
    let body = UnsafeBufferPointer(rebasing: utf8[scanner.position...])
    if let special = specialDouble(body, hasSign: hasSign, isNegative: isNegative) { return special }
    if let double = decimal(utf8, body, hasSign: hasSign, isNegative: isNegative) { return double }
    return integer(body, isNegative: isNegative) ?? timestamp(utf8) ?? .text
  }

  private static func specialDouble(
    _ body: UnsafeBufferPointer<UInt8>, hasSign: Bool, isNegative: Bool
  ) -> YAMLScalar? {
    guard body.count == 4, body.first == UInt8(ascii: ".") else { return nil }
    switch String(decoding: body, as: UTF8.self) {
    case ".inf", ".Inf", ".INF": return .double(isNegative ? -.infinity : .infinity)
    case ".nan", ".NaN", ".NAN": return hasSign ? nil : .double(.nan)
    default: return nil
    }
  }

  /// `1.5`, `1.`, `1_0.5e+3`, `.5` (unsigned only), `1:20.5`.
  private static func decimal(
    _ utf8: UnsafeBufferPointer<UInt8>, _ body: UnsafeBufferPointer<UInt8>, hasSign: Bool, isNegative: Bool
  ) -> YAMLScalar? {
    guard body.contains(UInt8(ascii: ".")) else { return nil }
    var scanner = Scanner(body)
    var isSexagesimal = false
    if scanner.skipDigit() {
      scanner.skip { isDigit($0) || $0 == underscore }
      isSexagesimal = scanner.skipSexagesimalParts()
      guard scanner.skip(UInt8(ascii: ".")) else { return nil }
    } else {
      guard !hasSign, scanner.skip(UInt8(ascii: ".")), scanner.skipDigit() else { return nil }
    }
    scanner.skip { isDigit($0) || $0 == underscore }
    if !isSexagesimal, !scanner.isAtEnd {
      guard scanner.skip(UInt8(ascii: "e")) || scanner.skip(UInt8(ascii: "E")),
        scanner.skip(UInt8(ascii: "+")) || scanner.skip(UInt8(ascii: "-")), scanner.skipDigit()
      else { return nil }
      scanner.skip(while: isDigit)
    }
    guard scanner.isAtEnd else { return nil }
    let digits = String(decoding: body.filter { $0 != underscore }, as: UTF8.self)
    var magnitude = 0.0
    for part in digits.split(separator: ":", omittingEmptySubsequences: false) {
      magnitude = magnitude * 60 + (YAMLScalar.double(part) ?? 0)
    }
    return .double(isNegative ? -magnitude : magnitude)
  }

  /// Swift reads neither `1.` nor `.5` for certain; Python reads both.
  static func double(_ text: some StringProtocol) -> Double? {
    var text = String(text)
    if text.hasPrefix(".") { text = "0" + text }
    if let point = text.firstIndex(of: ".") {
      let after = text.index(after: point)
      if after == text.endIndex || text[after] == "e" || text[after] == "E" { text.insert("0", at: after) }
    }
    return Double(text)
  }

  private static func integer(_ body: UnsafeBufferPointer<UInt8>, isNegative: Bool) -> YAMLScalar? {
    guard let first = body.first else { return nil }
    let rest = body.dropFirst()
    if first == UInt8(ascii: "0") {
      guard let second = rest.first else { return .int(0) }
      switch second {
      case UInt8(ascii: "b"): return digits(rest.dropFirst(), radix: 2, isNegative: isNegative)
      case UInt8(ascii: "x"): return digits(rest.dropFirst(), radix: 16, isNegative: isNegative)
      default: return digits(rest, radix: 8, isNegative: isNegative, zeroForNone: true)
      }
    }
    guard isDigit(first) else { return nil }
    guard body.contains(UInt8(ascii: ":")) else { return digits(body[...], radix: 10, isNegative: isNegative) }
    var scanner = Scanner(body)
    scanner.skip { isDigit($0) || $0 == underscore }
    guard scanner.skipSexagesimalParts(), scanner.isAtEnd else { return nil }
    var total: Int? = 0
    for part in body.split(separator: UInt8(ascii: ":")) {
      guard case .int(let value)? = digits(part, radix: 10, isNegative: isNegative) else { return .badInt }
      total = total.flatMap { checked($0.multipliedReportingOverflow(by: 60)) }
        .flatMap { checked($0.addingReportingOverflow(value)) }
    }
    return total.map(YAMLScalar.int) ?? .badInt
  }

  /// `nil` when something other than a digit of the radix or `_` is there.
  private static func digits(
    _ bytes: Slice<UnsafeBufferPointer<UInt8>>, radix: Int, isNegative: Bool, zeroForNone: Bool = false
  ) -> YAMLScalar? {
    guard !bytes.isEmpty else { return nil }
    var value: Int? = 0
    var hasDigit = false
    for byte in bytes where byte != underscore {
      guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue, digit < radix else { return nil }
      hasDigit = true
      // Built up below zero, so that the lowest Int can be read too.
      value = value.flatMap { checked($0.multipliedReportingOverflow(by: radix)) }
        .flatMap { checked(isNegative ? $0.subtractingReportingOverflow(digit) : $0.addingReportingOverflow(digit)) }
    }
    guard hasDigit || zeroForNone, let value else { return .badInt }
    return .int(value)
  }

  private static func checked(_ result: (partialValue: Int, overflow: Bool)) -> Int? {
    result.overflow ? nil : result.partialValue
  }

  private static let underscore = UInt8(ascii: "_")

  private static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

  private struct Scanner {
    let bytes: UnsafeBufferPointer<UInt8>
    var position = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    var isAtEnd: Bool { position >= bytes.count }

    mutating func skip(_ byte: UInt8) -> Bool {
      guard position < bytes.count, bytes[position] == byte else { return false }
      position += 1
      return true
    }

    mutating func skip(while predicate: (UInt8) -> Bool) {
      while position < bytes.count, predicate(bytes[position]) { position += 1 }
    }

    mutating func skipDigit() -> Bool {
      guard position < bytes.count, isDigit(bytes[position]) else { return false }
      position += 1
      return true
    }

    /// `(:[0-5]?[0-9])+`
    mutating func skipSexagesimalParts() -> Bool {
      var count = 0
      while position < bytes.count, bytes[position] == UInt8(ascii: ":") {
        var length = 1
        while position + length < bytes.count, isDigit(bytes[position + length]) { length += 1 }
        guard length == 2 || length == 3 && bytes[position + 1] < UInt8(ascii: "6") else { return false }
        position += length
        count += 1
      }
      return count > 0
    }
  }
}
