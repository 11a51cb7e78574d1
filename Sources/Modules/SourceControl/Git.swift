import Transport
import Values

/// Keeps a working copy of a git repository at a version.
struct Git: Module {
  static let spec = ModuleSpec(
    name: "git", summary: "Keep working copies of git repositories",
    arguments: [
      ArgumentSpec("repo", .string, aliases: ["name"], required: true, "The repository."),
      ArgumentSpec("dest", .path, required: true, "Where the working copy is."),
      ArgumentSpec("version", default: "HEAD", "A branch, a tag or a commit."),
      ArgumentSpec("remote", default: "origin", "What the working copy calls the repository."),
      ArgumentSpec("refspec", .string, "What else to fetch."),
      ArgumentSpec("reference", .string, "A repository on the host to take objects from."),
      ArgumentSpec("force", .bool, default: false, "Throw changes in the working copy away."),
      ArgumentSpec("depth", .int, "How many commits of the history to fetch."),
      ArgumentSpec("clone", .bool, default: true, "Make a working copy when there is none."),
      ArgumentSpec("update", .bool, default: true, "Bring a working copy that is there to the version."),
      ArgumentSpec("bare", .bool, default: false, "Keep the repository only, without files."),
      ArgumentSpec("recursive", .bool, default: true, "Fetch submodules too."),
      ArgumentSpec("single_branch", .bool, default: false, "Fetch no other branch."),
      ArgumentSpec("track_submodules", .bool, default: false, "Bring submodules to the latest commit of their branch."),
      ArgumentSpec("verify_commit", .bool, default: false, "Check the signature of the version."),
      ArgumentSpec(
        "gpg_allowlist", .list(of: .string), aliases: ["gpg_whitelist"], default: [], "Whose signatures to take."),
      ArgumentSpec("accept_hostkey", .bool, default: false, "Take any host key."),
      ArgumentSpec("accept_newhostkey", .bool, default: false, "Take the key of a host that is not known yet."),
      ArgumentSpec("ssh_opts", .string, "Options for ssh."),
      ArgumentSpec("key_file", .path, "The private key for ssh."),
      ArgumentSpec("executable", .path, "The git to use."),
      ArgumentSpec("umask", .raw, "The umask for what is made."),
      ArgumentSpec("archive", .path, "An archive to make of the version."),
      ArgumentSpec("archive_prefix", .string, "What stands before the names in the archive."),
      ArgumentSpec("separate_git_dir", .path, "Where the repository itself is kept."),
    ],
    rules: [
      .mutuallyExclusive(["separate_git_dir", "bare"]), .mutuallyExclusive(["accept_hostkey", "accept_newhostkey"]),
      .requiredBy(argument: "archive_prefix", ["archive"]),
    ],
    supportsDiff: true,
    returns: [
      ReturnSpec("after", "The commit now."), ReturnSpec("before", "The commit before."),
      ReturnSpec("remote_url_changed", "Whether the repository's address was changed."),
      ReturnSpec("warnings", "What git warned of."), ReturnSpec("git_dir_before", "Where the repository was."),
      ReturnSpec("git_dir_now", "Where it is."),
    ])

  private let arguments: Arguments
  private let repository: String
  private let destination: String
  private let version: String
  private let remote: String
  private let isDiffMode: Bool

  init(_ arguments: Arguments, _ context: ModuleContext) throws(ModuleFailure) {
    self.arguments = arguments
    // A path is meant as an address, as ansible has it: so the history may be cut there too.
    let name = arguments.string("repo") ?? ""
    repository = name.hasPrefix("/") ? "file://" + name : name
    destination = arguments.string("dest") ?? ""
    version = arguments.string("version") ?? "HEAD"
    remote = arguments.string("remote") ?? "origin"
    isDiffMode = context.isDiffMode
    // git would take them for options (CVE-2017-1000117 and its kin).
    for (name, value) in [("repo", repository), ("version", version), ("remote", remote)] where value.hasPrefix("-") {
      throw ModuleFailure("\(name) must not begin with '-': \(value)")
    }
    if arguments.bool("clone") == false, arguments.bool("update") == false, arguments.string("archive") == nil {
      throw ModuleFailure("nothing to do: clone and update are both off")
    }
  }

