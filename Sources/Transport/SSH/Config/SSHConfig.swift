#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// What the user's OpenSSH configuration says about one host (ssh_config(5)), as far as a connection here can follow it.
///
/// For every keyword the first value found counts, but `IdentityFile` and `CertificateFile` add up. `Match` blocks other than
/// `Match all` are passed over.
struct SSHConfig: Sendable {
  private(set) var hostName: String?
  private(set) var user: String?
  private(set) var port: Int?
  private(set) var identityFiles: [String] = []
  private(set) var knownHostsFiles: [String]?
  private(set) var hostKeyPolicy: ConnectionParameters.HostKeyPolicy?
  private(set) var connectTimeout: Duration?
  private(set) var globalKnownHostsFiles: [String]?
  private(set) var hostKeyAlias: String?
  private(set) var identitiesOnly: Bool?
  /// A socket, `none` or `SSH_AUTH_SOCK`.
  private(set) var identityAgent: String?
  private(set) var disabledMethods: Set<String> = []
  /// `proxyjump` or `proxycommand`, whichever came first, with its value and where it stands.
  private var proxySetting: (keyword: String, value: String, place: String)?
  private var decidedMethods: Set<String> = []

  /// - Parameters:
  ///   - host: the name as the inventory has it; `Host` lines are matched with it.
  ///   - options: what a command line sets; they come before all files.
  ///   - files: in the order in which they are read; missing ones are passed over.
  init(host: String, options: [SSHOption] = [], files: [String], environment: SSHEnvironment) {
    for option in options { set(option.keyword, option.values, at: "-o") }
    for file in files { read(file, host: host, environment: environment, isActive: true, depth: 0) }
    // In a host name only %h and %% mean anything; elsewhere the name that resulted counts.
    hostName = hostName.map { Self.expand($0, ["h": host]) }
    let tokens = [
      "h": hostName ?? host, "n": host, "d": environment.home, "u": environment.user, "r": user ?? environment.user,
      "p": "\(port ?? 22)",
    ]
    identityFiles = identityFiles.map { LocalFile.expand(Self.expand($0, tokens), home: environment.home) }
    knownHostsFiles = knownHostsFiles?.map { LocalFile.expand(Self.expand($0, tokens), home: environment.home) }
    globalKnownHostsFiles = globalKnownHostsFiles?.map { LocalFile.expand($0, home: environment.home) }
    identityAgent = identityAgent.map { LocalFile.expand(Self.expand($0, tokens), home: environment.home) }
    if let setting = proxySetting, setting.keyword == "proxyjump" {
      proxySetting?.value = Self.expand(setting.value, tokens)
    }
  }

  /// The way to the host, where it is not the direct one.
  func proxy() throws(TransportError) -> SSHProxy? {
    guard let (keyword, value, place) = proxySetting, value.lowercased() != "none" else { return nil }
    if keyword == "proxycommand" { return .command(value) }
    guard let proxy = SSHProxy(jumps: value) else {
      throw TransportError(
        .nameResolution, "The ProxyJump “\(value)” (\(place)) is not of the form [user@]host[:port],…")
    }
    return proxy
  }

