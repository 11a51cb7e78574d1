import Transport
import Values

/// The script that puts a `FileWrite` in place.
///
/// The temporary file stands beside the final one (a rename must not cross file systems), is created with O_EXCL and mode
/// 0600 under a name that nobody can guess, and only becomes reachable with its owner, mode and content complete.
struct FileWriteScript {
  /// How the bytes get into the temporary file.
  enum Source {
    /// So many bytes of the request's standard input.
    case input(count: Int)
    /// They were uploaded into it already.
    case uploaded
  }

  /// Exit statuses, so that the controller can say which part failed.
  enum Stage: Int {
    case create = 70
    case check = 71
    case owner = 72
    case mode = 73
    case context = 74
    case backup = 75
    case validate = 76
    case replace = 77
  }

  let write: FileWrite
  let temporaryPath: String

  init(_ write: FileWrite, nonce: Nonce = Nonce()) {
    self.write = write
    let slash = write.path.utf8.lastIndex(of: UInt8(ascii: "/"))
    let directory = slash.map { String(write.path[...$0]) } ?? ""
    temporaryPath = "\(directory).swiftible-\(nonce.text)"
  }

  func script(_ source: Source) throws(ModuleFailure) -> ShellScript {
    var lines: [ShellScript] = [
      "d=\(write.path)", "t=\(temporaryPath)", "u=$(umask)", "umask 077", "trap 'rm -f -- \"$t\"' 0",
    ]
    lines.append(fill(source))
    lines.append(Self.directoryCheck)
    lines.append(contentsOf: check(source))
    lines.append(contentsOf: ownership())
    lines.append(contentsOf: context())
    if let validate = write.validate { lines.append(try validation(validate)) }
    if write.backsUp { lines.append(Self.backup) }
    lines.append(
      write.isInPlaceAllowed
        ? "mv -f -- \"$t\" \"$d\" 2>/dev/null || cat -- \"$t\" >\"$d\" || exit 77"
        : "mv -f -- \"$t\" \"$d\" || exit 77")
    lines.append("[ -e \"$t\" ] || trap - 0")
    if write.seLinux.isEmpty {
      lines.append("[ -n \"$o\" ] || ! [ -e /sys/fs/selinux/enforce ] || restorecon -- \"$d\" 2>/dev/null || :")
    }
    // A backup's name is the outcome; without one there is none.
    lines.append("printf %s \"$b\"")
    return ShellScript(lines: lines)
  }

  // MARK: Parts

  private func fill(_ source: Source) -> ShellScript {
    switch (source, write.content) {
    case (.uploaded, _):
      return "dd if=/dev/null of=\"$t\" conv=notrunc,fsync 2>/dev/null || exit 70"
    case (.input, .remoteFile(let path)):
      return Self.created("dd if=\(path) bs=65536 conv=fsync")
    case (.input(0), _):
      return "set -C; : >\"$t\" || exit 70; set +C"
    case (.input(let count), _):
      return Self.created("dd bs=\(count) count=1 iflag=fullblock conv=fsync")
    }
  }

  /// Standard error is kept only when the command fails: `dd` reports its counts there.
  private static func created(_ command: ShellScript) -> ShellScript {
    "set -C; m=$(\(command) 2>&1 >\"$t\") || { printf '%s\\n' \"$m\" >&2; exit 70; }; set +C"
  }

  private static let directoryCheck: ShellScript = """
    if [ -d "$d" ] && ! [ -h "$d" ]; then echo "it is a directory" >&2; exit 77; fi
    """

  private func check(_ source: Source) -> [ShellScript] {
    var lines: [ShellScript] = []
    if case .input(let count) = source, count > 0, case .bytes = write.content {
      lines.append("[ \"$(wc -c <\"$t\")\" -eq \(count) ] || exit 71")
    }
    if let checksum = write.checksum {
      lines.append(
        "if command -v sha1sum >/dev/null 2>&1; then s=$(sha1sum <\"$t\"); [ \"${s%% *}\" = \(checksum) ] || exit 71; fi"
      )
    }
    return lines
  }