  // MARK: Questions

  /// Sets up `git` as the arguments say; `g` is the repository, `d` the working copy.
  private var preamble: ShellScript {
    let git: ShellScript = arguments.string("executable").map { HostPath($0).word } ?? "git"
    var ssh = (arguments.string("ssh_opts") ?? "").split(separator: " ").map(String.init)
    if arguments.flag("accept_hostkey") { ssh += ["-o", "StrictHostKeyChecking=no"] }
    if arguments.flag("accept_newhostkey") { ssh += ["-o", "StrictHostKeyChecking=accept-new"] }
    // git hands this to a shell, so the words are quoted once more; the key's path is looked up there.
    var line = "ssh -o BatchMode=yes " + ShellScript(words: ssh).text
    var key: ShellScript = ""
    if let file = arguments.string("key_file") {
      line += " -i \"$SWIFTIBLE_KEY\" -o IdentitiesOnly=yes"
      key = "SWIFTIBLE_KEY=\(HostPath(file).word); export SWIFTIBLE_KEY"
    }
    let isPlain = ssh.isEmpty && arguments.string("key_file") == nil
    let command: ShellScript = isPlain ? "" : "\(key)\nGIT_SSH_COMMAND=\(line); export GIT_SSH_COMMAND"
    let umask: ShellScript = Self.umask(arguments["umask"]).map { "umask \($0)" } ?? ""
    return """
      G=\(git)
      command -v "$G" >/dev/null 2>&1 || { echo 'Failed to find required executable "git" on the host' >&2; exit 90; }
      d=\(HostPath(destination).word)
      GIT_TERMINAL_PROMPT=0; LC_ALL=C.UTF-8; export GIT_TERMINAL_PROMPT LC_ALL
      \(command)
      \(umask)
      """
  }

  private static func umask(_ value: Value?) -> String? {
    switch value {
    case .string(let text)?:
      text.string.allSatisfy { ("0"..."7").contains($0) } && !text.string.isEmpty ? text.string : nil
    case .int(let number)?: String(number, radix: 8)
    default: nil
    }
  }

  /// The state of the working copy, and the commit that the version means at the repository: lines `key value`.
  private var query: ScriptQuery {
    ScriptQuery(
      """
      { \(preamble)
      if [ -e "$d" ]; then echo 'exists 1'; fi
      if [ -d "$d" ] && [ -n "$(ls -A "$d" 2>/dev/null)" ]; then echo 'filled 1'; fi
      if [ -e "$d/.git" ] || { [ -f "$d/HEAD" ] && [ -d "$d/objects" ]; }; then
      echo 'copy 1'
      printf 'before %s\\n' "$("$G" -C "$d" rev-parse HEAD 2>/dev/null)"
      printf 'branch %s\\n' "$("$G" -C "$d" symbolic-ref -q --short HEAD)"
      printf 'url %s\\n' "$("$G" -C "$d" config --get remote.\(remote).url)"
      if [ -n "$("$G" -C "$d" status --porcelain --untracked-files=no 2>/dev/null)" ]; then echo 'modified 1'; fi
      fi
      r=$("$G" ls-remote -- \(repository) 2>&1) || { printf '%s\\n' "$r" | sed 's/^/error /'; }
      printf '%s\\n' "$r" | awk -v OFS=' ' 'length($1) >= 40 && NF == 2 { print "ref", $1, $2 }'
      } 2>&1
      """)
  }

  func queries() -> [any Query] { [query] }

  // MARK: Plan

