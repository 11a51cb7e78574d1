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
  ///
  /// Quotes are found by scalar, not by `Character`: a quote followed by a combining mark is another character to Swift and
  /// still a quote to the shell.
  package static func quoted(_ value: String) -> String {
    let isPlain = !value.isEmpty && value.utf8.allSatisfy { plainBytes.contains($0) } && !reservedWords.contains(value)
    if isPlain { return value }
    var word = "'".unicodeScalars
    for scalar in value.unicodeScalars {
      if scalar == "'" { word.append(contentsOf: "'\\''".unicodeScalars) } else { word.append(scalar) }
    }
    word.append("'")
    return String(word)
  }

  /// `=` is not among them: the first word of a command would be an assignment.
  private static let plainBytes = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+./:,@%".utf8)

  /// What a shell takes for its own syntax where a command begins.
  private static let reservedWords: Set<String> = [
    "case", "coproc", "do", "done", "elif", "else", "esac", "fi", "for", "function", "if", "in", "select", "then",
    "time",
    "until", "while",
  ]
}

extension ShellScript {
  /// The script with variables exported for it and for what it starts. A value that is a secret stays out of every argument
  /// vector, but the host's own users may read it in `/proc/PID/environ`, as with any program's environment.
  ///
  /// - Throws: a name that no shell can export.
  package func exporting(_ variables: [(name: String, value: String)]) throws(TransportError) -> ShellScript {
    var exports: ShellScript = ""
    for (name, value) in variables {
      guard Self.isVariableName(name) else {
        throw TransportError(
          .invalidRequest,
          "\(name.debugDescription) can't be the name of an environment variable: letters, digits and _ only, no digit first"
        )
      }
      exports += ShellScript(unchecked: "export \(name)=")
      exports += "\(value)\n"
    }
    return exports + self
  }

  private static func isVariableName(_ name: String) -> Bool {
    guard let first = name.utf8.first, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else { return false }
    return name.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
        true
      default: false
      }
    }
  }
}

extension ShellScript: ExpressibleByStringInterpolation, ExpressibleByStringLiteral {
  package init(stringLiteral value: StaticString) { text = value.description }
  package init(stringInterpolation: StringInterpolation) { text = stringInterpolation.text }

  package struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var text = ""
    /// Whether a number stands last: in front of `<` or `>` it would name a descriptor.
    private var endsInNumber = false

    package init(literalCapacity: Int, interpolationCount: Int) { text.reserveCapacity(literalCapacity * 2) }

    package typealias StringLiteralType = StaticString

    package mutating func appendLiteral(_ literal: StaticString) {
      let piece = literal.description
      guard let first = piece.utf8.first else { return }
      if endsInNumber, first == UInt8(ascii: "<") || first == UInt8(ascii: ">") { text += " " }
      endsInNumber = false
      text += piece
    }

    /// A value: one quoted word.
    package mutating func appendInterpolation(_ value: String) {
      text += ShellScript.quoted(value)
      endsInNumber = value.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }

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
