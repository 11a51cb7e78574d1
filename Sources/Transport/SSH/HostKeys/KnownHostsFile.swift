import Crypto
import Values

/// One file in known_hosts format (sshd(8), “SSH_KNOWN_HOSTS FILE FORMAT”). Lines that can't be read are skipped, as OpenSSH does.
struct KnownHostsFile: Sendable, Hashable {
  enum Marker: Sendable, Hashable {
    case none
    case revoked
    /// Signs the certificates of hosts; says nothing about a plain key.
    case certAuthority
  }

  /// Which hosts a line is about.
  enum Names: Sendable, Hashable {
    /// HMAC-SHA1 of the name, so that the file does not tell where its user goes.
    case hashed(salt: [UInt8], hash: [UInt8])
    /// With `*`, `?` and a leading `!`; in lower case.
    case patterns([String])

    /// - Parameter name: in lower case; `[host]:port` where the port is not 22.
    func matches(_ name: String) -> Bool {
      switch self {
      case .hashed(let salt, let hash): return Names.hash(name, salt: salt) == hash
      case .patterns(let patterns):
        var isFound = false
        for pattern in patterns {
          if pattern.hasPrefix("!") {
            if Wildcard.matches(Array(pattern.utf8.dropFirst()), Array(name.utf8)) { return false }
          } else if Wildcard.matches(Array(pattern.utf8), Array(name.utf8)) {
            isFound = true
          }
        }
        return isFound
      }
    }

    static func hash(_ name: String, salt: [UInt8]) -> [UInt8] {
      Array(HMAC<Insecure.SHA1>.authenticationCode(for: Array(name.utf8), using: SymmetricKey(data: salt)))
    }
  }

  struct Entry: Sendable, Hashable {
    var line: Int
    var marker: Marker
    var names: Names
    var key: HostKey
  }

  let path: String
  let entries: [Entry]

  /// Whether new names are to be hashed: the user's other names are.
  var isHashed: Bool {
    entries.contains { entry in
      if case .hashed = entry.names { true } else { false }
    }
  }

  init(path: String, content: [UInt8]) {
    self.path = path
    entries = content.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated()
      .compactMap { Self.entry($0.element, line: $0.offset + 1) }
  }

  private static func entry(_ line: ArraySlice<UInt8>, line number: Int) -> Entry? {
    var words = line.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") || $0 == UInt8(ascii: "\r") }[...]
    guard let first = words.first, first.first != UInt8(ascii: "#") else { return nil }
    var marker = Marker.none
    if first.first == UInt8(ascii: "@") {
      switch String(decoding: first, as: UTF8.self) {
      case "@revoked": marker = .revoked
      case "@cert-authority": marker = .certAuthority
      default: return nil
      }
      words = words.dropFirst()
    }
    let fields = Array(words.prefix(3))
    guard fields.count == 3, let names = names(fields[0]),
      let bytes = Base64.decode(String(decoding: fields[2], as: UTF8.self)),
      let key = HostKey(bytes), key.type == String(decoding: fields[1], as: UTF8.self)
    else { return nil }
    return Entry(line: number, marker: marker, names: names, key: key)
  }

  private static func names(_ field: ArraySlice<UInt8>) -> Names? {
    let text = String(decoding: field, as: UTF8.self)
    guard text.hasPrefix("|") else {
      return .patterns(text.lowercased().split(separator: ",").map(String.init))
    }
    let parts = text.split(separator: "|")
    guard parts.count == 3, parts[0] == "1", let salt = Base64.decode(String(parts[1])), salt.count == 20,
      let hash = Base64.decode(String(parts[2])), hash.count == 20
    else { return nil }
    return .hashed(salt: salt, hash: hash)
  }
}

/// `*` for any characters, `?` for one. Time grows with the product of both lengths at worst, never beyond.
enum Wildcard {
  static func matches(_ pattern: [UInt8], _ text: [UInt8]) -> Bool {
    var (inPattern, inText) = (0, 0)
    var retry: (pattern: Int, text: Int)?
    while inText < text.count {
      if inPattern < pattern.count, pattern[inPattern] == UInt8(ascii: "*") {
        retry = (inPattern + 1, inText)
        inPattern += 1
      } else if inPattern < pattern.count,
        pattern[inPattern] == UInt8(ascii: "?") || pattern[inPattern] == text[inText]
      {
        inPattern += 1
        inText += 1
      } else if let last = retry {
        retry = (last.pattern, last.text + 1)
        (inPattern, inText) = (last.pattern, last.text + 1)
      } else {
        return false
      }
    }
    return pattern[inPattern...].allSatisfy { $0 == UInt8(ascii: "*") }
  }
}