  func plan(_ observed: Observations) throws(ModuleFailure) -> Planning {
    guard let output = observed(query) else { return .ask(queries()) }
    let state = GitState(output.text)
    if output.status == 90 { throw ModuleFailure(output.text.trimmed) }
    guard state.isCopy || !state.isFilled || arguments.flag("force") && !state.exists else {
      throw ModuleFailure("destination path '\(destination)' already exists and is not an empty directory")
    }
    var values: Map = [
      "before": state.before.map { .string($0) } ?? .null, "remote_url_changed": false,
    ]
    if !state.isCopy, arguments.bool("clone") == false {
      values["after"] = .null
      return .done(Plan(changed: false, values: values))
    }
    if state.isCopy, arguments.bool("update") == false {
      values["after"] = values["before"]
      return .done(Plan(changed: false, values: values))
    }
    if state.isModified, !arguments.flag("force") {
      throw ModuleFailure(
        "Local modifications exist in the destination: \(destination) (force=no).",
        values: values.merging(["msg": .null]))
    }
    if let error = state.error {
      throw ModuleFailure("Failed to connect to the repository \(repository): \(error)", values: values)
    }
    let target = state.commit(of: version)
    values["after"] = target.map { .string($0) } ?? .null
    let isMoved = state.isCopy && state.url != nil && state.url != repository
    if isMoved { values["remote_url_changed"] = true }
    // A commit that no name stands for is known to the repository alone.
    let isExact = target != nil
    let isRight =
      state.isCopy && target == state.before && isExact && !state.isModified
      && (arguments.flag("bare") || state.isOn(version))
    guard !isRight || isMoved || arguments.flag("track_submodules") else {
      return .done(archived(Plan(changed: false, values: values), state))
    }
    var plan = Plan(
      changed: true, unknown: isExact ? nil : "which commit \(version) is shows only when it is fetched",
      values: values,
      steps: [.run(state.isCopy ? update(isMoved: isMoved) : clone, failure: "git failed")],
      predictions: state.isCopy
        ? [.vague(reason: "\(destination) would be brought to \(version)")]
        : [
          .file(FilePrediction(path: destination, .directory)), .vague(reason: "\(repository) would be cloned"),
        ])
    if isDiffMode, let target {
      plan.diffs = [
        Diff(
          state.before.map { .text(before: $0 + "\n", after: target + "\n") }
            ?? .prepared(">> Newly checked out \(target)"))
      ]
    }
    let isForced = arguments.flag("force") && state.isModified
    plan.conclude = { (values, outcomes) throws(ModuleFailure) in
      var values = values
      let lines = String(lossless: outcomes.first?.stdout ?? []).split(separator: "\n").map(String.init)
      let after = lines.last { $0.hasPrefix("\u{1}after ") }.map { String($0.dropFirst(7)).trimmed }
      values["after"] = after.map { .string($0) } ?? values["after"] ?? .null
      let isChanged = values["after"] != values["before"] || values["remote_url_changed"] == true || isForced
      return Conclusion(changed: isChanged, values: values)
    }
    return .done(archived(plan, state))
  }

  private var depthOptions: [String] {
    var options: [String] = []
    if let depth = arguments.int("depth"), depth > 0 { options += ["--depth", String(depth)] }
    return options
  }

  private var clone: ShellScript {
    var options = depthOptions
    if let reference = arguments.string("reference") { options += ["--reference", reference] }
    if arguments.flag("bare") { options.append("--bare") } else { options += ["--origin", remote] }
    if arguments.flag("single_branch") || !depthOptions.isEmpty, version != "HEAD", !Self.isCommit(version) {
      options += ["--branch", version]
    }
    if arguments.flag("single_branch") { options.append("--single-branch") }
    if let directory = arguments.string("separate_git_dir") { options.append("--separate-git-dir=\(directory)") }
    return """
      \(preamble)
      mkdir -p -- "$(dirname -- "$d")" || exit 1
      "$G" clone -q \(options) -- \(repository) "$d" >&2 || exit 1
      \(refspec)
      \(arguments.flag("bare") ? "" : checkout)
      \(finish)
      """
  }

