import Transport
import Values

/// What manages services on a host, and what it says of one.
struct ServiceQuery: Query {
  enum Manager: String, Sendable, Hashable {
    case systemd
    case sysvinit
    case openrc
  }

  var name: String
  /// `nil`: find out.
  var manager: Manager?
  /// Text in the process list that proves that the service runs.
  var pattern: String?

  enum Answer: Sendable, Hashable {
    case unit(UnitQuery.Answer)
    case script(InitScript)
  }

  struct InitScript: Sendable, Hashable {
    var manager: Manager
    var exists: Bool
    var isRunning: Bool
    var isEnabled: Bool
  }

  private var unit: UnitQuery { UnitQuery(name: name, scope: .system) }

  var isText: Bool { true }

  func script(_ traits: HostTraits) -> ShellScript {
    let status: ShellScript
    if let pattern {
      status = "ps ax 2>/dev/null | grep -F -e \(pattern) | grep -v -F 'grep -F -e' >/dev/null"
    } else {
      status =
        "if [ $m = openrc ]; then rc-service \(name) status; else \("/etc/init.d/\(name)") status; fi >/dev/null 2>&1 </dev/null"
    }
    return #"""
      m=\#(manager?.rawValue ?? "")
      if [ -z "$m" ]; then
        if [ -d /run/systemd/system ]; then m=systemd
        elif command -v rc-service >/dev/null 2>&1; then m=openrc
        else
          m=sysvinit
          if command -v systemctl >/dev/null 2>&1 && [ -L /sbin/init ]; then
            case $(readlink /sbin/init) in *systemd) m=systemd ;; esac
          fi
        fi
      fi
      if [ "$m" = systemd ]; then
      \#(unit.script(traits, after: "$m${n}"))
      exit
      fi
      echo "$m"
      if [ -x \#("/etc/init.d/\(name)") ]; then
        echo there
        \#(status) && echo running
        if [ "$m" = openrc ]; then
          for f in /etc/runlevels/*/\#(name); do [ -e "$f" ] && { echo enabled; break; }; done
        else
          for f in /etc/rc[2-5].d/S??\#(name) /etc/rc.d/rc[2-5].d/S??\#(name); do
            [ -e "$f" ] && { echo enabled; break; }
          done
        fi
      fi
      echo end
      """#
  }

  func answer(_ output: QueryOutput) throws(ModuleFailure) -> Answer {
    let text = output.text
    let end = text.firstIndex(of: "\n") ?? text.endIndex
    let manager = Manager(rawValue: String(text[..<end]))
    if manager == .systemd {
      let rest = text[end...].dropFirst()
      return .unit(try unit.answer(QueryOutput(status: output.status, stdout: String(rest).losslessBytes)))
    }
    let lines = Set(text.split(separator: "\n"))
    guard let manager, lines.contains("end") else {
      throw ModuleFailure("The host did not say what it knows of the service \(name).")
    }
    return .script(
      InitScript(
        manager: manager, exists: lines.contains("there"), isRunning: lines.contains("running"),
        isEnabled: lines.contains("enabled")))
  }

  func answer(_ answer: Answer, after predictions: PredictedState) -> Answer {
    switch answer {
    case .unit(let found): return .unit(unit.answer(found, after: predictions))
    case .script(var found):
      guard let prediction = predictions.units[unit.unit] else { return answer }
      found.exists = prediction.exists ?? found.exists
      found.isRunning = prediction.isActive ?? found.isRunning
      found.isEnabled = prediction.isEnabled ?? found.isEnabled
      return .script(found)
    }
  }
}
