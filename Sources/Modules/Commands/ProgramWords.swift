import Transport

/// The words of a command that must reach the program without any shell reading them.
enum ProgramWords {
  /// Splits as Python's `shlex.split` does in POSIX mode, which is what ansible's `command` takes.
  static func split(_ line: String) throws(ModuleFailure) -> [String] {
    guard let words = CommandWords.split(line) else {
      throw ModuleFailure(
        "The command can't be split into words: a quotation is not closed, or it ends with a backslash.")
    }
    return words
  }

  /// A script that replaces its shell by the program, or says in a marked message (`CommandRun`) why it can't.
  ///
  /// - Parameters:
  ///   - words: the program and its arguments.
  ///   - expandsVariables: whether `$NAME`, `${NAME}` and a leading `~` are replaced on the host, as ansible does; what is
  ///     not set there stays as it is written.
  static func executing(_ words: [String], expandsVariables: Bool) -> ShellScript {
    guard let program = words.first else { return "" }
    let pieces = words.map { expandsVariables ? expanded($0) : ShellScript(words: [$0]) }
    let name = pieces.first ?? ""
    var script: ShellScript
    if program.utf8.contains(UInt8(ascii: "/")) || program.utf8.contains(UInt8(ascii: "$")) {
      script = """
        if [ ! -e \(name) ] && ! command -v \(name) >/dev/null 2>&1; then \(CommandRun.notFound)
        elif [ -d \(name) ] || { [ -e \(name) ] && [ ! -x \(name) ]; }; then \(CommandRun.notExecutable); fi

        """
    } else {
      script = "command -v \(name) >/dev/null 2>&1 || { \(CommandRun.notFound); }\n"
    }
    script += "exec"
    for piece in pieces { script += " \(piece)" }
    // Only a shell of its own knows no variables but the environment's.
    let needsOwnShell = expandsVariables && words.contains { $0.utf8.contains(UInt8(ascii: "$")) }
    return needsOwnShell ? "exec /bin/sh -c \(script.text)" : script
  }

  /// One word in which the host's environment and home directories are put in.
  private static func expanded(_ word: String) -> ShellScript {
    var script: ShellScript = ""
    var rest = Substring(word)
    if rest.first == "~" {
      let user = rest.dropFirst().prefix { $0 != "/" }
      let isPlain = user.utf8.allSatisfy {
        isNameByte($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".")
      }
      if isPlain {
        script += "~\(ShellScript(words: user.isEmpty ? [] : [String(user)]))"
        rest = rest[user.endIndex...]
        if rest.isEmpty { return script }
      }
    }
    var literal = ""
    while let dollar = rest.firstIndex(of: "$") {
      literal += rest[..<dollar]
      let after = rest[rest.index(after: dollar)...]
      let isBraced = after.first == "{"
      let name = (isBraced ? after.dropFirst() : after).prefix { $0.utf8.allSatisfy(isNameByte) }
      let end = name.endIndex
      let isClosed = !isBraced || (end < rest.endIndex && rest[end] == "}")
      guard isClosed, let first = name.utf8.first, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else {
        literal += "$"
        rest = after
        continue
      }
      if !literal.isEmpty { script += "\(literal)" }
      literal = ""
      let variable = String(name)
      let asWritten: ShellScript = isBraced ? "\\${\(variable)}" : "\\$\(variable)"
      script += #""${\#(variable)-"\#(asWritten)"}""#
      rest = isBraced ? rest[rest.index(after: end)...] : rest[end...]
    }
    literal += rest
    if !literal.isEmpty || script.text.isEmpty { script += "\(literal)" }
    return script
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
      true
    default: false
    }
  }
}