  private func update(isMoved: Bool) -> ShellScript {
    let address: ShellScript = """
      "$G" -C "$d" remote set-url \(remote) \(repository) 2>/dev/null || "$G" -C "$d" remote add \(remote) \(repository) || exit 1
      """
    let reset: ShellScript =
      arguments.flag("force") && !arguments.flag("bare") ? "\"$G\" -C \"$d\" reset -q --hard HEAD >&2 || exit 1" : ""
    let heads: ShellScript = arguments.flag("bare") ? "'+refs/heads/*:refs/heads/*'" : ""
    return """
      \(preamble)
      \(address)
      \(reset)
      "$G" -C "$d" fetch -q --force --tags \(depthOptions) \(remote) \(heads) >&2 || exit 1
      \(refspec)
      \(arguments.flag("bare") ? "" : checkout)
      \(finish)
      """
  }

  private var refspec: ShellScript {
    guard let refspec = arguments.string("refspec"), !refspec.hasPrefix("-") else { return "" }
    return "\"$G\" -C \"$d\" fetch -q \(depthOptions) \(remote) \(refspec) >&2 || exit 1"
  }

  private static func isCommit(_ version: String) -> Bool { version.count >= 40 && version.allSatisfy(\.isHexDigit) }

  /// Brings the files to the version: a branch is followed, anything else is checked out as it is.
  private var checkout: ShellScript {
    let submodules: ShellScript =
      arguments.bool("recursive") ?? true
      ? """
      if [ -f "$d/.gitmodules" ]; then
      "$G" -C "$d" submodule -q sync >&2 && "$G" -C "$d" submodule -q update --init --recursive --force \(arguments.flag("track_submodules") ? "--remote" : "") >&2 || exit 1
      fi
      """ : ""
    let verify: ShellScript = arguments.flag("verify_commit") ? verification : ""
    return """
      v=\(version)
      if [ "$v" = HEAD ]; then
      "$G" -C "$d" remote set-head \(remote) -a >/dev/null 2>&1
      v=$("$G" -C "$d" symbolic-ref -q --short refs/remotes/\(remote)/HEAD); v=${v#*/}
      [ -n "$v" ] || v=$("$G" -C "$d" symbolic-ref -q --short HEAD)
      fi
      if "$G" -C "$d" rev-parse -q --verify "refs/remotes/"\(remote)"/$v" >/dev/null; then
      if "$G" -C "$d" rev-parse -q --verify "refs/heads/$v" >/dev/null; then "$G" -C "$d" checkout -q --force "$v" -- >&2 || exit 1
      else "$G" -C "$d" checkout -q --force --track -b "$v" \(remote)"/$v" >&2 || exit 1; fi
      "$G" -C "$d" reset -q --hard \(remote)"/$v" >&2 || exit 1
      else
      "$G" -C "$d" rev-parse -q --verify "$v^{commit}" >/dev/null || "$G" -C "$d" fetch -q \(depthOptions) \(remote) "$v" >&2 || { echo "Failed to checkout $v: the repository has no such version" >&2; exit 1; }
      "$G" -C "$d" rev-parse -q --verify "$v^{commit}" >/dev/null || v=FETCH_HEAD
      "$G" -C "$d" checkout -q --force --detach "$v" -- >&2 || exit 1
      fi
      \(verify)
      \(submodules)
      """
  }

  private var verification: ShellScript {
    let allowed = arguments.strings("gpg_allowlist") ?? []
    let check: ShellScript =
      allowed.isEmpty
      ? ""
      : "printf '%s\\n' \"$o\" | grep -Eq \("VALIDSIG .*(" + allowed.filter { $0.allSatisfy(\.isHexDigit) }.joined(separator: "|") + ")") || { echo 'the signature is by a key that is not allowed' >&2; exit 1; }"
    return """
      c=verify-commit; if "$G" -C "$d" cat-file -t "$v" 2>/dev/null | grep -qx tag; then c=verify-tag; fi
      o=$("$G" -C "$d" $c --raw "$v" 2>&1) || { echo "Failed to verify GPG signature of commit/tag $v" >&2; printf '%s\\n' "$o" >&2; exit 1; }
      \(check)
      """
  }

