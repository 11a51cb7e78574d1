import Transport
import Values

/// A command's outputs as the keys of a result.
package enum CommandOutput {
  /// `rc`, `stdout`, `stderr` and both as lines.
  package static func values(_ result: ShellResult, strippingEnds: Bool) -> Map {
    var values: Map = ["rc": .int(result.status)]
    for (name, bytes) in [("stdout", result.stdout), ("stderr", result.stderr)] {
      let kept = strippingEnds ? bytes[..<endWithoutNewlines(bytes)] : bytes[...]
      let text = String(lossless: kept)
      values[name] = .string(text)
      values["\(name)_lines"] = .list(lines(text).map { .string($0) })
    }
    return values
  }

  /// Every module that tells an output tells its lines too.
  static func withLines(_ values: Map) -> Map {
    var values = values
    for name in ["stdout", "stderr"] where values["\(name)_lines"] == nil {
      guard let text = values[name]?.string else { continue }
      values["\(name)_lines"] = .list(lines(text).map { .string($0) })
    }
    return values
  }

  /// Splits at every line boundary that Python's `str.splitlines` knows.
  static func lines(_ text: String) -> [String] {
    var lines: [String] = []
    var line = String.UnicodeScalarView()
    var endedWithReturn = false
    for scalar in text.unicodeScalars {
      if endedWithReturn {
        endedWithReturn = false
        if scalar == "\n" { continue }
      }
      switch scalar {
      case "\n", "\r", "\u{0B}", "\u{0C}", "\u{1C}", "\u{1D}", "\u{1E}", "\u{85}", "\u{2028}", "\u{2029}":
        lines.append(String(line))
        line.removeAll(keepingCapacity: true)
        endedWithReturn = scalar == "\r"
      default: line.append(scalar)
      }
    }
    if !line.isEmpty { lines.append(String(line)) }
    return lines
  }

  private static func endWithoutNewlines(_ bytes: [UInt8]) -> Int {
    (bytes.lastIndex { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") } ?? -1) + 1
  }
}
