import Glibc

/// Splitting at an ASCII separator by bytes: the standard library compares whole characters, which was 12 % of all instructions of
/// a converged play. Other than there, a newline after a carriage return, or before a combining mark, separates too: so do the
/// hosts' programs and Python.
extension String {
  package func split(
    separator: Character, maxSplits: Int = .max, omittingEmptySubsequences: Bool = true
  ) -> [Substring] {
    self[...].split(
      separator: separator, maxSplits: maxSplits, omittingEmptySubsequences: omittingEmptySubsequences)
  }

  /// What is before and after the first such ASCII character; `nil` where there is none.
  package func cut(at separator: Unicode.Scalar) -> (before: Substring, after: Substring)? {
    self[...].cut(at: separator)
  }
}

extension Substring {
  package func split(
    separator: Character, maxSplits: Int = .max, omittingEmptySubsequences: Bool = true
  ) -> [Substring] {
    guard let byte = separator.asciiValue, separator != "\r\n" else {
      return split(
        maxSplits: maxSplits, omittingEmptySubsequences: omittingEmptySubsequences, whereSeparator: { $0 == separator })
    }
    var parts: [Substring] = []
    // Room for most lines and paths at once: growing step by step was a quarter of the time.
    parts.reserveCapacity(Swift.min(maxSplits, 15) + 1)
    var start = utf8.startIndex
    func take(to end: String.Index) {
      if start < end || !omittingEmptySubsequences { parts.append(Substring(utf8[start..<end])) }
    }
    while parts.count < maxSplits, let end = firstIndex(of: byte, from: start) {
      take(to: end)
      start = utf8.index(after: end)
    }
    take(to: utf8.endIndex)
    return parts
  }

  /// What is before and after the first such ASCII character; `nil` where there is none.
  package func cut(at separator: Unicode.Scalar) -> (before: Substring, after: Substring)? {
    guard separator.isASCII, let end = firstIndex(of: UInt8(ascii: separator), from: utf8.startIndex) else {
      return nil
    }
    return (Substring(utf8[..<end]), Substring(utf8[utf8.index(after: end)...]))
  }

  private func firstIndex(of byte: UInt8, from start: String.Index) -> String.Index? {
    let rest = utf8[start...]
    let found = rest.withContiguousStorageIfAvailable { bytes -> Int? in
      guard let base = bytes.baseAddress, let found = memchr(base, Int32(byte), bytes.count) else { return nil }
      return UnsafeRawPointer(base).distance(to: found)
    }
    guard let found else { return rest.firstIndex(of: byte) }
    return found.map { rest.index(start, offsetBy: $0) }
  }
}
