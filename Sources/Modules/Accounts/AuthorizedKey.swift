import Transport
import Values

/// Keeps the keys with which a user may log in.
struct AuthorizedKey: Module {
  static let spec = ModuleSpec(
    name: "authorized_key", collection: "ansible.posix", summary: "Keep the keys with which a user may log in",
    arguments: [
      ArgumentSpec("user", .string, required: true, "The user."),
      ArgumentSpec("key", .string, required: true, "The keys, one a line."),
      ArgumentSpec("path", .path, "The file; by default `~/.ssh/authorized_keys` of the user."),
      ArgumentSpec("manage_dir", .bool, default: true, "Make the directory, and give it to the user."),
      ArgumentSpec(
        "state", .string, default: "present", choices: ["absent", "present"], "Whether the keys are there."),
      ArgumentSpec("key_options", .string, "What stands before a key."),
      ArgumentSpec("exclusive", .bool, default: false, "Remove all other keys."),
      ArgumentSpec("comment", .string, "What stands behind a key instead of its own comment."),
      ArgumentSpec("validate_certs", .bool, default: true, "Not needed: keys are not fetched from addresses."),
      ArgumentSpec("follow", .bool, default: false, "Write to what a link at the path leads to."),
    ],
    supportsDiff: true,
    returns: [
      ReturnSpec("keyfile", "The file."), ReturnSpec("user", "The user."), ReturnSpec("key", "The keys asked for."),
      ReturnSpec("manage_dir", "Whether the directory is kept, too."), ReturnSpec("path", "The path asked for."),
      ReturnSpec("key_options", "The options asked for."), ReturnSpec("validate_certs", "As asked for."),
      ReturnSpec("state", "The state asked for."), ReturnSpec("exclusive", "Whether all others were removed."),
    ])

  private let arguments: Arguments
  private let user: String
  private let keys: [AuthorizedKeyLine]
  private let follows: Bool

  init(_ arguments: Arguments, _ context: ModuleContext) throws(ModuleFailure) {
    self.arguments = arguments
    user = arguments.string("user") ?? ""
    follows = arguments.flag("follow")
    let text = arguments.string("key") ?? ""
    guard !text.hasPrefix("http://"), !text.hasPrefix("https://") else {
      throw ModuleFailure("key is an address; fetch it with the lookup url or with uri and give the keys themselves")
    }
    var keys: [AuthorizedKeyLine] = []
    for line in text.split(separator: "\n").map({ $0.trimmed }) where !line.isEmpty && !line.hasPrefix("#") {
      guard var key = AuthorizedKeyLine(line) else { throw ModuleFailure("invalid key specified: \(line)") }
      if let options = arguments.string("key_options") { key.options = options.isEmpty ? nil : options }
      if let comment = arguments.string("comment") { key.comment = comment }
      keys.append(key)
    }
    self.keys = keys
  }

  private func path(_ home: String) -> String { arguments.string("path") ?? "\(home)/.ssh/authorized_keys" }

  private var query: UserQuery { UserQuery(name: user, isLocal: false) }

  func queries() -> [any Query] { [query] }

  func plan(_ observed: Observations) throws(ModuleFailure) -> Planning {
    guard let answer = observed(query) else { return .ask(queries()) }
    guard let account = answer.account else { throw ModuleFailure("Failed to lookup user \(user): no such user") }
    let file = FileQuery(path(account.home), contentLimit: 4 << 20)
    guard let found = observed(file) else { return .ask([file]) }
    // A user that is only foretold has no number yet.
    let group = answer.primaryGroup?.name ?? account.gid.map { String($0) }
    return .done(try plan(found, owner: account.uid.map { String($0) } ?? user, group: group))
  }

