import Transport
import Values

/// The text of a user's crontab or of a file of jobs.
struct CrontabQuery: Query {
  enum Source: Sendable, Hashable {
    /// `nil`: the connection's user.
    case user(String?)
    case file(String)
  }

  var source: Source

  struct Answer: Sendable, Hashable {
    /// Whether the `crontab` program is there (it always is for a file).
    var hasCrontab: Bool
    /// `nil`: there is no crontab yet.
    var text: String?
    /// Why the crontab could not be read.
    var error: String?
  }

  /// Where the crontab lies for predictions: one name for the text, whether cron keeps it there or not.
  func path(_ user: String) -> String {
    switch source {
    case .user(let name): "/var/spool/cron/crontabs/\(name ?? user)"
    case .file(let path): path
    }
  }

  var isText: Bool { true }

  func script(_ traits: HostTraits) -> ShellScript {
    switch source {
    case .file(let path):
      return """
        echo yes
        if [ -e \(path) ]; then cat -- \(path) 2>&1; printf '\\001%s' $?; else printf '\\001none'; fi
        """
    case .user(let name):
      let option: ShellScript = name.map { $0 == traits.user ? "" : " -u \($0)" } ?? ""
      return """
        command -v crontab >/dev/null 2>&1 || { echo no; exit; }
        echo yes
        { e=$(LC_ALL=C crontab\(option) -l 2>&1 1>&3); r=$?; } 3>&1
        case $r,$e in 1,*'no crontab for'*) r=none ;; 1,) r=none ;; esac
        printf '\\001%s %s' "$r" "$e"
        """
    }
  }

  func answer(_ output: QueryOutput) throws(ModuleFailure) -> Answer {
    let bytes = output.stdout
    if bytes.starts(with: "no".utf8) { return Answer(hasCrontab: false) }
    guard bytes.starts(with: "yes\n".utf8), let mark = bytes.lastIndex(of: 1), mark >= 4 else {
      throw ModuleFailure("Unable to read crontab")
    }
    let text = String(lossless: bytes[4..<mark])
    let ending = String(lossless: bytes[(mark + 1)...])
    let status = ending.prefix { $0 != " " }
    switch status {
    case "0": return Answer(hasCrontab: true, text: text)
    case "none": return Answer(hasCrontab: true)
    default: return Answer(hasCrontab: true, error: (ending.dropFirst(status.count) + text).trimmed)
    }
  }

  func answer(_ answer: Answer, after predictions: PredictedState) -> Answer {
    var answer = answer
    let providers = ["cron", "cronie", "bcron", "systemd-cron", "busybox"]
    if !answer.hasCrontab, providers.contains(where: { predictions.packages[$0]?.isInstalled == true }) {
      answer.hasCrontab = true
    }
    if case .user(let name?) = source, answer.error != nil, predictions.users[name]?.exists == true {
      answer.error = nil
    }
    guard let file = predictions.files.last(where: { matches($0.path) }) else { return answer }
    switch file.kind {
    case .file(let content?): return Answer(hasCrontab: answer.hasCrontab, text: String(lossless: content))
    case .absent: return Answer(hasCrontab: answer.hasCrontab)
    default: return answer
    }
  }

  private func matches(_ path: String) -> Bool {
    switch source {
    case .user(let name?): path == self.path(name)
    case .user(nil): path == self.path("")
    case .file(let file): path == file
    }
  }
}
