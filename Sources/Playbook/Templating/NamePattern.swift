import Patterns
import Values

/// A regular expression over names of files or variables.
struct NamePattern {
  private let pattern: PythonPattern

  init(_ source: String) throws(Diagnostic) { pattern = try PatternCache.pattern(source) }

  /// A name that makes the expression give up is not found.
  func finds(in name: String) -> Bool { (try? pattern.finds(in: name)) ?? false }
}
