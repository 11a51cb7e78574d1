/// A text that somebody wrote and that diagnostics can quote: a playbook, an inventory, the command line.
package final class SourceFile: Sendable, Hashable {
  /// The path as the user would recognise it, or a name in angle brackets for text that is not a file (`<command line>`).
  package let path: String
  /// The whole text, for excerpts. Empty when it must not be quoted (a decrypted vault file).
  package let text: String

  /// - Parameters:
  ///   - path: the path to show, or a name such as `<command line>`.
  ///   - text: the whole text; leave it empty for a text that must never be quoted.
  package init(path: String, text: String) {
    self.path = path
    self.text = text
  }

  package static func == (left: SourceFile, right: SourceFile) -> Bool { left === right || left.path == right.path }
  package func hash(into hasher: inout Hasher) { hasher.combine(path) }
}

/// A position in a `SourceFile`: what every error about something that a user wrote points at.
package struct Place: Sendable, Hashable, CustomStringConvertible {
  package let file: SourceFile
  /// Counted from 1.
  package let line: Int
  /// Counted from 1, in Unicode scalars.
  package let column: Int

  package init(_ file: SourceFile, line: Int, column: Int) {
    self.file = file
    self.line = line
    self.column = column
  }

  /// `file:line:column`.
  package var description: String { "\(file.path):\(line):\(column)" }
}
