import Transport
import Values

/// Whether a command's working directory is there, and the files that decide whether it runs.
struct CommandGuardQuery: Query {
  var directory: String?
  /// Paths or glob patterns, relative to `directory`.
  var creates: String?
  var removes: String?

  struct Answer: Sendable, Hashable {
    var directoryError: ErrorNumber?
    var createsExists: Bool
    var removesExists: Bool
  }

  func script(_ traits: HostTraits) -> ShellScript {
    var script: ShellScript = ""
    if let directory {
      script += """
        cd -- \(directory) 2>/dev/null || {
        if [ ! -e \(directory) ]; then echo 2; elif [ ! -d \(directory) ]; then echo 20; else echo 13; fi
        exit
        }

        """
    }
    script += "c=0 r=0\n"
    if let creates {
      script += "for p in \(GlobPattern.words(creates)); do [ -e \"$p\" ] || [ -L \"$p\" ] && c=1; done\n"
    }
    if let removes {
      script += "for p in \(GlobPattern.words(removes)); do [ -e \"$p\" ] || [ -L \"$p\" ] && r=1; done\n"
    }
    return script + "echo \"0 $c $r\""
  }

  func answer(_ output: QueryOutput) throws(ModuleFailure) -> Answer {
    let fields = output.text.split { $0 == " " || $0 == "\n" }
    guard let first = fields.first, let number = Int(first), number == 0 || ErrorNumber(rawValue: number) != nil else {
      throw ModuleFailure("The host did not say whether the files for creates and removes exist.")
    }
    return Answer(
      directoryError: ErrorNumber(rawValue: number), createsExists: fields.dropFirst().first == "1",
      removesExists: fields.dropFirst(2).first == "1")
  }
}

/// A glob pattern whose special characters, and nothing else, are left for the shell.
enum GlobPattern {
  static func words(_ pattern: String) -> ShellScript {
    var script: ShellScript = ""
    var literal = ""
    func flush() {
      if !literal.isEmpty { script += "\(literal)" }
      literal = ""
    }
    for character in pattern {
      let special: ShellScript? =
        switch character {
        case "*": "*"
        case "?": "?"
        case "[": "["
        case "]": "]"
        default: nil
        }
      if let special {
        flush()
        script += special
      } else if isInBracketSyntax(character, in: script, literal) {
        flush()
        script += character == "!" ? "!" : "-"
      } else {
        literal.append(character)
      }
    }
    flush()
    return script.text.isEmpty ? "''" : script
  }

  /// `!` and `-` mean something only inside brackets, where quoting would take their meaning away.
  private static func isInBracketSyntax(_ character: Character, in script: ShellScript, _ literal: String) -> Bool {
    guard character == "!" || character == "-" else { return false }
    let open = script.text.lastIndex(of: "[")
    let close = script.text.lastIndex(of: "]")
    guard let open else { return false }
    return close.map { $0 < open } ?? true
  }
}
