import Transport
import Values

/// The state of some packages: one `dpkg-query`.
struct PackageQuery: Query {
  /// Names, with `:ARCHITECTURE` where one is meant, or patterns.
  var names: [String]
  /// Whether the host's time is wanted too, to know how old the package lists are.
  var asksForTime: Bool

  struct Package: Sendable, Hashable {
    var name: String
    var architecture: String
    var version: String
    /// `installed`, `config-files`, `half-configured`…
    var status: String
    var isHeld: Bool
  }

  struct Answer: Sendable, Hashable {
    var packages: [Package] = []
    /// Those of the packages that apt installed only because others need them.
    var automatic: Set<String> = []
    /// When the package lists were last updated, and the host's time, in seconds since 1970.
    var listTime: Int?
    var hostTime: Int?
    var hasApt = true
    /// Packages that are there still, but that an earlier task of a check run would remove.
    var toBeRemoved: Set<String> = []

    /// The installed packages that a name or pattern means.
    func installed(_ name: String) -> [Package] { matching(name).filter { $0.status == "installed" } }

    func matching(_ name: String) -> [Package] {
      let parts = name.split(separator: ":", maxSplits: 1)
      let plain = parts.first.map(String.init) ?? name
      return packages.filter {
        FilenamePattern.matches(plain, $0.name)
          && (parts.count < 2 || parts[1] == "any" || parts[1] == "native" || $0.architecture == parts[1]
            || $0.architecture == "all")
      }
    }
  }

  var isText: Bool { true }

  func script(_ traits: HostTraits) -> ShellScript {
    var script: ShellScript = "h= d= a=\ncommand -v apt-get >/dev/null 2>&1 && h=apt\n"
    if !names.isEmpty {
      let plain = names.map { String($0.prefix { $0 != ":" }) }
      script += #"""
        d=$(dpkg-query -W -f 'p ${binary:Package} ${Architecture} ${Version} ${db:Status-Want} ${db:Status-Status}\n' -- \#(plain) 2>/dev/null)
        [ -f /var/lib/apt/extended_states ] && a=$(N=\#(" " + plain.joined(separator: " ") + " ") awk '$1 == "Package:" { p = $2 }
        $1 == "Auto-Installed:" && $2 == 1 && index(ENVIRON["N"], " " p " ") { print "a " p }' /var/lib/apt/extended_states)

        """#
    }
    let time: ShellScript = asksForTime ? "$(date +%s)" : ""
    return script + "printf '%s\\n' \"$h\" \"$d\" \"$a\" \"t \(AptCommands.listTime) \(time)\" end"
  }

  func answer(_ output: QueryOutput) throws(ModuleFailure) -> Answer {
    let lines = output.text.split(separator: "\n")
    guard lines.last == "end" else { throw ModuleFailure("The host did not say which packages are installed.") }
    var answer = Answer()
    answer.hasApt = lines.first == "apt"
    for line in lines {
      let words = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
      switch words[0] {
      case "p" where words.count == 6:
        answer.packages.append(
          Package(
            name: String(words[1].prefix { $0 != ":" }), architecture: words[2], version: words[3], status: words[5],
            isHeld: words[4] == "hold"))
      case "a" where words.count == 2: answer.automatic.insert(words[1])
      case "t" where words.count == 3:
        answer.listTime = Int(words[1])
        answer.hostTime = Int(words[2])
      default: break
      }
    }
    return answer
  }

  func answer(_ answer: Answer, after predictions: PredictedState) -> Answer {
    var answer = answer
    for (name, prediction) in predictions.packages
    where names.contains(where: { FilenamePattern.matches(String($0.prefix { $0 != ":" }), name) }) {
      let known = answer.packages.firstIndex { $0.name == name }
      if known != nil, !prediction.isInstalled { answer.toBeRemoved.insert(name) }
      if let known {
        answer.packages[known].status = prediction.isInstalled ? "installed" : "config-files"
        answer.packages[known].version = prediction.version ?? answer.packages[known].version
      } else if prediction.isInstalled {
        answer.packages.append(
          Package(
            name: name, architecture: "all", version: prediction.version ?? "", status: "installed", isHeld: false))
      }
    }
    return answer
  }
}
