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

  var isText: Bool { true }

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

  func answer(_ answer: Answer, after predictions: PredictedState) -> Answer {
    var answer = answer
    if let directory, let isThere = Self.isThere(directory, predictions) {
      answer.directoryError = isThere ? nil : .noEntry
    }
    if let creates, let isThere = Self.isThere(absolute(creates), predictions) { answer.createsExists = isThere }
    if let removes, let isThere = Self.isThere(absolute(removes), predictions) { answer.removesExists = isThere }
    return answer
  }

  private func absolute(_ path: String) -> String {
    path.hasPrefix("/") ? path : directory.map { $0.hasSuffix("/") ? $0 + path : "\($0)/\(path)" } ?? path
  }

  /// Whether earlier tasks would make or remove a file that the pattern matches; `nil` when they don't bear on it.
  private static func isThere(_ pattern: String, _ predictions: PredictedState) -> Bool? {
    for file in predictions.files.reversed() {
      switch file.kind {
      case .same: continue
      case .absent:
        if pattern == file.path || pattern.hasPrefix("\(file.path)/") { return false }
      case .file, .directory, .link:
        if FilenamePattern.matches(pattern, file.path) { return true }
      }
    }
    return nil
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