  /// Owner before mode: `chown` clears the set-id bits, and nobody else may read the file before it is complete.
  private func ownership() -> [ShellScript] {
    var lines: [ShellScript] = [
      "o= m= b=",
      "if [ -f \"$d\" ] && ! [ -h \"$d\" ]; then o=$(stat -c '%u:%g %a' -- \"$d\"); m=${o##* }; o=${o%% *}; fi",
    ]
    if write.owner == nil || write.group == nil {
      // Only root may give files away; for anybody else the file stays his, as with ansible.
      lines.append("[ -z \"$o\" ] || chown -- \"$o\" \"$t\" 2>/dev/null || :")
    }
    let wanted = (write.owner ?? "") + (write.group.map { ":" + $0 } ?? "")
    if !wanted.isEmpty { lines.append("chown -- \(wanted) \"$t\" || exit 72") }
    if let mode = write.mode {
      lines.append("chmod \(String(mode, radix: 8)) \"$t\" || exit 73")
    } else {
      lines.append("[ -n \"$m\" ] || m=$(printf %o $((0666 & ~$u)))")
      lines.append("chmod \"$m\" \"$t\" || exit 73")
    }
    return lines
  }

  private func context() -> [ShellScript] {
    var lines: [ShellScript] = [
      "if [ -n \"$o\" ] && [ -e /sys/fs/selinux/enforce ]; then chcon --reference=\"$d\" -- \"$t\" || exit 74; fi"
    ]
    let options = write.seLinux.options
    if !options.isEmpty { lines.append("chcon \(options) -- \"$t\" || exit 74") }
    return lines
  }

  private func validation(_ command: String) throws(ModuleFailure) -> ShellScript {
    guard command.contains("%s") else { throw ModuleFailure("validate must contain %s: \(command)") }
    guard let words = CommandWords.split(command) else {
      throw ModuleFailure("validate has an unclosed quotation: \(command)")
    }
    let parts = words.map { word in
      word.split(separator: "%s", omittingEmptySubsequences: false)
        .map { ShellScript(words: [String($0).replacing("%%", with: "%")]).text }.joined(separator: "\"$t\"")
    }
    let call = ShellScript(unchecked: parts.joined(separator: " "))
    // The program's own outputs come back apart, with its exit status in a line before them.
    return """
      { \(call) >"$t.o" 2>"$t.e" </dev/null; } || { r=$?; echo "$r" >&2; cat "$t.e" >&2; cat "$t.o"; rm -f -- "$t.o" "$t.e"; exit 76; }
      rm -f -- "$t.o" "$t.e"
      """
  }

  /// The copy is complete before it gets its name, and `ln` refuses a name that exists: a link planted there is not followed.
  private static let backup: ShellScript = """
    if [ -f "$d" ]; then
    b="$d.$$.$(date +%Y-%m-%d@%H:%M:%S~)"
    trap 'rm -f -- "$t" "$t~"' 0
    cp -p -- "$d" "$t~" && ! [ -e "$b" ] && ! [ -h "$b" ] && ln -- "$t~" "$b" && rm -f -- "$t~" || exit 75
    else b=; fi
    """

  /// The failure that an exit status of the script stands for.
  func failure(_ result: ShellResult) -> ModuleFailure {
    let detail = String(lossless: result.stderr).trimmed
    let path = write.path
    if result.status == Stage.validate.rawValue { return validationFailure(result) }
    let message =
      switch Stage(rawValue: result.status) {
      case .create: "could not write a temporary file beside \(path): \(detail)"
      case .check: "what arrived on the host for \(path) differs from what was sent; the old file is untouched"
      case .owner: "chown failed: \(detail)"
      case .mode: "chmod failed: \(detail)"
      case .context: "setting the SELinux context failed: \(detail)"
      case .backup: "could not make backup of \(path): \(detail)"
      case .validate: "failed to validate"
      case .replace: "could not replace \(path): \(detail)"
      case nil: "could not write \(path) (exit status \(result.status)): \(detail)"
      }
    return ModuleFailure(message, values: ["path": .string(path)])
  }

  private func validationFailure(_ result: ShellResult) -> ModuleFailure {
    let lines = String(lossless: result.stderr).split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
    let status = lines.first.flatMap { Int($0) } ?? 1
    let stderr = lines.dropFirst().first.map(String.init) ?? ""
    return ModuleFailure(
      "failed to validate: rc:\(status) error:\(stderr.trimmed)",
      values: [
        "exit_status": .int(status), "stdout": .string(String(lossless: result.stdout)), "stderr": .string(stderr),
      ])
  }
}

extension FileWrite {
  /// The backup's path out of a write's outcome; `nil` when none was made.
  package static func backupFile(_ outcome: ShellResult) -> String? {
    outcome.stdout.isEmpty ? nil : String(lossless: outcome.stdout)
  }
}

extension SELinuxContext {
  /// Words for `chcon`.
  var options: [String] {
    [("-u", user), ("-r", role), ("-t", type), ("-l", level)].flatMap { flag, value in
      value.map { [flag, $0] } ?? []
    }
  }
}
