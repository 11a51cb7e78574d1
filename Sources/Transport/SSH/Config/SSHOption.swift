/// One setting of the OpenSSH client as `-o` takes it: a keyword of ssh_config(5) and its values.
package struct SSHOption: Sendable, Hashable {
  /// In lower case.
  let keyword: String
  let values: [String]

  /// - Parameter text: `Keyword=value`, or with a blank between them.
  /// - Returns: `nil` where there is no value.
  package init?(_ text: String) {
    let words = SSHConfig.words(text)
    guard words.count > 1, let keyword = words.first else { return nil }
    self.init(keyword, Array(words.dropFirst()))
  }

  init(_ keyword: String, _ values: [String]) {
    self.keyword = keyword.lowercased()
    self.values = values
  }

  /// Whether the setting has its effect here, or can be passed over without harm.
  var isSupported: Bool { Self.honoured.contains(keyword) || Self.immaterial.contains(keyword) }

  /// What `SSHConfig` takes over.
  static let honoured: Set<String> = [
    "connecttimeout", "globalknownhostsfile", "hostkeyalias", "hostname", "identitiesonly",
    "identityagent", "identityfile", "kbdinteractiveauthentication", "passwordauthentication", "port",
    "preferredauthentications", "proxycommand", "proxyjump", "pubkeyauthentication", "stricthostkeychecking", "user",
    "userknownhostsfile",
  ]

  /// What only means something to the OpenSSH client's own ways: one link is shared by all tasks here without a control socket,
  /// it is kept alive and watched, there is no terminal, nobody is asked, and only strong algorithms are offered.
  private static let immaterial: Set<String> = [
    "addkeystoagent", "batchmode", "checkhostip", "clearallforwardings", "compression", "connectionattempts",
    "controlmaster", "controlpath", "controlpersist", "exitonforwardfailure", "fingerprinthash", "forwardagent",
    "forwardx11", "forwardx11trusted", "hashknownhosts", "gssapiauthentication", "gssapidelegatecredentials", "ipqos",
    "loglevel",
    "nohostauthenticationforlocalhost", "numberofpasswordprompts", "permitlocalcommand", "requesttty", "sendenv",
    "serveralivecountmax", "serveraliveinterval", "streamlocalbindunlink", "tcpkeepalive", "updatehostkeys",
    "verifyhostkeydns", "visualhostkey",
  ]
}

extension SSHOption {
  /// Reads the words of a command line for `ssh`, as `ansible_ssh_common_args` and its kin hold them.
  /// - Throws: for a word whose effect the user would miss, by name.
  package static func parse(commandLine words: [String]) throws(TransportError) -> [SSHOption] {
    var options: [SSHOption] = []
    var rest = words[...]
    while let word = rest.popFirst() {
      guard word.hasPrefix("-"), let letter = word.dropFirst().first, letter != "-" else {
        throw refused("“\(word)” is no option of ssh")
      }
      if flagsWithoutEffect.contains(letter) {
        // Several may stand together: -vvv, -Cq.
        if let other = word.dropFirst().first(where: { !flagsWithoutEffect.contains($0) }) {
          throw refused("the ssh option -\(other) is not supported")
        }
        continue
      }
      guard letter == "o" || letter == "S" || letter == "e" || keywords[letter] != nil else {
        throw refused("the ssh option -\(letter) is not supported")
      }
      guard let value = word.count > 2 ? String(word.dropFirst(2)) : rest.popFirst() else {
        throw refused("the ssh option -\(letter) has no value")
      }
      if letter == "o" {
        guard let option = SSHOption(value) else { throw refused("the ssh option “-o \(value)” has no value") }
        guard option.isSupported else {
          throw refused("the ssh option “\(SSHConfig.words(value).first ?? value)” is not supported")
        }
        options.append(option)
      } else if let keyword = keywords[letter] {
        options.append(SSHOption(keyword, [value]))
      }
    }
    return options
  }

  private static let keywords: [Character: String] = ["i": "identityfile", "p": "port", "l": "user", "J": "proxyjump"]
  /// Verbosity, compression, terminals, forwarding of agents and X11.
  private static let flagsWithoutEffect: Set<Character> = [
    "v", "q", "C", "t", "T", "n", "A", "a", "x", "X", "Y", "k", "K",
  ]

  private static func refused(_ reason: String) -> TransportError {
    TransportError(
      .invalidRequest,
      "\(reason). Supported with -o are \(honoured.sorted().joined(separator: ", ")), and -i, -p, -l and -J.")
  }
}
