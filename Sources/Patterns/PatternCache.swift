import Synchronization
import Values

/// Compiled patterns, so that a pattern in a loop is compiled once.
package enum PatternCache {
  private struct Key: Hashable {
    let source: String
    let flags: PythonPattern.Flags
  }

  private static let limit = 512
  private static let known = Mutex<[Key: PythonPattern]>([:])

  package static func pattern(_ source: String, flags: PythonPattern.Flags = []) throws(Diagnostic) -> PythonPattern {
    let key = Key(source: source, flags: flags)
    if let pattern = known.withLock({ $0[key] }) { return pattern }
    let pattern = try PythonPattern(source, flags: flags)
    known.withLock {
      if $0.count >= limit { $0.removeAll(keepingCapacity: true) }
      $0[key] = pattern
    }
    return pattern
  }
}
