import Transport
import Values

/// Unpacks an archive on a host.
struct Unarchive: Module {
  static let spec = ModuleSpec(
    name: "unarchive", summary: "Unpack archives on hosts",
    arguments: [
      ArgumentSpec("src", .path, required: true, "The archive: on the controller, on the host, or an address."),
      ArgumentSpec("dest", .path, required: true, "The directory to unpack it in; it must be there."),
      ArgumentSpec("copy", .bool, default: true, "The archive is on the controller."),
      ArgumentSpec("creates", .path, "Do nothing when this file exists."),
      ArgumentSpec("list_files", .bool, default: false, "Tell the names in the archive."),
      ArgumentSpec("exclude", .list(of: .string), default: [], "Names to leave out."),
      ArgumentSpec("include", .list(of: .string), default: [], "Only these names."),
      ArgumentSpec("keep_newer", .bool, default: false, "Don't replace files that are newer than the archive's."),
      ArgumentSpec("extra_opts", .list(of: .string), default: [], "Further options for the program that unpacks."),
      ArgumentSpec("remote_src", .bool, default: false, "The archive is on the host."),
      ArgumentSpec("validate_certs", .bool, default: true, "Refuse certificates that can't be checked."),
      ArgumentSpec("io_buffer_size", .int, default: 65_536, "Not needed: tar and unzip have their own."),
      ArgumentSpec("decrypt", .bool, default: true, "Decrypt a vaulted archive."),
    ] + FileAttributes.arguments,
    rules: [.mutuallyExclusive(["include", "exclude"])],
    returns: [
      ReturnSpec("dest", "The directory."), ReturnSpec("src", "The archive."), ReturnSpec("files", "The names in it."),
      ReturnSpec("handler", "Which program unpacks it."), ReturnSpec("owner", "The directory's owner."),
      ReturnSpec("group", "Its group."), ReturnSpec("uid", "The owner's number."), ReturnSpec("gid", "The group's."),
      ReturnSpec("mode", "Its permissions."), ReturnSpec("size", "Its size."), ReturnSpec("state", "`directory`."),
    ])

  private let arguments: Arguments
  private let source: String
  private let isRemote: Bool
  private let local: WantedContent?
  private let destination: String
  private let attributes: FileAttributes
  private let context: ModuleContext

  init(_ arguments: Arguments, _ context: ModuleContext) throws(ModuleFailure) {
    self.arguments = arguments
    self.context = context
    source = arguments.string("src") ?? ""
    destination = arguments.string("dest") ?? ""
    attributes = try FileAttributes(arguments)
    isRemote = arguments.flag("remote_src") || arguments.bool("copy") == false
    if isRemote {
      local = nil
    } else {
      let file = try LocalFile(try context.findFile(source))
      guard case .regular = file.kind else { throw ModuleFailure("\(source) is no file") }
      local = try WantedContent(file, context, decrypts: arguments.bool("decrypt") ?? true)
    }
  }

  private var isAddress: Bool { isRemote && source.contains("://") }
  private var destinationQuery: FileQuery { FileQuery(destination) }
  private var guardQuery: CommandGuardQuery? {
    arguments.string("creates").map { CommandGuardQuery(directory: nil, creates: $0, removes: nil) }
  }

  func queries() -> [any Query] {
    var queries: [any Query] = [destinationQuery] + attributes.queries(for: destination)
    if let guardQuery { queries.append(guardQuery) }
    if isRemote, !isAddress { queries += [FileQuery(source), compareQuery(HostPath(source).word)] as [any Query] }
    return queries
  }

