import Transport
import Values

/// The commands of `apt`.
struct AptCommands {
  private let arguments: Arguments

  init(_ arguments: Arguments) { self.arguments = arguments }

  static let environment: ShellScript =
    "export DEBIAN_FRONTEND=noninteractive DEBIAN_PRIORITY=critical LC_ALL=C.UTF-8 LANGUAGE=C.UTF-8"

  /// When the package lists were last updated: the stamp of a successful update where there is one.
  static let listTime: ShellScript = """
    $(stat -c %Y /var/lib/apt/periodic/update-success-stamp 2>/dev/null || stat -c %Y /var/lib/apt/lists 2>/dev/null)
    """

  /// Words of `apt-get` that install packages or files.
  func install(_ items: [String], verb: String = "install") -> [String] {
    var words = ["-y"] + dpkgOptions
    if arguments.flag("only_upgrade") { words.append("--only-upgrade") }
    if arguments.string("state") == "fixed" { words.append("--fix-broken") }
    words += forced
    if arguments.flag("autoremove"), verb == "install" { words.append("--auto-remove") }
    if arguments.flag("fail_on_autoremove") { words.append("--no-remove") }
    words += release
    if let isWanted = arguments.bool("install_recommends") {
      words += ["-o", "APT::Install-Recommends=\(isWanted ? "yes" : "no")"]
    }
    return words + allowed + [verb, "--"] + items
  }

  func remove(_ items: [String]) -> [String] {
    var words = ["-q", "-y"] + dpkgOptions
    if arguments.flag("purge") { words.append("--purge") }
    words += forced
    if arguments.flag("autoremove") { words.append("--auto-remove") }
    if arguments.flag("allow_change_held_packages") { words.append("--allow-change-held-packages") }
    return words + ["remove", "--"] + items
  }

  /// - Parameter isFull: whether packages may be removed for it.
  func upgrade(isFull: Bool) -> [String] {
    var words = ["-y"] + dpkgOptions + forced
    if arguments.flag("fail_on_autoremove") { words.append("--no-remove") }
    words += allowed + release
    words += isFull ? ["dist-upgrade"] : ["upgrade", "--with-new-pkgs"]
    return words + (arguments.flag("autoremove") ? ["--auto-remove"] : [])
  }

  /// `autoremove` or `autoclean`.
  func cleanUp(_ verb: String) -> [String] {
    ["-y"] + dpkgOptions + (arguments.flag("purge") ? ["--purge"] : []) + forced + [verb]
  }

  /// Runs `apt-get` with the words, keeping services from starting where `policy_rc_d` says so.
  func script(_ words: [String]) -> ShellScript {
    let command: ShellScript = "apt-get \(words) </dev/null"
    guard let status = arguments.int("policy_rc_d") else { return "\(Self.environment)\n\(command)" }
    return #"""
      \#(Self.environment)
      p=/usr/sbin/policy-rc.d b=
      if [ -e "$p" ]; then b=$(mktemp -d /usr/sbin/.policy-rc.d.XXXXXX) && mv -- "$p" "$b/" || exit; fi
      trap 'rm -f "$p"; if [ -n "$b" ]; then mv -- "$b/policy-rc.d" "$p"; rmdir "$b"; fi' EXIT
      printf '#!/bin/sh\nexit %s\n' \#(status) >"$p" && chmod 0755 "$p" || exit
      \#(command)
      """#
  }

  /// Updates the package lists, again after failures, and prints their time before and after.
  var update: ShellScript {
    let tries = max(1, arguments.int("update_cache_retries") ?? 5)
    let longest = max(0, arguments.int("update_cache_retry_max_delay") ?? 12)
    return #"""
      \#(Self.environment)
      b=\#(Self.listTime)
      n=0 d=1
      until apt-get -q -o APT::Update::Error-Mode=any update </dev/null; do
        n=$((n + 1))
        [ "$n" -lt \#(tries) ] || exit 100
        [ "$d" -le \#(longest) ] || d=\#(longest)
        sleep "$d"
        d=$((d * 2))
      done
      printf '\001%s %s' "$b" \#(Self.listTime)
      """#
  }

  private var dpkgOptions: [String] {
    let options = (arguments.string("dpkg_options") ?? "").split(separator: ",").map(String.init)
    return options.flatMap { ["-o", "Dpkg::Options::=--\($0.trimmed)"] }
      + ["-o", "DPkg::Lock::Timeout=\(arguments.int("lock_timeout") ?? 60)"]
  }

  /// What apt's own `--force-yes` meant before it was retired.
  private var forced: [String] {
    guard arguments.flag("force") else { return [] }
    return [
      "--allow-downgrades", "--allow-remove-essential", "--allow-change-held-packages", "--allow-unauthenticated",
    ]
  }

  private var release: [String] { arguments.string("default_release").map { ["-t", $0] } ?? [] }

  private var allowed: [String] {
    [
      ("allow_unauthenticated", "--allow-unauthenticated"), ("allow_downgrade", "--allow-downgrades"),
      ("allow_change_held_packages", "--allow-change-held-packages"),
    ].filter { arguments.flag($0.0) }.map(\.1)
  }
}
