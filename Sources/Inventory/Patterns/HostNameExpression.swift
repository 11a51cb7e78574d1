import Patterns
import Values

/// A regular expression for names, as in a `~pattern`.
struct HostNameExpression {
  private let pattern: PythonPattern

  init(_ expression: String) throws(Diagnostic) {
    do throws(Diagnostic) {
      pattern = try PythonPattern(expression)
    } catch {
      throw Diagnostic(.invalid, "The host pattern '~\(expression)' is no regular expression", causes: [error])
    }
  }

  /// Whether it matches the name from its beginning on, not necessarily to its end. A name that needs too much
  /// backtracking does not match.
  func matches(_ name: String) -> Bool { isMatch(name, anchored: true) }

  /// Whether it matches somewhere in the name.
  func occurs(in name: String) -> Bool { isMatch(name, anchored: false) }

  private func isMatch(_ name: String, anchored: Bool) -> Bool {
    guard let match = try? pattern.match(Array(name.utf8), anchored: anchored) else { return false }
    return !match.ranges.isEmpty
  }
}
