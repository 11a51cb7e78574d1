import Values

/// A host name with ranges, `www[01:20:2].example.com`, which stands for many names.
///
/// The rules are those of Ansible's inventories: a `[` begins a range wherever it
/// stands, bounds are both inclusive, letters run `a…zA…Z`, a leading zero in the first bound pads all numbers to its width.
enum HostRange {
  /// No inventory means more hosts than this by one line; a typing error easily does.
  static let budget = 2_000_000

  /// All names that `name` stands for, in the order of counting, the leftmost range slowest; the name itself if it holds none.
  static func expand(_ name: String) throws(HostRangeError) -> [String] {
    var names = [""]
    var rest = name[...]
    // Empty ranges count as one here: behind one, too, others must not grow without end.
    var count = 1
    while let open = rest.utf8.firstIndex(of: UInt8(ascii: "[")) {
      guard let close = rest.utf8[open...].firstIndex(of: UInt8(ascii: "]")) else {
        throw HostRangeError("the '[' of the range has no ']'", isMisspelt: false)
      }
      let members = try members(of: rest[rest.utf8.index(after: open)..<close])
      let product = count.multipliedReportingOverflow(by: max(members.count, 1))
      guard !product.overflow, product.partialValue <= budget else { throw tooMany }
      count = product.partialValue
      let head = rest[..<open]
      names = names.flatMap { name in members.map { name + head + $0 } }
      rest = rest[rest.utf8.index(after: close)...]
    }
    return rest.isEmpty ? names : names.map { $0 + rest }
  }

  private static var tooMany: HostRangeError {
    HostRangeError("the ranges stand for more than \(budget) hosts", isMisspelt: false)
  }

  private static func members(of bounds: Substring) throws(HostRangeError) -> [String] {
    let parts = bounds.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2 || parts.count == 3 else {
      throw HostRangeError("host range must be begin:end or begin:end:step", isMisspelt: true)
    }
    let first = parts[0].isEmpty ? "0" : parts[0]
    let last = parts[1]
    guard !last.isEmpty else { throw HostRangeError("host range must specify end value", isMisspelt: true) }
    let step = parts.count == 3 ? try integer(parts[2]) : 1
    guard step != 0 else { throw HostRangeError("host range step must not be zero", isMisspelt: false) }

    var width = 0
    if first.utf8.count > 1, first.utf8.first == UInt8(ascii: "0") {
      width = first.utf8.count
      guard last.utf8.count == width else {
        throw HostRangeError("host range must specify equal-length begin and end formats", isMisspelt: true)
      }
    }
    if let begin = letterIndex(first), let end = letterIndex(last) {
      guard begin <= end else { throw HostRangeError("host range must have begin <= end", isMisspelt: true) }
      guard step > 0 else { return [] }
      return stride(from: begin, through: end, by: step).map { String(Unicode.Scalar(letters[$0])) }
    }
    let begin = try integer(first)
    let end = try integer(last)
    let span = end.subtractingReportingOverflow(begin)
    let count = span.partialValue.dividedReportingOverflow(by: step)
    guard !span.overflow, !count.overflow, count.partialValue <= budget else { throw tooMany }
    return stride(from: begin, through: end, by: step).map { padded($0, to: width) }
  }

  private static let letters = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".utf8)

  private static func letterIndex(_ bound: Substring) -> Int? {
    guard bound.utf8.count == 1, let byte = bound.utf8.first else { return nil }
    return letters.firstIndex(of: byte)
  }

  private static func integer(_ text: Substring) throws(HostRangeError) -> Int {
    guard let value = Int(text) else { throw HostRangeError("'\(text)' is not a whole number", isMisspelt: false) }
    return value
  }

  private static func padded(_ number: Int, to width: Int) -> String {
    let digits = String(number)
    return digits.utf8.count >= width ? digits : String(repeating: "0", count: width - digits.utf8.count) + digits
  }
}

/// Why a range can't be expanded, in one phrase.
struct HostRangeError: Error {
  let reason: String
  /// Whether it has the form of a range but not its sense; in a list of hosts on the command line such a word stands for itself.
  let isMisspelt: Bool

  init(_ reason: String, isMisspelt: Bool) {
    self.reason = reason
    self.isMisspelt = isMisspelt
  }
}