  private mutating func read(
    _ path: String, host: String, environment: SSHEnvironment, isActive: Bool, depth: Int
  ) {
    // OpenSSH's own limit on files that include each other.
    guard depth < 16, let content = try? LocalFile.read(path, limit: 1 << 20) else { return }
    var isActive = isActive
    let wasActive = isActive
    let lines = String(decoding: content, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
    for (number, line) in lines.enumerated() {
      // Most lines of the system's file are remarks.
      guard let first = line.utf8.first(where: { $0 > 0x20 }), first != UInt8(ascii: "#") else { continue }
      let words = Self.words(line)
      guard let keyword = words.first?.lowercased() else { continue }
      let values = Array(words.dropFirst())
      switch keyword {
      case "host": isActive = wasActive && Self.matches(values, host)
      case "match": isActive = wasActive && values.map { $0.lowercased() } == ["all"]
      case "include" where isActive:
        for pattern in values {
          for file in Self.files(pattern, environment: environment, includedFrom: path) {
            read(file, host: host, environment: environment, isActive: true, depth: depth + 1)
          }
        }
      default:
        if isActive { set(keyword, values, at: "\(path):\(number + 1)") }
      }
    }
  }

  private mutating func set(_ keyword: String, _ values: [String], at place: String) {
    guard let value = values.first else { return }
    switch keyword {
    case "hostname": hostName = hostName ?? value
    case "user": user = user ?? value
    case "port": port = port ?? Int(value)
    case "identityfile" where value.lowercased() != "none": identityFiles.append(value)
    case "userknownhostsfile":
      knownHostsFiles = knownHostsFiles ?? values.map { $0.lowercased() == "none" ? "/dev/null" : $0 }
    case "stricthostkeychecking":
      let policy: ConnectionParameters.HostKeyPolicy =
        switch value.lowercased() {
        case "accept-new": .acceptNew
        case "no", "off", "false": .off
        default: .strict
        }
      hostKeyPolicy = hostKeyPolicy ?? policy
    case "proxyjump", "proxycommand":
      proxySetting = proxySetting ?? (keyword, values.joined(separator: " "), place)
    case "globalknownhostsfile":
      globalKnownHostsFiles = globalKnownHostsFiles ?? (value.lowercased() == "none" ? [] : values)
    case "hostkeyalias": hostKeyAlias = hostKeyAlias ?? value
    // Ansible gives its own timeout on every command line, so that of a file never has an effect.
    case "connecttimeout" where place == "-o":
      if let seconds = Int(value), seconds > 0 { connectTimeout = connectTimeout ?? .seconds(seconds) }
    case "identitiesonly": identitiesOnly = identitiesOnly ?? Self.isYes(value)
    case "identityagent": identityAgent = identityAgent ?? value
    case "pubkeyauthentication": decide(["publickey"], Self.isYes(value))
    case "passwordauthentication": decide(["password"], Self.isYes(value))
    case "kbdinteractiveauthentication": decide(["keyboard-interactive"], Self.isYes(value))
    case "preferredauthentications":
      let wanted = Set(values.joined(separator: ",").split(separator: ",").map(String.init))
      decide(Set(["publickey", "password", "keyboard-interactive"]).subtracting(wanted), false)
    default: break
    }
  }

  private mutating func decide(_ methods: Set<String>, _ isAllowed: Bool) {
    if !isAllowed { disabledMethods.formUnion(methods.subtracting(decidedMethods)) }
    decidedMethods.formUnion(methods)
  }

  private static func isYes(_ value: String) -> Bool { !["no", "false", "off"].contains(value.lowercased()) }

  // MARK: Text

  /// The words of a line: a keyword, a blank or `=`, and values, of which each may be quoted; `#` starts a comment.
  static func words(_ line: some StringProtocol) -> [String] {
    var words: [String] = []
    var word = ""
    var isOpen = false
    var isQuoted = false
    for character in line {
      if isQuoted {
        if character == "\"" { isQuoted = false } else { word.append(character) }
      } else if character == "\"" {
        isQuoted = true
        isOpen = true
      } else if character == "#", !isOpen {
        break
      } else if character.isWhitespace || (character == "=" && (words.isEmpty || (words.count == 1 && !isOpen))) {
        if isOpen { words.append(word) }
        word = ""
        isOpen = false
      } else {
        word.append(character)
        isOpen = true
      }
    }
    if isOpen { words.append(word) }
    return words
  }

  private static func matches(_ patterns: [String], _ host: String) -> Bool {
    var isFound = false
    let text = Array(host.utf8)
    for pattern in patterns {
      if pattern.hasPrefix("!") {
        if Wildcard.matches(Array(pattern.utf8.dropFirst()), text) { return false }
      } else if Wildcard.matches(Array(pattern.utf8), text) {
        isFound = true
      }
    }
    return isFound
  }

  /// Replaces `%h` and the like; a token without a value stays as it is.
  static func expand(_ text: String, _ tokens: [String: String]) -> String {
    var result = ""
    var isToken = false
    for character in text {
      if isToken {
        result += character == "%" ? "%" : tokens[String(character)] ?? "%\(character)"
        isToken = false
      } else if character == "%" {
        isToken = true
      } else {
        result.append(character)
      }
    }
    return isToken ? result + "%" : result
  }

  /// The files of an `Include`: relative ones lie beside the user's or the system's configuration.
  private static func files(
    _ pattern: String, environment: SSHEnvironment, includedFrom path: String
  ) -> [String] {
    var pattern = LocalFile.expand(pattern, home: environment.home)
    if !pattern.hasPrefix("/") {
      pattern = (path.hasPrefix("/etc/ssh/") ? "/etc/ssh/" : "\(environment.home)/.ssh/") + pattern
    }
    var found = glob_t()
    defer { globfree(&found) }
    guard glob(pattern, 0, nil, &found) == 0, let paths = found.gl_pathv else { return [] }
    return (0..<Int(found.gl_pathc)).compactMap { paths[$0].map { String(cString: $0) } }
  }
}