  private var finish: ShellScript {
    "printf '\\n\\001after %s\\n' \"$(\"$G\" -C \"$d\" rev-parse HEAD)\""
  }

  /// With an archive of the version, when one is asked for.
  private func archived(_ plan: Plan, _ state: GitState) -> Plan {
    guard let archive = arguments.string("archive") else { return plan }
    var plan = plan
    let format = [("tar.gz", "tar.gz"), ("tgz", "tgz"), ("zip", "zip"), ("tar", "tar")].first {
      archive.hasSuffix("." + $0.0)
    }
    guard let format else { return plan }
    let prefix: ShellScript = arguments.string("archive_prefix").map { "--prefix=\($0)" } ?? ""
    let (change, isChanged) = (plan.conclude, plan.isChanged)
    plan.steps.append(
      .run(
        """
        \(preamble)
        a=\(HostPath(archive).word)
        t=$(mktemp -d "${a%/*}/.swiftible-XXXXXX") || exit 1
        trap 'rm -rf -- "$t"' 0
        "$G" -C "$d" archive --format=\(format.1) \(prefix) -o "$t/a" HEAD >&2 || exit 1
        if [ -f "$a" ] && cmp -s "$t/a" "$a"; then echo same; else chmod 644 "$t/a" && mv -f -- "$t/a" "$a" && echo new; fi
        """, failure: "failed to make the archive"))
    plan.values["archive"] = ["archive": .string(archive)]
    plan.conclude = { (values, outcomes) throws(ModuleFailure) in
      var conclusion = try change?(values, outcomes) ?? Conclusion(changed: isChanged, values: values)
      if String(lossless: outcomes.last?.stdout ?? []).trimmed == "new" { conclusion.isChanged = true }
      return conclusion
    }
    plan.unknown = plan.unknown ?? "whether the archive differs shows only when it is made"
    plan.isChanged = true
    return plan
  }
}

/// What is known of a working copy and of its repository.
struct GitState: Sendable {
  var exists = false
  var isFilled = false
  var isCopy = false
  var isModified = false
  var before: String?
  var branch: String?
  var url: String?
  var error: String?
  /// Names of the repository to commits.
  var references: [String: String] = [:]

  init(_ text: String) {
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      let rest = words.count > 1 ? words[1].trimmed : ""
      switch words[0] {
      case "exists": exists = true
      case "filled": isFilled = true
      case "copy": isCopy = true
      case "modified": isModified = true
      case "before": before = rest.isEmpty ? nil : rest
      case "branch": branch = rest.isEmpty ? nil : rest
      case "url": url = rest.isEmpty ? nil : rest
      case "error": error = (error.map { $0 + " " } ?? "") + rest
      case "ref":
        let parts = rest.split(separator: " ", maxSplits: 1).map(String.init)
        if parts.count == 2 { references[parts[1]] = parts[0] }
      default: break
      }
    }
  }

  /// The commit that a version means: a branch, a tag (what it points at), `HEAD`, or a commit itself.
  func commit(of version: String) -> String? {
    if version.count >= 40, version.allSatisfy(\.isHexDigit) { return version }
    return references["refs/heads/\(version)"] ?? references["refs/tags/\(version)^{}"] ?? references[
      "refs/tags/\(version)"]
      ?? references[version]
  }

  /// Whether the working copy is on the branch that the version names, or on none when it names no branch.
  func isOn(_ version: String) -> Bool {
    references["refs/heads/\(version)"] == nil || branch == version
  }
}
