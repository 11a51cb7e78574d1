import Transport
import Values

/// Downloads a file to a host.
struct GetURL: Module {
  static let spec = ModuleSpec(
    name: "get_url", summary: "Download files to hosts",
    arguments: HTTPRequest.arguments
      + [
        ArgumentSpec("dest", .path, required: true, "The file, or the directory to put it in."),
        ArgumentSpec("backup", .bool, default: false, "Keep a copy of the file that is replaced."),
        ArgumentSpec(
          "checksum", default: "", "`sha256:DIGEST` that the file must have, or `sha256:ADDRESS` of a list."),
        ArgumentSpec("url_username", aliases: ["username"], "The name."),
        ArgumentSpec("timeout", .int, default: 10, "Seconds to wait for the server."),
        ArgumentSpec("headers", .map, "Headers to send."),
        ArgumentSpec("tmp_dest", .path, "Not needed: the file comes into being beside its place."),
      ].map { $0 } + FileAttributes.arguments,
    supportsDiff: false,
    returns: Copy.spec.returns + [
      ReturnSpec("url", "The address that answered."), ReturnSpec("status_code", "HTTP's status."),
      ReturnSpec("msg", "What the server said."), ReturnSpec("checksum_dest", "SHA-1 of the file that was there."),
      ReturnSpec("checksum_src", "SHA-1 of what came."), ReturnSpec("elapsed", "How many seconds it took."),
    ])

  private let arguments: Arguments
  private let request: HTTPRequest
  private let destination: String
  private let attributes: FileAttributes
  private let context: ModuleContext
  private let checksum: (algorithm: FileQuery.Checksum, digest: String)?
  private let checksumList: (algorithm: FileQuery.Checksum, url: String)?

  init(_ arguments: Arguments, _ context: ModuleContext) throws(ModuleFailure) {
    self.arguments = arguments
    self.context = context
    request = try HTTPRequest(arguments, timeout: arguments.int("timeout") ?? 10, headers: arguments.map("headers"))
    destination = arguments.string("dest") ?? ""
    attributes = try FileAttributes(arguments)
    let text = arguments.string("checksum") ?? ""
    guard !text.isEmpty else {
      (checksum, checksumList) = (nil, nil)
      return
    }
    let parts = text.split(separator: ":", maxSplits: 1).map { $0.trimmed }
    guard parts.count == 2 else {
      throw ModuleFailure("The checksum parameter has to be in format <algorithm>:<checksum>")
    }
    guard let algorithm = FileQuery.Checksum(rawValue: parts[0].lowercased()) else {
      throw ModuleFailure(
        "The checksum algorithm \(parts[0]) is not known; md5, sha1, sha224, sha256, sha384 and sha512 are.")
    }
    if parts[1].contains("://") {
      (checksum, checksumList) = (nil, (algorithm, parts[1]))
    } else {
      let digest = parts[1].filter { !$0.isWhitespace }.lowercased()
      guard digest.allSatisfy(\.isHexDigit) else { throw ModuleFailure("The checksum format is invalid") }
      (checksum, checksumList) = ((algorithm, digest), nil)
    }
  }

  private func query(_ path: String) -> FileQuery {
    FileQuery(path, checksum: checksum?.algorithm ?? .sha1, wantsAttributes: attributes.flags != nil)
  }

  func queries() -> [any Query] { [query(destination)] + attributes.queries(for: destination) }

  func plan(_ observed: Observations) throws(ModuleFailure) -> Planning {
    guard var found = observed(query(destination)) else { return .ask(queries()) }
    var asked = destination
    if found.isDirectory {
      guard let name = Self.fileName(request.url) else {
        throw ModuleFailure("the address \(request.url) names no file; say in dest how to call it")
      }
      asked = destination.hasSuffix("/") ? destination + name : "\(destination)/\(name)"
      guard let inside = observed(query(asked)) else { return .ask([query(asked)]) }
      found = inside
    }
    try found.checkTrust(following: found.isLink)
    if found.isDirectory { throw ModuleFailure("Destination \(found.path) is a directory") }
    guard found.missingAncestors == 0 else {
      throw ModuleFailure(
        "Destination \(FileAnswer.ancestor(of: found.path, up: 1)) does not exist",
        values: ["dest": .string(found.path)])
    }
    let path = found.effectivePath(following: true)
    let isRight = checksum.map { $0.digest == found.checksum } ?? false
    // Without a checksum a file that is there is right, unless it shall be fetched anew.
    if let status = found.target, isRight || checksum == nil && checksumList == nil && !arguments.flag("force") {
      return .done(try present(status, path, asked: asked, found, observed, isRight: isRight))
    }
    return .done(try download(path, asked: asked, found, observed))
  }

