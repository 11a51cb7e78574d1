import Transport
import Values

/// The commands that change an account. Passwords and passphrases are never among their words.
struct UserCommands {
  private let user: User
  private var arguments: Arguments { user.arguments }

  init(_ user: User) { self.user = user }

  private func tool(_ name: String) -> String { user.isLocal ? "l\(name)" : name }
  /// libuser's tools parse with popt, which keeps a double dash as an argument.
  private var endOfOptions: [String] { user.isLocal ? [] : ["--"] }

  var removal: ShellScript {
    var words = [tool("userdel")]
    if arguments.flag("force"), !user.isLocal { words.append("-f") }
    if arguments.flag("remove") { words.append("-r") }
    return ShellScript(words: words + endOfOptions + [user.name])
  }

  func creation(_ found: UserQuery.Answer) -> ShellScript {
    let createsHome = arguments.bool("create_home") ?? true
    var words = [tool("useradd")] + numberWords
    if let context = arguments.string("seuser") { words += ["-Z", context] }
    if let group = arguments.string("group") {
      words += ["-g", group]
    } else if found.groups.find(user.name) != nil {
      words.append(user.isLocal ? "-n" : "-N")
    }
    let primary = arguments.string("group").flatMap { found.groups.find($0) }
    let others = (user.groups ?? []).filter { found.groups.find($0) != primary }
    if !others.isEmpty, !user.isLocal { words += ["-G", others.joined(separator: ",")] }
    if let comment = arguments.string("comment") { words += ["-c", comment] }
    if let home = user.home { words += ["-d", home] }
    if let shell { words += ["-s", shell] }
    if let expiry = user.expiry, !user.isLocal { words += ["-e", expiry.date] }
    if let days = arguments.int("password_expire_account_disable") { words += ["-f", String(days)] }
    if createsHome {
      if !user.isLocal { words.append("-m") }
      if let skeleton = arguments.string("skeleton") { words += ["-k", skeleton] }
      if let umask = arguments.string("umask") { words += ["-K", "UMASK=\(umask)"] }
    } else {
      words.append("-M")
    }
    if arguments.flag("system") { words.append("-r") }
    if let lowest = arguments.int("uid_min") { words += ["-K", "UID_MIN=\(lowest)"] }
    if let highest = arguments.int("uid_max") { words += ["-K", "UID_MAX=\(highest)"] }
    var script: ShellScript = ""
    if createsHome, let home = user.home, let parent = PathText.parent(home) {
      script += "[ -d \(parent) ] || mkdir -p -- \(parent) || exit\n"
    }
    script += ShellScript(words: words + endOfOptions + [user.name])
    guard user.isLocal else { return script }
    if let expiry = user.expiry { script += " || exit\n\(localExpiry(expiry))" }
    for group in others { script += " || exit\nlgroupmod -M \(user.name) \(group)" }
    return script
  }

  func changes(_ found: UserQuery.Answer) -> [Step] {
    guard let account = found.account else { return [] }
    var words: [String] = []
    if let uid = arguments.int("uid"), account.uid != uid { words += numberWords }
    if let name = arguments.string("group"), let group = found.groups.find(name), group.name != found.primaryGroup?.name
    {
      words += ["-g", group.gid.map(String.init) ?? group.name]
    }
    let membership = membershipChange(found)
    if let membership, !user.isLocal {
      words += (arguments.flag("append") ? ["-a"] : []) + ["-G", membership.wanted.joined(separator: ",")]
    }
    if let comment = arguments.string("comment"), account.comment != comment { words += ["-c", comment] }
    if let home = user.home, account.home != home {
      words += ["-d", home] + (arguments.flag("move_home") ? ["-m"] : [])
    }
    if let shell, account.shell != shell { words += ["-s", shell] }
    let expiry = user.expiry.flatMap { $0.matches(found.shadow?.expiryDay ?? -1) ? nil : $0 }
    if let expiry, !user.isLocal { words += ["-e", expiry.date] }
    if let days = arguments.int("password_expire_account_disable"), found.shadow?.inactiveDays != days {
      words += ["-f", String(days)]
    }
    if let isLocked = user.lockChange(found) { words.append(isLocked ? "-L" : "-U") }
    var scripts: [ShellScript] = []
    if !words.isEmpty { scripts.append(ShellScript(words: [tool("usermod")] + words + endOfOptions + [user.name])) }
    if user.isLocal {
      if let expiry { scripts.append(localExpiry(expiry)) }
      for group in membership?.added ?? [] { scripts.append("lgroupmod -M \(user.name) \(group)") }
      for group in membership?.removed ?? [] { scripts.append("lgroupmod -m \(user.name) \(group)") }
    }
    return scripts.map { .run($0, failure: "Could not change user \(user.name)") }
  }

  /// `nil` when the supplementary groups are right.
  private func membershipChange(
    _ found: UserQuery.Answer
  ) -> (wanted: [String], added: [String], removed: [String])? {
    guard let groups = user.groups else { return nil }
    let present = found.memberships(of: user.name)
    let wanted = groups.compactMap { found.groups.find($0)?.name }
    let added = wanted.filter { !present.contains($0) && $0 != found.primaryGroup?.name }
    let removed = arguments.flag("append") ? [] : present.filter { !wanted.contains($0) }
    return added.isEmpty && removed.isEmpty ? nil : (wanted, added, removed)
  }

