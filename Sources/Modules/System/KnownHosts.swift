import Crypto
import Transport
import Values

/// Keeps a host's key in a `known_hosts` file.
struct KnownHosts: Module {
  static let spec = ModuleSpec(
    name: "known_hosts", summary: "Keep a host's SSH key",
    arguments: [
      ArgumentSpec("name", aliases: ["host"], required: true, "The host whose key it is."),
      ArgumentSpec("key", .string, "The line for the file."),
      ArgumentSpec("path", .path, default: "~/.ssh/known_hosts", "The file."),
      ArgumentSpec("hash_host", .bool, default: false, "Write the name hashed."),
      ArgumentSpec("state", default: "present", choices: ["absent", "present"], "Whether the key is there."),
    ],
    supportsDiff: true,
    returns: [
      ReturnSpec("name", "The host."), ReturnSpec("key", "The line."), ReturnSpec("path", "The file."),
      ReturnSpec("state", "The state asked for."), ReturnSpec("hash_host", "Whether the name is hashed."),
    ])

  private let arguments: Arguments
  private let name: String
  private let path: String
  private let isWanted: Bool
  private let key: KnownHostLine?
  private let context: ModuleContext

  init(_ arguments: Arguments, _ context: ModuleContext) throws(ModuleFailure) {
    self.arguments = arguments
    self.context = context
    name = (arguments.string("name") ?? "").lowercased()
    path = arguments.string("path") ?? ""
    isWanted = arguments.string("state") != "absent"
    if name.contains(",") {
      throw ModuleFailure(
        "Comma separated list of names is not supported. Please pass a single name to lookup in the known_hosts file.")
    }
    guard let text = arguments.string("key"), isWanted else {
      if isWanted { throw ModuleFailure("No key specified when adding a host") }
      key = nil
      return
    }
    guard let line = KnownHostLine(text.trimmed) else {
      throw ModuleFailure("the key is no line of a known_hosts file: \(text)")
    }
    guard line.matches(name) else {
      throw ModuleFailure("Host parameter does not match hashed host field in supplied key")
    }
    key = line
  }

  private var query: FileQuery { FileQuery(path, contentLimit: 16 << 20) }

  func queries() -> [any Query] { [query] }

  func plan(_ observed: Observations) throws(ModuleFailure) -> Planning {
    guard let found = observed(query) else { return .ask(queries()) }
    try found.checkTrust(following: found.isLink)
    if found.target != nil, found.content == nil, !found.isPredicted {
      throw ModuleFailure("Failed to read \(found.path)")
    }
    let old = String(lossless: found.content ?? [])
    let new = edited(old)
    var values: Map = [:]
    for argument in ["name", "key", "path", "hash_host", "state"] { values[argument] = arguments[argument] ?? .null }
    values["name"] = .string(name)
    values["path"] = .string(found.path)
    if let status = found.target { values.merge(status.values) }
    var plan = Plan(changed: new != old, values: values)
    guard plan.isChanged else { return .done(plan) }
    plan.diffs = [
      Diff(
        .text(before: old, after: new), beforeHeader: found.exists ? found.path : "/dev/null", afterHeader: found.path)
    ]
    plan.steps = directorySteps(found, &plan.predictions)
    let target = found.effectivePath(following: true)
    let bytes = new.losslessBytes
    plan.steps.append(.write(FileWrite(path: target, content: .bytes(bytes))))
    plan.steps.append(FileReport.step(target, context.traits))
    plan.conclude = { (values, outcomes) throws(ModuleFailure) in
      Conclusion(changed: true, values: values.merging(FileReport.status(outcomes.last)?.values ?? [:]))
    }
    plan.predictions.append(
      .file(FilePrediction(path: found.isLink ? target : found.canonicalPath, .file(content: bytes))))
    return .done(plan)
  }

  private func directorySteps(_ found: FileAnswer, _ predictions: inout [Prediction]) -> [Step] {
    stride(from: found.missingAncestors, to: 0, by: -1).map { level in
      let directory = FileAnswer.ancestor(of: found.path, up: level)
      predictions.append(.file(FilePrediction(path: directory, .directory, mode: 0o700)))
      return .run(
        "umask 077; mkdir -- \(directory) || [ -d \(directory) ]", failure: "Failed to create directory \(directory)")
    }
  }

  /// The file's text with the key in it, or without the host.
  private func edited(_ text: String) -> String {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if lines.last == "" { lines.removeLast() }
    let ofHost = lines.indices.filter { KnownHostLine(lines[$0])?.matches(name) ?? false }
    guard let key else {
      for index in ofHost.reversed() { lines.remove(at: index) }
      return lines.isEmpty ? (text.isEmpty ? "" : "") : lines.joined(separator: "\n") + "\n"
    }
    let hashes = arguments.flag("hash_host")
    let sameType = ofHost.filter {
      KnownHostLine(lines[$0])?.type == key.type && KnownHostLine(lines[$0])?.marker == key.marker
    }
    let isRight = sameType.contains { index in
      guard let line = KnownHostLine(lines[index]) else { return false }
      return line.blob == key.blob && line.isHashed == (hashes || key.isHashed)
    }
    if isRight { return text }
    for index in sameType.reversed() { lines.remove(at: index) }
    let line = hashes && !key.isHashed ? key.hashed(name) : (arguments.string("key") ?? "").trimmed
    return (lines + [line]).joined(separator: "\n") + "\n"
  }
}

/// A line of a `known_hosts` file: `[@marker] names type key`.
struct KnownHostLine: Sendable {
  var marker: String?
  var names: String
  var type: String
  var blob: String

  init?(_ line: String) {
    var words = line.split(whereSeparator: { $0 == " " || $0 == "\t" }).map(String.init)
    if let first = words.first, first.hasPrefix("@") {
      marker = first
      words.removeFirst()
    }
    guard words.count >= 3, !words[0].hasPrefix("#"), let key = Base64.decode(words[2]) else { return nil }
    // The key names its own type.
    guard key.count > 4 + words[1].utf8.count, key.dropFirst(4).starts(with: Array(words[1].utf8)) else { return nil }
    (names, type, blob) = (words[0], words[1], words[2])
  }

  var isHashed: Bool { names.hasPrefix("|1|") }

  /// Whether the line is about a host; a name with a port is written `[name]:port`.
  func matches(_ name: String) -> Bool {
    guard isHashed else { return names.split(separator: ",").contains { $0.lowercased() == name } }
    let parts = names.split(separator: "|").map(String.init)
    guard parts.count == 3, let salt = Base64.decode(parts[1]) else { return false }
    return Self.hash(name, salt) == parts[2]
  }

  func hashed(_ name: String) -> String {
    var generator = SystemRandomNumberGenerator()
    let salt = (0..<20).map { _ in UInt8.random(in: 0...255, using: &generator) }
    let prefix = marker.map { $0 + " " } ?? ""
    return "\(prefix)|1|\(Base64.encode(salt))|\(Self.hash(name, salt)) \(type) \(blob)"
  }

  private static func hash(_ name: String, _ salt: [UInt8]) -> String {
    var mac = HMAC<Insecure.SHA1>(key: SymmetricKey(data: salt))
    mac.update(data: Array(name.utf8))
    return Base64.encode(Array(mac.finalize()))
  }
}