  private static func fileName(_ url: String) -> String? {
    let path = url.prefix { $0 != "?" && $0 != "#" }
    // The scheme, its two slashes and the server come before any name.
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count > 3, let name = parts.last.map(String.init) else { return nil }
    return name.isEmpty || name == "." || name == ".." ? nil : name
  }

  private func present(
    _ status: FileStatus, _ path: String, asked: String, _ found: FileAnswer, _ observed: Observations, isRight: Bool
  ) throws(ModuleFailure) -> Plan {
    if !isRight { return try download(path, asked: asked, found, observed, onlyIfNewer: true) }
    let change = try attributes.change(status, at: path, observed, answer: found, askedAs: destination)
    var values: Map = ["dest": .string(path), "url": .string(request.url), "elapsed": 0, "msg": "file already exists"]
    values.merge(status.applying(change).values)
    return Plan(
      changed: !change.isEmpty, values: values, steps: change.steps,
      predictions: change.isEmpty ? [] : [.file(change.prediction(found.canonicalPath, .same))])
  }

  // MARK: The download

  private func download(
    _ path: String, asked: String, _ found: FileAnswer, _ observed: Observations, onlyIfNewer: Bool = false
  ) throws(ModuleFailure) -> Plan {
    let base =
      found.target
      ?? FileStatus(
        kind: .regular, mode: 0o666 & ~found.umask, uid: context.traits.userID, owner: context.traits.user)
    let change = try attributes.change(base, at: path, observed, answer: found, askedAs: destination)
    var request = request
    if onlyIfNewer { request.headers.append((name: "If-Modified-Since", value: Self.date(base.modificationTime))) }
    let wanted = request
    let start = context.now()
    let now = context.now
    let hasFile = found.target != nil
    var plan = Plan(
      changed: true, unknown: hasFile ? "only the server knows whether its file differs" : nil,
      values: ["dest": .string(path), "url": .string(request.url)])
    plan.steps = [
      .run(
        script(request, path, mode: change.finalMode ?? change.mode, hasFile: hasFile, umask: found.umask),
        input: request.input + (checksumRequest?.input ?? []), failure: "failed to download", mayFail: true)
    ]
    plan.steps += change.steps
    plan.steps.append(FileReport.step(path, context.traits))
    plan.predictions = [.file(change.prediction(found.isLink ? path : found.canonicalPath, .file(content: nil)))]
    plan.conclude = { (values, outcomes) throws(ModuleFailure) in
      var values = values
      let elapsed = (now().microseconds - start.microseconds) / 1_000_000
      values["elapsed"] = .int(elapsed)
      try Self.conclude(outcomes.first, wanted, &values)
      if let status = FileReport.status(outcomes.last) { values.merge(status.values) }
      let isChanged = values.removeValue(forKey: "_changed") == true || !change.isEmpty && hasFile
      return Conclusion(changed: isChanged, values: values)
    }
    return plan
  }

  private var checksumRequest: HTTPRequest? {
    guard let checksumList else { return nil }
    var request = request
    request.url = checksumList.url
    return request
  }

