import Transport
import Values

/// Whether downloaded packages lie about.
struct AptArchiveQuery: Query {
  func script(_ traits: HostTraits) -> ShellScript {
    """
    for f in /var/cache/apt/archives/*.deb /var/cache/apt/archives/partial/* /var/cache/apt/*pkgcache.bin; do
      [ -e "$f" ] && { echo yes; break; }
    done
    echo end
    """
  }

  func answer(_ output: QueryOutput) throws(ModuleFailure) -> Bool { output.text.hasPrefix("yes") }
}

/// The names that a pattern matches among all packages that apt knows.
struct PackageNamesQuery: Query {
  var pattern: String

  func script(_ traits: HostTraits) -> ShellScript {
    let prefix = String(pattern.prefix { !"*?[".contains($0) })
    return """
      apt-cache pkgnames \(prefix) 2>/dev/null | while IFS= read -r n; do
        case $n in \(GlobPattern.words(pattern))) printf '%s\\n' "$n" ;; esac
      done
      """
  }

  func answer(_ output: QueryOutput) throws(ModuleFailure) -> [String] {
    output.text.split(separator: "\n").map(String.init).sorted()
  }
}

/// What a package file holds, and which version of it is installed.
struct DebFileQuery: Query {
  var path: String

  enum Answer: Sendable, Hashable {
    case package(Package)
    case missing
    /// An earlier task of a check run would put it there.
    case notYet
    case unreadable(String)
  }

  struct Package: Sendable, Hashable {
    var name: String
    var version: String
    var installedVersion: String?
  }

  func script(_ traits: HostTraits) -> ShellScript {
    #"""
    [ -e \#(path) ] || { echo missing; exit; }
    x=$(dpkg-deb -f \#(path) Package Version 2>&1) || { printf 'unreadable %s\n' "$x"; exit; }
    printf '%s\n' "$x"
    p=${x#*Package: }
    dpkg-query -W -f 'Installed: ${Version} ${db:Status-Status}\n' -- "${p%%[!a-z0-9+.-]*}" 2>/dev/null
    echo end
    """#
  }

  func answer(_ output: QueryOutput) throws(ModuleFailure) -> Answer {
    let text = output.text
    if text.hasPrefix("missing") { return .missing }
    if text.hasPrefix("unreadable ") { return .unreadable(text.dropFirst("unreadable ".count).trimmed) }
    var fields: [Substring: String] = [:]
    for line in text.split(separator: "\n") {
      guard let colon = line.firstIndex(of: ":") else { continue }
      fields[line[..<colon]] = line[line.index(after: colon)...].trimmed
    }
    guard let name = fields["Package"], let version = fields["Version"] else {
      return .unreadable("\(path) names no package.")
    }
    let installed = fields["Installed"]?.split(separator: " ")
    let isInstalled = installed?.last == "installed"
    return .package(
      Package(name: name, version: version, installedVersion: isInstalled ? installed?.first.map(String.init) : nil))
  }

  func answer(_ answer: Answer, after predictions: PredictedState) -> Answer {
    guard answer == .missing else { return answer }
    let isComing = predictions.files.last { $0.path == path }.map { $0.kind != .absent } ?? false
    return isComing ? .notYet : answer
  }
}
