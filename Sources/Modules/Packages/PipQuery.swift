import Transport
import Values

/// Where pip is on a host, and what it has installed.
struct PipQuery: Query {
  /// Where `Pip` is to look for pip.
  enum Place: Sendable, Hashable {
    /// A virtual environment, and the program that makes one when it is not there.
    case environment(HostPath, creator: HostPath)
    case executable(HostPath)
    /// With a Python: the one that is named, or the first that is found.
    case python(String?)
  }

  struct Answer: Sendable {
    /// The directory to change to does not exist.
    var isDirectoryMissing = false
    /// The words that call pip; `nil` when there is none.
    var pip: [String]?
    /// The absolute path of the virtual environment, if one is asked about.
    var environment: String?
    var environmentExists = false
    /// Whether what makes virtual environments is there.
    var hasCreator = false
    /// The Python that virtualenv is to be given.
    var python: String?
    /// What pip lists as installed, one line a package; `nil` when it can't.
    var packages: String?
  }

  var place: Place
  var directory: HostPath?

  /// Enters the directory that pip is to run in; `e` becomes the virtual environment's absolute path.
  var preamble: ShellScript {
    var script: ShellScript = directory.map { "cd -- \($0.word) || exit 90" } ?? "cd -- \"${TMPDIR:-/tmp}\" || exit 90"
    if case .environment(let path, _) = place {
      script += "\ne=\(path.word)\ncase $e in /*) ;; *) e=$PWD/$e ;; esac"
    }
    return script
  }

  func script(_ traits: HostTraits) -> ShellScript {
    """
    \(preamble)
    \(search)
    if [ $# -gt 0 ]; then
    printf 'pip %s\\n' "$@"; echo
    \(Self.list)
    fi
    """
  }

  /// Lists what is installed; the shell's arguments are the words that call pip. Old ones know `freeze` only.
  static let list: ShellScript = """
    LC_ALL=C "$@" list --format=freeze --disable-pip-version-check 2>/dev/null </dev/null ||
    LC_ALL=C "$@" freeze 2>/dev/null </dev/null
    """

  /// Makes the words that call pip the shell's arguments.
  private var search: ShellScript {
    switch place {
    case .environment(_, let creator):
      """
      set --; \(python(nil)); printf 'python %s\\n' "$p"
      printf 'environment %s\\n' "$e"
      command -v \(creator.word) >/dev/null && printf 'creator 1\\n'
      if [ -e "$e/bin/activate" ]; then printf 'exists 1\\n'
      for c in pip3 pip; do [ -f "$e/bin/$c" ] && [ -x "$e/bin/$c" ] && set -- "$e/bin/$c" && break; done
      fi
      """
    case .executable(let path):
      """
      c=\(path.word)
      case $c in /*) set -- "$c" ;; *) set -- $(command -v "$c") ;; esac
      """
    case .python(let name):
      """
      set --; \(python(name))
      if [ -n "$p" ] && "$p" -c 'import importlib.util as u, sys; sys.exit(u.find_spec("pip") is None)' 2>/dev/null
      then set -- "$p" -m pip
      else p=$(command -v pip3) && set -- "$p"; fi
      """
    }
  }

  private func python(_ name: String?) -> ShellScript {
    "p=; for c in \(name.map { [$0] } ?? HostPython.candidates); do p=$(command -v \"$c\") && break; done"
  }

  func answer(_ output: QueryOutput) throws(ModuleFailure) -> Answer {
    var answer = Answer()
    if output.status == 90 {
      answer.isDirectoryMissing = true
      return answer
    }
    var rest = output.text[...]
    while let end = rest.firstIndex(of: "\n") {
      let line = rest[..<end]
      rest = rest[end...].dropFirst()
      if line.isEmpty { break }
      let space = line.firstIndex(of: " ") ?? line.endIndex
      let value = String(line[space...].dropFirst())
      switch line[..<space] {
      case "pip": answer.pip = (answer.pip ?? []) + [value]
      case "python": answer.python = value.isEmpty ? nil : value
      case "environment": answer.environment = value
      case "creator": answer.hasCreator = true
      case "exists": answer.environmentExists = true
      default: break
      }
    }
    if answer.pip != nil, output.status == 0 { answer.packages = String(rest) }
    return answer
  }
}

extension PipQuery.Answer {
  /// The installed versions by canonical names.
  var versions: [String: String] {
    var versions: [String: String] = [:]
    for line in (packages ?? "").split(separator: "\n") {
      guard let sign = line.firstRange(of: "==") else { continue }
      versions[PipRequirement.canonical(line[..<sign.lowerBound])] = line[sign.upperBound...].trimmed
    }
    return versions
  }
}
