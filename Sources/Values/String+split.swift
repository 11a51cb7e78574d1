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
}

extension Substring {
  package func split(
    separator: Character, maxSplits: Int = .max, omittingEmptySubsequences: Bool = true
  ) -> [Substring] {
    guard let byte = separator.asciiValue, separator != "\r\n" else {
      return split(
        maxSplits: maxSplits, omittingEmptySubsequences: omittingEmptySubsequences, whereSeparator: { $0 == separator })
    }
    return utf8.split(separator: byte, maxSplits: maxSplits, omittingEmptySubsequences: omittingEmptySubsequences)
      .map { Substring($0) }
  }
}
