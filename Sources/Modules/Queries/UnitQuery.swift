import Transport
import Values

/// What systemd says of one unit: one `systemctl show`.
struct UnitQuery: Query {
  /// As the user wrote it; without a suffix a service is meant.
  var name: String
  var scope: Scope

  enum Scope: String, Sendable, Hashable {
    case system
    case user
    case global
  }

  struct Answer: Sendable, Hashable {
    /// Whether `systemctl` is there at all.
    var hasSystemctl = true
    /// The properties that `systemctl show` printed; empty where it does not work (a chroot, the global scope).
    var status: Map = [:]
    /// What `systemctl is-enabled` says; empty when it has nothing to say.
    var fileState = ""
    /// Whether a unit file of that name is known, where `show` does not work.
    var isListed = false
    var hasInitScript = false
    /// Whether a runlevel links to the init script.
    var isInitScriptEnabled = false
    /// No systemd is running, or this is a chroot.
    var isOffline = false

    var loadState: String { status["LoadState"]?.string ?? "" }
    var activeState: String? { status["ActiveState"]?.string }

    /// Whether systemd knows the unit.
    var isKnown: Bool {
      status.isEmpty ? isListed || !fileState.isEmpty : !loadState.isEmpty && loadState != "not-found"
    }
    var exists: Bool { isKnown || hasInitScript }
    var isRunning: Bool { activeState == "active" || activeState == "activating" }
    var isStopping: Bool { activeState == "deactivating" }
    var isMasked: Bool { fileState == "masked" || loadState == "masked" }

    /// Whether it starts at boot, as ansible reads it.
    var isEnabled: Bool {
      switch fileState {
      case "enabled", "static", "generated", "alias": fileState != "generated" || !hasInitScript || isInitScriptEnabled
      case "": hasInitScript && isInitScriptEnabled
      default: false
      }
    }
  }

  /// The unit's name with its suffix.
  var unit: String {
    let suffixes = [
      ".service", ".socket", ".device", ".mount", ".automount", ".swap", ".target", ".path", ".timer", ".slice",
      ".scope",
    ]
    return suffixes.contains { name.hasSuffix($0) } ? name : "\(name).service"
  }

  var isText: Bool { true }

  func script(_ traits: HostTraits) -> ShellScript { script(traits, after: "") }