  private func plan(_ found: FileAnswer, owner: String, group: String?) throws(ModuleFailure) -> Plan {
    // Root writing where a user may plant links (CVE-2024-9902 and its kin): a link there is never followed.
    if found.isLink, !follows {
      throw ModuleFailure("refusing to write through the link \(found.path); follow=true allows it")
    }
    try found.checkTrust(following: found.isLink)
    let target = found.effectivePath(following: follows)
    let old = String(lossless: found.content ?? [])
    let new = edited(old)
    var values: Map = ["keyfile": .string(found.path)]
    for name in [
      "user", "key", "state", "exclusive", "path", "key_options", "comment", "manage_dir", "follow", "validate_certs",
    ] {
      values[name] = arguments[name] ?? .null
    }
    var plan = Plan(changed: new != old, values: values)
    guard plan.isChanged else { return plan }
    plan.diffs = [Diff(.text(before: old, after: new), beforeHeader: found.path, afterHeader: found.path)]
    if arguments.bool("manage_dir") ?? true {
      for level in stride(from: found.missingAncestors, to: 0, by: -1) {
        let directory = FileAnswer.ancestor(of: found.path, up: level)
        plan.steps.append(
          .run(
            "umask 077; mkdir -- \(directory) && chown -h -- \(owner + ":" + (group ?? "")) \(directory)",
            failure: "Failed to create directory \(directory)"))
        plan.predictions.append(
          .file(FilePrediction(path: directory, .directory, mode: 0o700, owner: owner, group: group)))
      }
    } else if found.missingAncestors > 0 {
      throw ModuleFailure("the directory of \(found.path) does not exist, and manage_dir is off")
    }
    let bytes = new.losslessBytes
    let isNew = found.target == nil
    plan.steps.append(
      .write(
        FileWrite(
          path: target, content: .bytes(bytes), mode: isNew ? 0o600 : nil, owner: isNew ? owner : nil,
          group: isNew ? group : nil)))
    plan.predictions.append(
      .file(
        FilePrediction(path: follows ? target : found.canonicalPath, .file(content: bytes), mode: isNew ? 0o600 : nil)))
    return plan
  }

  /// The file's text with the keys in it, or without them.
  private func edited(_ text: String) -> String {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if lines.last == "" { lines.removeLast() }
    let isWanted = arguments.string("state") != "absent"
    func index(of key: AuthorizedKeyLine) -> Int? { lines.firstIndex { AuthorizedKeyLine($0)?.blob == key.blob } }
    for key in keys {
      if !isWanted {
        lines.removeAll { AuthorizedKeyLine($0)?.blob == key.blob }
      } else if let index = index(of: key) {
        if let present = AuthorizedKeyLine(lines[index]), !key.isSame(as: present) { lines[index] = key.text }
      } else {
        lines.append(key.text)
      }
    }
    if isWanted, arguments.flag("exclusive") {
      let wanted = Set(keys.map(\.blob))
      // Comments and empty lines go too, as ansible has it.
      lines.removeAll { line in AuthorizedKeyLine(line).map { !wanted.contains($0.blob) } ?? true }
    }
    return lines.isEmpty ? "" : lines.joined(separator: "\n") + "\n"
  }
}

/// A line of an `authorized_keys` file: `[options] type key [comment]`.
struct AuthorizedKeyLine: Sendable {
  var options: String?
  var type: String
  var blob: String
  var comment: String

  init?(_ line: String) {
    // Options may hold blanks inside quotation marks.
    var words: [String] = [""]
    var isQuoted = false
    var previous: Character = " "
    for character in line.trimmed {
      if character == "\"", previous != "\\" { isQuoted.toggle() }
      if !isQuoted, character == " " || character == "\t" {
        if words.last?.isEmpty == false { words.append("") }
      } else {
        words[words.count - 1].append(character)
      }
      previous = character
    }
    if words.last == "" { words.removeLast() }
    guard let place = words.firstIndex(where: Self.isType), place <= 1, words.count > place + 1,
      let decoded = Base64.decode(words[place + 1]), !decoded.isEmpty
    else { return nil }
    options = place == 1 ? words[0] : nil
    type = words[place]
    blob = words[place + 1]
    comment = words.dropFirst(place + 2).joined(separator: " ")
  }

  private static func isType(_ word: String) -> Bool {
    ["ssh-", "ecdsa-sha2-", "sk-ssh-", "sk-ecdsa-"].contains { word.hasPrefix($0) }
  }

  var text: String {
    [options, type, blob, comment.isEmpty ? nil : comment].compactMap { $0 }.joined(separator: " ")
  }

  func isSame(as other: AuthorizedKeyLine) -> Bool {
    options == other.options && type == other.type && comment == other.comment
  }
}