  /// Days between changes of the password; `nil` when they are right.
  func ageing(_ found: UserQuery.Answer) -> ShellScript? {
    var words: [String] = []
    for (name, option, present) in [
      ("password_expire_min", "-m", found.shadow?.minimumDays),
      ("password_expire_max", "-M", found.shadow?.maximumDays),
      ("password_expire_warn", "-W", found.shadow?.warningDays),
    ] {
      if let days = arguments.int(name), days != present { words += [option, String(days)] }
    }
    return words.isEmpty ? nil : ShellScript(words: ["chage"] + words + ["--", user.name])
  }

  /// Makes a missing home directory of an account that exists, as `useradd -m` would have.
  func homeCreation(_ account: PasswdEntry) -> ShellScript {
    let home = user.home ?? account.home
    return #"""
      [ -e \#(home) ] && exit
      umask 077
      mkdir -p -- \#(PathText.parent(home) ?? "/") && mkdir -- \#(home) || exit
      s=\#(arguments.string("skeleton") ?? "/etc/skel")
      if [ -d "$s" ]; then cp -R -P -p -- "$s/." \#(home)/ || exit; fi
      m=$(awk '$1 == "HOME_MODE" { m = $2 } $1 == "UMASK" { u = $2 } END { print m "," u }' /etc/login.defs 2>/dev/null)
      case $m in
      ,) m=755 ;;
      ,*) m=$(printf '%o' $(( 0777 & ~ 0${m#,} ))) ;;
      *) m=${m%%,*} ;;
      esac
      chmod "$m" \#(home) && chown -R -h "$(id -u \#(user.name)):$(id -g \#(user.name))" \#(home)
      """#
  }

  /// Makes an SSH key. The passphrase goes through standard input: `ssh-keygen` reads it from an askpass program that
  /// lives, without the passphrase in it, only as long as this step.
  func keyGeneration(_ found: UserQuery.Answer) -> Step {
    let home = user.home ?? found.account?.home
    let file = user.sshKeyFile
    let type = arguments.string("ssh_key_type") ?? "rsa"
    var script: ShellScript = ""
    if file.hasPrefix("/") {
      script += "k=\(file)\n"
    } else if let home {
      script +=
        "[ -d \(home) ] || { echo \("User \(user.name) home directory does not exist") >&2; exit 1; }\nk=\(home)/\(file)\n"
    } else {
      script += "h=$(getent passwd \(user.name)) || exit\nh=${h%:*}\nk=${h##*:}/\(file)\n"
    }
    script += #"""
      u=$(id -u \#(user.name)) && g=$(id -g \#(user.name)) || exit
      d=${k%/*}
      [ -d "$d" ] || { mkdir -m 0700 -- "$d" && chown "$u:$g" "$d"; } || exit

      """#
    if arguments.flag("force") { script += "rm -f -- \"$k\" \"$k.pub\"\n" }
    script += "c=\(arguments.string("ssh_key_comment") ?? "")\n"
    if arguments.string("ssh_key_comment") == nil { script += "c=\"ansible-generated on $(hostname)\"\n" }
    let bits = arguments.int("ssh_key_bits") ?? 0
    let size: ShellScript = bits > 0 ? " -b \(bits)" : ""
    script += "set -- ssh-keygen -q -t \(type)\(size) -C \"$c\" -f \"$k\"\n"
    let passphrase = arguments.string("ssh_key_passphrase")
    if passphrase == nil {
      script += "\"$@\" -N '' </dev/null || exit\n"
    } else {
      script += Self.keyGenerationWithPassphrase
    }
    script += "chown \"$u:$g\" \"$k\" \"$k.pub\""
    return .run(
      script, input: passphrase.map { Array("\($0)\n".utf8) } ?? [],
      failure: "Could not make an SSH key for user \(user.name)")
  }

  /// The askpass program gets the passphrase through a pipe that only this user may open.
  private static let keyGenerationWithPassphrase: ShellScript = #"""
    IFS= read -r p
    t=$(mktemp -d) || exit
    trap 'rm -rf "$t"' EXIT
    mkfifo -m 0600 "$t/p" || exit
    printf '#!/bin/sh\ncat "%s/p"\n' "$t" >"$t/ask" && chmod 0700 "$t/ask" || exit
    ( for i in 1 2; do printf '%s\n' "$p" >"$t/p"; sleep 0.2; done ) &
    w=$!
    DISPLAY=none SSH_ASKPASS="$t/ask" SSH_ASKPASS_REQUIRE=force setsid "$@" </dev/null
    r=$?
    kill "$w" 2>/dev/null
    [ "$r" -eq 0 ] || exit "$r"

    """#

  private var numberWords: [String] {
    guard let uid = arguments.int("uid") else { return [] }
    return ["-u", String(uid)] + (arguments.flag("non_unique") ? ["-o"] : [])
  }

  private var shell: String? { arguments.string("shell").map { PathText.expanded($0, user.context.traits) } }

  private func localExpiry(_ expiry: User.Expiry) -> ShellScript {
    switch expiry {
    case .never: "lchage -E -1 \(user.name)"
    case .day(let day): "lchage -E \(day) \(user.name)"
    }
  }
}