  func plan(_ observed: Observations) throws(ModuleFailure) -> Planning {
    if let query = guardQuery {
      guard let found = observed(query) else { return .ask(queries()) }
      if found.createsExists {
        let reason = "skipped, since \(query.creates ?? "") exists"
        return .done(Plan(changed: false, values: ["msg": .string(reason)], skipReason: reason))
      }
    }
    guard let found = observed(destinationQuery) else { return .ask(queries()) }
    try found.checkTrust(following: found.isLink)
    guard found.isDirectory else { throw ModuleFailure("dest '\(found.path)' must be an existing dir") }
    let names: Map = ["dest": .string(found.path), "src": .string(source)]
    let values = names.merging(found.target?.values ?? [:])
    guard isRemote, !isAddress else {
      // What is in it can only be compared where it is unpacked.
      return .done(plan(values, found, script: transferred(found.path), input: transferInput, isExact: false))
    }
    guard let archive = observed(FileQuery(source)) else { return .ask(queries()) }
    guard archive.isRegular else {
      throw ModuleFailure("Source '\(archive.path)' does not exist", values: values)
    }
    guard !archive.isPredicted else {
      return .done(plan(values, found, script: onHost(archive.path, found.path), input: [], isExact: false))
    }
    guard let comparison = observed(compareQuery(HostPath(source).word)) else { return .ask(queries()) }
    let report = try Report(comparison.text, archive: archive.path)
    var result = plan(
      values.merging(report.values(arguments)), found, script: onHost(archive.path, found.path), input: [],
      isExact: true)
    guard report.isDifferent else {
      result.isChanged = false
      result.steps = []
      result.predictions = []
      result.conclude = nil
      return .done(result)
    }
    return .done(result)
  }

  private func plan(
    _ values: Map, _ found: FileAnswer, script: ShellScript, input: [UInt8], isExact: Bool
  ) -> Plan {
    var plan = Plan(
      changed: true, unknown: isExact ? nil : "what is in the archive is compared on the host", values: values,
      steps: [.run(script, input: input, failure: "failed to unpack", mayFail: true)],
      predictions: [.vague(reason: "\(source) would be unpacked in \(found.path)")])
    plan.conclude = { [arguments, source] (values, outcomes) throws(ModuleFailure) in
      guard let outcome = outcomes.first else { return Conclusion(changed: true, values: values) }
      guard outcome.status == 0 else {
        throw ModuleFailure(
          "failed to unpack \(values["src"]?.string ?? "") to '\(values["dest"]?.string ?? "")': \(String(lossless: outcome.stderr).trimmed)",
          values: values)
      }
      let report = try Report(String(lossless: outcome.stdout), archive: source)
      return Conclusion(changed: report.isDifferent, values: values.merging(report.values(arguments)))
    }
    return plan
  }

  // MARK: Scripts

  private var transferInput: [UInt8] {
    if isAddress { return request?.input ?? [] }
    return local?.bytes ?? []
  }

  private var request: HTTPRequest? {
    try? HTTPRequest(
      Arguments(validated: ["url": .string(source), "validate_certs": .bool(arguments.bool("validate_certs") ?? true)]),
      timeout: 30, headers: nil)
  }

  /// Brings the archive to a directory of its own, compares, unpacks.
  private func transferred(_ directory: String) -> ShellScript {
    let bring: ShellScript
    if isAddress, let request {
      bring = """
        \(request.script)
        read -r code <"$w/o"
        case $code in 2*) :;; 000) [ $x -eq 0 ] || exit 80;; *) sed -n 3p "$w/o" >&2; echo "HTTP status $code" >&2; exit 80;; esac
        a=$b
        """
    } else {
      bring = """
        w=$(umask 077; mktemp -d) || exit 1
        trap 'rm -rf -- "$w"' 0
        trap 'exit 1' 1 2 15
        a=$w/a
        cat >"$a" || exit 1
        """
    }
    return """
      \(bring)
      umask 022
      \(compare(directory))
      \(unpack(directory))
      """
  }

  private func onHost(_ archive: String, _ directory: String) -> ShellScript {
    "a=\(archive)\n\(compare(directory))\n\(unpack(directory))"
  }

  private func compareQuery(_ archive: ShellScript) -> ScriptQuery {
    ScriptQuery("a=\(archive)\n[ -f \"$a\" ] || exit 1\n\(compare(nil))")
  }

  private var tarSelection: ShellScript {
    var script: ShellScript = ""
    for name in arguments.strings("exclude") ?? [] { script += " --exclude=\(name)" }
    return script
  }

  private var included: [String] { arguments.strings("include") ?? [] }
  private var options: [String] { arguments.strings("extra_opts") ?? [] }

