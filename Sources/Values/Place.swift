/// A text that somebody wrote and that diagnostics can quote: a playbook, an inventory, the command line.
package final class SourceFile: Sendable, Hashable {
  /// The path as the user would recognise it, or a name in angle brackets for text that is not a file (`<command line>`).
  package let path: String
  /// The whole text.
  package let text: String
  /// Whether diagnostics may quote the text; `false` for what was decrypted.
  package let isQuotable: Bool

  /// - Parameters:
  ///   - path: the path to show, or a name such as `<command line>`.
  ///   - text: the whole text.
  ///   - isQuotable: `false` for a text that was decrypted: no excerpt of it may reach a screen.
  package init(path: String, text: String, isQuotable: Bool = true) {
    self.path = path
    self.text = text
    self.isQuotable = isQuotable
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
