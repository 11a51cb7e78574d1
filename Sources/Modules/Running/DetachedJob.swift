import Transport
import Values

/// A script that runs on its own on a host, outliving the request, the shell and the link that started it.
///
/// Its outputs and its status wait in a folder of the user's, `~/.ansible_async/NAME`, which nobody else can read; a run that
/// comes later finds them too. A guard beside it ends it when its time is over.
package struct DetachedJob: Sendable, Hashable {
  /// What a host says of a job.
  package enum Progress: Sendable, Hashable {
    case running
    case ended(ShellResult)
    /// The guard had to end it.
    case tookTooLong
    /// It neither runs nor left a status: killed, or the host was restarted.
    case vanished
    case unknown
  }

  /// Letters, digits, dots and dashes; unique on the host.
  package let name: String

  package init(name: String) { self.name = name }

  /// The folder, with the home directory of the connection's user.
  package func folder(home: String) -> String { "\(home)/.ansible_async/\(name)" }

  private var enter: ShellScript { "d=$HOME/.ansible_async/\(name)" }

  /// Starts `script`; what it reads comes on standard input.
  ///
  /// The script travels in the environment, which only its user can read, never among the arguments. A shared-memory file that
  /// is removed before the job begins holds the input, since no pipe can outlive the request.
  package func start(_ script: ShellScript, hasInput: Bool, limit: Duration) -> ShellScript {
    // Never less than it was given: part of a second has passed already.
    let seconds = max(Int(limit.components.seconds) + (limit.components.attoseconds > 0 ? 1 : 0), 1)
    let job: ShellScript = """
      s=$swiftible_job d=$swiftible_folder i=$swiftible_input
      unset swiftible_job swiftible_folder swiftible_input
      if [ -n "$i" ]; then exec 3<"$i"; rm -f "$i"; else exec 3</dev/null; fi
      echo $$ >"$d/pid"
      ( eval "$s" ) <&3 >"$d/out" 2>"$d/err" &
      j=$!
      exec 3<&-
      trap '' TERM
      ( n=0
      while [ $n -lt \(seconds) ]; do sleep 1; kill -0 $j || exit; n=$((n+1)); done
      : >"$d/late"
      kill -TERM -$$ || kill -TERM $j
      sleep 2
      kill -KILL -$$ || kill -KILL $j ) >/dev/null 2>&1 &
      wait $j; r=$?
      echo $r >"$d/rc.new" && mv -f "$d/rc.new" "$d/rc"
      """
    let input: ShellScript =
      hasInput
      ? """
      for i in /dev/shm "$d"; do [ -w "$i" ] && i=$i/\(name).in && (set -C; cat >"$i") && break; done || exit 1
      """
      : "i="
    return """
      umask 077
      \(enter)
      mkdir -p "$d" || exit 1
      \(input)
      n=$(command -v setsid || command -v nohup)
      ( swiftible_job=\(script.text) swiftible_folder=$d swiftible_input=$i $n /bin/sh -c \(job.text) </dev/null >/dev/null 2>&1 & )
      n=0
      until [ -s "$d/pid" ] || [ $n -ge 50 ]; do n=$((n+1)); sleep 0.1 2>/dev/null || sleep 1; done
      [ -s "$d/pid" ]
      """
  }

  /// Asks how far it is; `progress` reads the answer.
  package var inquiry: ShellScript {
    """
    \(enter)
    cd "$d" 2>/dev/null || { echo unknown; exit; }
    [ -f rc ] || { kill -0 "$(cat pid)" 2>/dev/null || kill -0 -"$(cat pid)" 2>/dev/null; } && [ ! -f late ] && [ ! -f rc ] && { echo running; exit; }
    if [ -f late ]; then echo late
    elif [ -f rc ]; then echo "ended $(cat rc)"; cat out; cat err >&2
    else echo vanished; fi
    """
  }

  package func progress(_ answer: ShellResult) -> Progress {
    let end = answer.stdout.firstIndex(of: UInt8(ascii: "\n")) ?? answer.stdout.endIndex
    let words = String(lossless: answer.stdout[..<end]).split(separator: " ")
    switch words.first {
    case "running": return .running
    case "late": return .tookTooLong
    case "ended":
      let status = words.dropFirst().first.flatMap { Int($0) } ?? 255
      return .ended(
        ShellResult(
          status: status, stdout: Array(answer.stdout[end...].dropFirst()), stderr: answer.stderr,
          isTruncated: answer.isTruncated))
    case "unknown": return .unknown
    default: return .vanished
    }
  }

  /// Removes what it left.
  package var removal: ShellScript {
    """
    \(enter)
    rm -rf -- "$d"
    rmdir "$HOME/.ansible_async" 2>/dev/null
    exit 0
    """
  }
}