  /// Prints the kind of archive, whether anything differs, and the names.
  private func compare(_ directory: String?) -> ShellScript {
    let place: ShellScript = directory.map { "\($0)" } ?? HostPath(destination).word
    var ignored = "^$"
    if attributes.owner != nil { ignored += "|: Uid differs$" }
    if attributes.group != nil { ignored += "|: Gid differs$" }
    if attributes.mode != nil { ignored += "|: Mode differs$" }
    // Times of directories change with what is put in them.
    return """
      m=$(head -c 4 <"$a" | od -An -tx1 | tr -d ' ')
      case $m in
      504b0304|504b0506)
      k=ZipArchive
      command -v unzip >/dev/null || { echo 'unzip is not on the host, and the archive needs it' >&2; exit 85; }
      l=$(unzip -Z1 "$a") || exit 86
      s=$(cd \(place) && unzip -qq -p "$a" >/dev/null 2>&1; z=$(unzip -Zs "$a" | awk '/^[-?dl]/ { print }'); printf '%s\\n' "$l" | while IFS= read -r f; do
      case $f in */) [ -d "$f" ] || echo "$f missing";; *) [ -f "$f" ] && [ "$(unzip -qq -p "$a" "$f" | cksum)" = "$(cksum <"$f")" ] || echo "$f differs";; esac
      done)
      ;;
      *)
      case $m in 1f8b*) k=TgzArchive;; 425a*) k=TarBzipArchive;; fd377a58) k=TarXzArchive;; 28b52ffd) k=TarZstdArchive;; *) k=TarArchive;; esac
      l=$(tar --list -f "$a"\(tarSelection) -- \(included)) || exit 86
      s=$(tar --compare \(options) -f "$a" -C \(place)\(tarSelection) -- \(included) 2>&1 | grep -Ev \(ignored) | grep -Ev ': Mod time differs$|: time stamp .* in the future')
      ;;
      esac
      case $l in /*|../*|*"
      /"*|*"
      ../"*|*/../*) echo 'the archive holds names that lead out of the directory' >&2; exit 87;; esac
      printf '%s\\n' "$k"
      if [ -n "$s" ]; then echo different; else echo same; fi
      printf '%s\\n' "$l"
      """
  }

  /// Unpacks when something differs, then sets what was asked for of everything that came out.
  private func unpack(_ directory: String) -> ShellScript {
    let newer: ShellScript = arguments.flag("keep_newer") ? "--keep-newer-files" : "--overwrite"
    let zipNewer: ShellScript = arguments.flag("keep_newer") ? "-u" : ""
    var excluded: ShellScript = ""
    if let names = arguments.strings("exclude"), !names.isEmpty { excluded = "-x \(names)" }
    var owner: ShellScript = ":"
    let wanted = (attributes.owner ?? "") + (attributes.group.map { ":" + $0 } ?? "")
    if !wanted.isEmpty { owner = "chown -h -- \(wanted) \"$f\"" }
    let mode: ShellScript = attributes.mode.map { "[ -h \"$f\" ] || chmod -- \($0.text) \"$f\"" } ?? ":"
    return """
      if [ -n "$s" ]; then
      if [ $k = ZipArchive ]; then unzip -o -qq \(zipNewer) \(options) "$a" \(included) \(excluded) -d \(directory) >&2 || [ $? -eq 1 ] || exit 1
      else tar --extract \(newer) \(options) -f "$a" -C \(directory)\(tarSelection) -- \(included) >&2 || exit 1; fi
      cd \(directory) || exit 1
      printf '%s\\n' "$l" | while IFS= read -r f; do [ -e "$f" ] || [ -h "$f" ] || continue; \(owner); \(mode); done
      fi
      """
  }

  /// What the comparing script printed.
  private struct Report {
    var handler: String
    var isDifferent: Bool
    var files: [String]

    init(_ text: String, archive: String) throws(ModuleFailure) {
      var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      if lines.last == "" { lines.removeLast() }
      guard lines.count >= 2 else {
        throw ModuleFailure(
          "Failed to find handler for \"\(archive)\". It is neither a tar archive nor a zip archive that the host's tools can read."
        )
      }
      handler = lines[0]
      isDifferent = lines[1] == "different"
      files = Array(lines.dropFirst(2))
    }

    func values(_ arguments: Arguments) -> Map {
      var values: Map = ["handler": .string(handler)]
      if arguments.flag("list_files") { values["files"] = .list(files.map { .string($0) }) }
      return values
    }
  }
}
