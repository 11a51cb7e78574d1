import Glibc
import Jinja
import Synchronization
import Values

/// `password`: a random password that is kept in a file, so that it is the same in the next run.
///
/// Hosts render side by side: within the process a lock, between processes `link(2)` sees to it that all get the same one.
enum PasswordLookup {
  static let all: [LookupFunction] = [
    LookupFunction("password", "A random password, kept in a file.") { call in
      try call.strings().map { .string(try PasswordFile(term: $0, call).password()) }
    }
  ]
}

private struct PasswordFile {
  private let path: String
  private let length: Int
  private let characters: [Character]
  private let scheme: PasswordScheme?
  private let ident: String?
  private let seed: Object

  private static let options = ["length", "encrypt", "chars", "ident", "seed"]
  private static let gate = Mutex(())
  private static let sink = "/dev/null"

  init(term: String, _ outer: LookupCall) throws(Diagnostic) {
    let (name, call) = try outer.inline(term, accepting: Self.options)
    guard !name.isEmpty else { throw outer.failure("it needs the path of a file", help: "/dev/null keeps none.") }
    guard term.hasPrefix(name) else {
      throw outer.failure("Unrecognized value after key=value parameters: '\(name)'")
    }
    path = LocalFile.absolute(name, in: call.templar.lookup.snapshot.play.play.directory)
    length = try call.integer("length", default: 20, of: "password", type: "integer")
    guard (0...100_000).contains(length) else { throw call.failure("length must be from 0 to 100000, not \(length)") }
    characters = try Self.characters(call)
    scheme = try call.string("encrypt").flatMap { name throws(Diagnostic) in
      name.isEmpty ? nil : try PasswordScheme(named: name)
    }
    ident = call.string("ident").flatMap { $0.isEmpty ? nil : $0 } ?? (scheme == .blowfish ? "2b" : nil)
    seed =
      switch call.options["seed"] {
      case nil, .null?: .none
      case let value?: .string(LookupCall.text(value))
      }
  }

  private static let sets: [String: String] = {
    let lower = "abcdefghijklmnopqrstuvwxyz"
    let upper = lower.uppercased()
    let digits = "0123456789"
    let punctuation = ##"!"#$%&'()*+,-./:;<=>?@[\]^_`{|}~"##
    let space = " \t\n\r\u{0B}\u{0C}"
    return [
      "ascii_lowercase": lower, "ascii_uppercase": upper, "ascii_letters": lower + upper, "digits": digits,
      "hexdigits": digits + "abcdefABCDEF", "octdigits": "01234567", "punctuation": punctuation, "whitespace": space,
      "printable": digits + lower + upper + punctuation + space,
    ]
  }()

  private static func characters(_ call: LookupCall) throws(Diagnostic) -> [Character] {
    var names = ["ascii_letters", "digits", ".,:-_"]
    switch call.options["chars"] {
    case nil, .null?: break
    case .list(let list)?: names = list.map(LookupCall.text)
    case let value?:
      // Two commas stand for the comma itself.
      let text = LookupCall.text(value)
      names = (text.contains(",,") ? [","] : []) + text.split(separator: ",").map(String.init)
    }
    let characters = names.map { sets[$0] ?? $0 }.joined().filter { $0 != "\"" && $0 != "'" }
    guard !characters.isEmpty else {
      throw call.failure(
        "there is no character to choose from",
        help: "chars= takes names of sets (\(sets.keys.sorted().joined(separator: ", "))) and characters.")
    }
    // A line break of two characters is one `Character`; Python takes them apart.
    return characters.unicodeScalars.map { Character($0) }
  }

  /// What the file holds: `password`, `password salt=…` or `password salt=… ident=…`.
  private struct Content {
    var password: String
    var salt: String?
    var ident: String?

    init(password: String) { self.password = password }

    init(_ text: String) {
      password = text
      guard let mark = text.ranges(of: " salt=").last else { return }
      password = String(text[..<mark.lowerBound])
      let rest = text[mark.upperBound...]
      guard !rest.isEmpty else { return }
      salt = String(rest)
      if let mark = rest.ranges(of: " ident=").last {
        salt = String(rest[..<mark.lowerBound])
        ident = String(rest[mark.upperBound...])
      }
    }

    var text: String {
      password + (salt.map { " salt=\($0)" } ?? "") + (salt == nil ? "" : ident.map { " ident=\($0)" } ?? "")
    }
  }

  func password() throws -> String {
    let content = try Self.gate.withLock { _ in try stored() }
    guard let scheme else { return content.password }
    return try scheme.hash(content.password, salt: content.salt, ident: content.ident)
  }

  private func stored() throws -> Content {
    var content: Content
    if path != Self.sink, LocalFile.exists(path) {
      content = try read()
      guard complete(&content) else { return content }
      try write(content, replacing: true)
      return content
    }
    content = Content(password: try random())
    _ = complete(&content)
    guard path != Self.sink else { return content }
    // Another process may have been faster: then its password counts.
    return try write(content, replacing: false) ? content : read()
  }

  /// Adds the salt that hashing needs; whether anything was missing.
  private func complete(_ content: inout Content) -> Bool {
    guard let scheme else { return false }
    var isChanged = false
    if content.salt == nil {
      content.salt = PasswordScheme.randomSalt(length: scheme.saltLength)
      isChanged = true
    }
    if content.ident == nil, let ident {
      content.ident = ident
      isChanged = true
    }
    return isChanged
  }

  private func read() throws(Diagnostic) -> Content {
    var text = String(lossless: try LocalFile.read(path))
    while text.last?.isWhitespace == true { text.removeLast() }
    return Content(text)
  }

  private func random() throws -> String {
    var chance = Chance.system
    if !seed.isNone, let seeded = PythonRandom(seed: seed) { chance = .seeded(seeded) }
    return String((0..<length).map { _ in characters[chance.below(characters.count)] })
  }

  /// Writes the whole file or none of it; `false` when it is there already and must not be replaced.
  @discardableResult
  private func write(_ content: Content, replacing: Bool) throws(Diagnostic) -> Bool {
    let folder = LocalFile.directory(of: path)
    try Self.makeFolder(folder)
    func failure(_ what: String) -> Diagnostic {
      Diagnostic(.file, "unable to \(what) '\(path)': \(String(cString: strerror(errno)))")
    }
    let temporary = "\(folder)/.swiftible-\(PasswordScheme.randomSalt(length: 22).replacing("/", with: "_"))"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw failure("write") }
    defer { unlink(temporary) }
    let bytes = content.text.losslessBytes + [0x0A]
    var written = 0
    while written < bytes.count {
      let count = bytes[written...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        close(descriptor)
        throw failure("write")
      }
      written += count
    }
    let isSynced = fsync(descriptor) == 0
    guard close(descriptor) == 0, isSynced else { throw failure("write") }
    if replacing {
      guard rename(temporary, path) == 0 else { throw failure("replace") }
      return true
    }
    if link(temporary, path) == 0 { return true }
    guard errno == EEXIST else { throw failure("create") }
    return false
  }

  private static func makeFolder(_ path: String) throws(Diagnostic) {
    if LocalFile.isDirectory(path) || path == "/" { return }
    try makeFolder(LocalFile.directory(of: path))
    guard mkdir(path, 0o700) == 0 || errno == EEXIST else {
      throw Diagnostic(.file, "unable to create the folder '\(path)': \(String(cString: strerror(errno)))")
    }
  }
}
