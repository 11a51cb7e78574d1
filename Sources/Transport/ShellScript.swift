import Values

/// A piece of POSIX shell, built from words so that a value can never become code.
///
/// The literal parts of an interpolated string are shell text that a programmer wrote; every interpolated value is quoted.
/// There is no initialiser from a `String` at run time but `init(unchecked:)`, which only the modules whose job it is to run
/// the user's own shell text (`shell`, `raw`, `command`'s words) may call.
///
///     let script: ShellScript = "stat -c %a -- \(path)"      // path is one word, whatever it holds
///
/// A `Secret` can't be interpolated: secrets go on standard input, for an argument vector is visible to every user.
package struct ShellScript: Sendable, Hashable {
  /// The text to hand to a POSIX shell.
  package private(set) var text: String

  /// Shell text that the user wrote and asked to have run as it stands.
  package init(unchecked text: String) { self.text = text }

  /// Joins scripts into one, each on a line of its own.
  package init(lines: [ShellScript]) { text = lines.map(\.text).joined(separator: "\n") }

  /// Words of a command, each quoted.
  package init(words: [String]) { text = words.map(ShellScript.quoted).joined(separator: " ") }

  package static func + (left: ShellScript, right: ShellScript) -> ShellScript {
    ShellScript(unchecked: left.text + right.text)
  }

  package static func += (left: inout ShellScript, right: ShellScript) { left.text += right.text }

  /// The value as one word of a POSIX shell.
  package static func quoted(_ value: String) -> String {
    let isPlain = !value.isEmpty && value.utf8.allSatisfy { plainBytes.contains($0) }
    return isPlain
      ? value : "'" + value.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
  }

  private static let plainBytes = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=./:,@%".utf8)
}

extension ShellScript: ExpressibleByStringInterpolation, ExpressibleByStringLiteral {
  package init(stringLiteral value: StaticString) { text = value.description }
  package init(stringInterpolation: StringInterpolation) { text = stringInterpolation.text }

  package struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var text = ""

    package init(literalCapacity: Int, interpolationCount: Int) { text.reserveCapacity(literalCapacity * 2) }

    package typealias StringLiteralType = StaticString

    package mutating func appendLiteral(_ literal: StaticString) { text += literal.description }

    /// A value: one quoted word.
    package mutating func appendInterpolation(_ value: String) { text += ShellScript.quoted(value) }

    /// Values: quoted words, a space between them.
    package mutating func appendInterpolation(_ values: [String]) {
      text += values.map(ShellScript.quoted).joined(separator: " ")
    }

    package mutating func appendInterpolation(_ value: Int) { text += String(value) }

    /// A piece of script, as it stands.
    package mutating func appendInterpolation(_ script: ShellScript) { text += script.text }

    @available(*, unavailable, message: "a secret goes on standard input, never into a command")
    package mutating func appendInterpolation(_ secret: Secret) {}
  }
}