  /// - Parameter start: the word to begin the output with; `$n` is a line break.
  func script(_ traits: HostTraits, after start: ShellScript) -> ShellScript {
    let initScript = "/etc/init.d/" + (name.hasSuffix(".service") ? String(name.dropLast(8)) : name)
    let base = PathText.lastComponent(initScript)
    let option: ShellScript =
      switch scope {
      case .system: ""
      case .user: " --user"
      case .global: " --global"
      }
    // The global scope has no manager to ask, only files.
    let properties: ShellScript = scope == .global ? "s= r=1" : "s=$(systemctl\(option) show -- \(name) 2>&1) r=$?"
    return #"""
      n='
      '
      command -v systemctl >/dev/null 2>&1 || { o=\#(start)no; echo "$o${n}end"; exit; }
      o=\#(start)yes
      if [ -f \#(initScript) ]; then
        o=$o${n}init
        for f in /etc/rc[2-5].d/S??\#(base) /etc/rc.d/rc[2-5].d/S??\#(base); do
          [ -e "$f" ] && { o=$o${n}initEnabled; break; }
        done
      fi
      [ -n "$XDG_RUNTIME_DIR" ] || export XDG_RUNTIME_DIR=/run/user/\#(traits.userID)
      \#(properties)
      case $s in *=*) ;; *) r=1 ;; esac
      if [ $r -ne 0 ]; then
        e=$(systemctl\#(option) is-enabled -- \#(name) 2>/dev/null)
        o="$o${n}state $e"
        systemctl\#(option) list-unit-files -- \#(unit) >/dev/null 2>&1 && o=$o${n}listed
        if [ ! -d /run/systemd/system ] || [ "$SYSTEMD_OFFLINE" = 1 ] || { [ -e /proc/1/root/. ] && ! [ /proc/1/root/. -ef /. ]; }; then o=$o${n}offline; fi
      else
        o=$o${n}show$n$s
      fi
      printf '%s\nend\n' "$o"
      """#
  }

  func answer(_ output: QueryOutput) throws(ModuleFailure) -> Answer {
    var lines = output.text.split(separator: "\n", omittingEmptySubsequences: false)
    if lines.last == "" { lines.removeLast() }
    guard lines.last == "end", let first = lines.first else {
      throw ModuleFailure("The host did not say what it knows of the unit \(name).")
    }
    var answer = Answer(hasSystemctl: first == "yes")
    for (position, line) in lines.enumerated() {
      switch line {
      case "init": answer.hasInitScript = true
      case "initEnabled": answer.isInitScriptEnabled = true
      case "listed": answer.isListed = true
      case "offline": answer.isOffline = true
      case "show":
        answer.status = SystemctlShow.parse(lines.dropFirst(position + 1).dropLast())
        answer.fileState = answer.status["UnitFileState"]?.string ?? ""
        return answer
      default:
        if line.hasPrefix("state ") { answer.fileState = line.dropFirst(6).trimmed }
      }
    }
    return answer
  }

  func answer(_ answer: Answer, after predictions: PredictedState) -> Answer {
    var answer = answer
    if let change = predictedFile(predictions) {
      if change, !answer.isKnown { answer.appear() }
      if !change, answer.isKnown { answer.status["LoadState"] = "not-found" }
    }
    guard let prediction = predictions.units[unit] else { return answer }
    if prediction.exists == true, !answer.isKnown { answer.appear() }
    if prediction.exists == false { answer.status["LoadState"] = "not-found" }
    if let isActive = prediction.isActive { answer.status["ActiveState"] = isActive ? "active" : "inactive" }
    if let isEnabled = prediction.isEnabled { answer.setFileState(isEnabled ? "enabled" : "disabled") }
    if let isMasked = prediction.isMasked {
      if isMasked { answer.setFileState("masked") } else if answer.isMasked { answer.setFileState("disabled") }
      answer.status["LoadState"] = isMasked ? "masked" : "loaded"
    }
    return answer
  }

  /// Whether an earlier task would write (or remove) a unit file of this name.
  private func predictedFile(_ predictions: PredictedState) -> Bool? {
    let directories = [
      "/etc/systemd/", "/usr/lib/systemd/", "/lib/systemd/", "/run/systemd/", "/usr/local/lib/systemd/",
    ]
    let template = unit.firstIndex(of: "@").map { unit[...$0] + (unit.lastIndex(of: ".").map { unit[$0...] } ?? "") }
    for file in predictions.files.reversed() {
      guard directories.contains(where: { file.path.hasPrefix($0) }) else { continue }
      let last = PathText.lastComponent(file.path)
      guard last == unit || last == template.map(String.init) else { continue }
      switch file.kind {
      case .file, .link: return true
      case .absent: return false
      case .directory, .same: continue
      }
    }
    return nil
  }
}

extension UnitQuery.Answer {
  /// A unit file that is about to be made: loaded, not running, not enabled.
  fileprivate mutating func appear() {
    hasSystemctl = true
    status["LoadState"] = "loaded"
    status.removeValue(forKey: "LoadError")
    status["ActiveState"] = "inactive"
    setFileState("disabled")
  }

  fileprivate mutating func setFileState(_ state: String) {
    fileState = state
    status["UnitFileState"] = .string(state)
  }
}

/// Reads what `systemctl show` prints.
enum SystemctlShow {
  /// Only values of `Exec…` properties run over several lines: from `{` to a line that ends with `}`.
  static func parse(_ lines: some Sequence<Substring>) -> Map {
    var properties: Map = [:]
    var open: (key: String, value: String)?
    for line in lines {
      if let (key, value) = open {
        let longer = "\(value)\n\(line)"
        if line.trimmed.hasSuffix("}") {
          properties[key] = .string(longer.trimmed)
          open = nil
        } else {
          open = (key, longer)
        }
        continue
      }
      guard let (name, text) = line.cut(at: "=") else { continue }
      let (key, value) = (String(name), text.trimmed)
      if key.hasPrefix("Exec"), value.hasPrefix("{"), !value.hasSuffix("}") {
        open = (key, value)
      } else {
        properties[key] = .string(value)
      }
    }
    return properties
  }
}