  /// Fetches beside the place, compares and renames. Prints what the server said, then the digests.
  private func script(_ request: HTTPRequest, _ path: String, mode: Int?, hasFile: Bool, umask: Int) -> ShellScript {
    let temporary = FileAnswer.ancestor(of: path, up: 1) + "/.swiftible-" + Nonce().text
    let verify: ShellScript
    if let checksum {
      verify = """
        s=$(\(ShellScript(words: ["\(checksum.algorithm.rawValue)sum"])) <"$b"); s=${s%% *}
        [ "$s" = \(checksum.digest) ] || { echo "$s" >&2; exit 81; }
        """
    } else if let list = checksumList, let checksumRequest {
      let name = Self.fileName(request.url) ?? ""
      verify = """
        s=$(\(ShellScript(words: ["\(list.algorithm.rawValue)sum"])) <"$b"); s=${s%% *}
        l=$( ( \(checksumRequest.script)
        cat "$b" ) ) || exit 82
        printf '%s\\n' "$l" | N=\(name) S="$s" awk '{ f = $2; sub(/^[*]/, "", f); sub(/^[.]\\//, "", f) } (f == ENVIRON["N"] || NF == 1) && tolower($1) == ENVIRON["S"] { ok = 1 } END { exit !ok }' || { echo "$s" >&2; exit 81; }
        """
    } else {
      verify = ""
    }
    let backup: ShellScript =
      arguments.flag("backup") && hasFile
      ? "k=\(path).$$.$(date +%Y-%m-%d@%H:%M:%S~); cp -p -- \(path) \"$k\" || exit 83" : "k="
    let permissions: ShellScript =
      hasFile
      ? "chmod --reference=\(path) \(temporary) 2>/dev/null || chmod \"$(stat -c %a -- \(path))\" \(temporary); chown \"$(stat -c %u:%g -- \(path))\" \(temporary) 2>/dev/null || :"
      : "chmod \(FileMode.text(mode ?? 0o666 & ~umask)) \(temporary)"
    return """
      \(request.script)
      cat "$w/o"; cat "$h"
      read -r code <"$w/o"
      case $code in 2*) :;; 000) [ $x -eq 0 ] || exit 80;; 304) exit 0;; *) exit 80;; esac
      exec 3>&1 >&2
      \(verify)
      n=$(sha1sum <"$b"); n=${n%% *}
      o=
      if [ -f \(path) ]; then o=$(sha1sum <\(path)); o=${o%% *}; fi
      if [ "$n" = "$o" ]; then printf '\\001same %s %s' "$n" "$o" >&3; exit 0; fi
      ( set -C; : >\(temporary) ) && cat "$b" >\(temporary) || { rm -f -- \(temporary); exit 84; }
      \(permissions)
      \(backup)
      sync \(temporary) 2>/dev/null || :
      mv -f -- \(temporary) \(path) || { rm -f -- \(temporary); exit 84; }
      printf '\\001new %s %s %s' "$n" "$o" "$k" >&3
      """
  }

  private static func conclude(_ outcome: ShellResult?, _ request: HTTPRequest, _ values: inout Map)
    throws(ModuleFailure)
  {
    guard let outcome else { return }
    let parts = String(lossless: outcome.stdout).split(separator: "\u{1}", maxSplits: 1).map(String.init)
    let stderr = String(lossless: outcome.stderr).trimmed
    guard let head = parts.first, let answer = HTTPAnswer(head) else {
      throw ModuleFailure("failed to download \(request.url): \(stderr)", values: values)
    }
    values["status_code"] = .int(answer.status)
    values["url"] = .string(answer.url)
    let message = answer.text(size: nil)
    switch outcome.status {
    case 0: break
    case 81:
      throw ModuleFailure(
        "The checksum for \(values["dest"]?.string ?? "") did not match the one asked for; it was \(stderr).",
        values: values)
    case 82: throw ModuleFailure("the list of checksums could not be fetched: \(stderr)", values: values)
    case 83, 84: throw ModuleFailure("could not write \(values["dest"]?.string ?? ""): \(stderr)", values: values)
    default:
      values["response"] = .string(message)
      throw ModuleFailure(message.hasPrefix("Request failed") ? message : "Request failed: \(message)", values: values)
    }
    values["msg"] = .string(answer.status == 304 ? "HTTP Error 304: Not Modified" : message)
    let words = parts.dropFirst().first?.split(separator: " ", omittingEmptySubsequences: false).map(String.init) ?? []
    if words.count >= 3 {
      values["checksum_src"] = .string(words[1])
      values["checksum_dest"] = words[2].isEmpty ? .null : .string(words[2])
      if words.count > 3, !words[3].isEmpty { values["backup_file"] = .string(words[3...].joined(separator: " ")) }
    }
    values["_changed"] = .bool(words.first == "new")
  }

  /// A time as HTTP writes it.
  private static func date(_ seconds: Double) -> String {
    let total = Int(max(0, min(seconds, 253_402_300_799)))
    let (days, rest) = (total / 86_400, total % 86_400)
    // Howard Hinnant's civil calendar, counted from 1 March of the year 0.
    let shifted = days + 719_468
    let era = shifted / 146_097
    let day = shifted % 146_097
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365
    let dayOfYear = day - (365 * year + year / 4 - year / 100)
    let month = (5 * dayOfYear + 2) / 153
    let date = dayOfYear - (153 * month + 2) / 5 + 1
    let names = ["Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec", "Jan", "Feb"]
    let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let years = year + era * 400 + (month >= 10 ? 1 : 0)
    let time = "\(two(rest / 3600)):\(two(rest / 60 % 60)):\(two(rest % 60))"
    return "\(weekdays[days % 7]), \(two(date)) \(names[month]) \(years) \(time) GMT"
  }
}
