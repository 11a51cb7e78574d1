import Transport
import Values

/// The words of `ssh_args`, `ansible_ssh_common_args` and their kin that mean something to us; the rest is for the OpenSSH
/// client (multiplexing, ciphers) and without effect here.
struct SSHArguments {
  private var options: [(name: String, value: String)] = []
  private var identityFiles: [String] = []
  private var port: Int?

  init(_ text: String) {
    var words = text.split(whereSeparator: \.isWhitespace).map { KeyValueArguments.unquote(String($0)) }[...]
    while let word = words.popFirst() {
      switch word {
      case "-o": if let option = words.popFirst() { add(option) }
      case "-i": if let file = words.popFirst() { identityFiles.append(file) }
      case "-p": port = words.popFirst().flatMap { Int($0) }
      default: if word.hasPrefix("-o"), word.count > 2 { add(String(word.dropFirst(2))) }
      }
    }
  }

  private mutating func add(_ option: String) {
    let parts = option.split(separator: "=", maxSplits: 1).map(String.init)
    guard parts.count == 2 else { return }
    options.append((parts[0].lowercased(), KeyValueArguments.unquote(parts[1])))
  }

  func apply(to parameters: inout ConnectionParameters) {
    for option in options {
      switch option.name {
      case "stricthostkeychecking":
        switch option.value.lowercased() {
        case "no", "off": parameters.hostKeyPolicy = .off
        case "accept-new": parameters.hostKeyPolicy = .acceptNew
        default: parameters.hostKeyPolicy = .strict
        }
      case "userknownhostsfile":
        parameters.knownHostsFiles = option.value.split(separator: " ").map { LocalFile.absolute(String($0)) }
      case "identityfile": parameters.privateKeyFiles.append(LocalFile.absolute(option.value))
      case "port": if let port = Int(option.value), (1...65_535).contains(port) { parameters.port = port }
      case "user": parameters.user = option.value
      case "connecttimeout":
        if let seconds = Int(option.value), seconds > 0 { parameters.connectTimeout = .seconds(seconds) }
      default: break
      }
    }
    parameters.privateKeyFiles += identityFiles.map { LocalFile.absolute($0) }
    if let port, (1...65_535).contains(port) { parameters.port = port }
  }
}
