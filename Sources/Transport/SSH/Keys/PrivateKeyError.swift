/// Why a private key can't be used.
enum PrivateKeyError: Error, Hashable, Sendable {
  case missing
  case unreadable(String)
  case passphraseNeeded
  case wrongPassphrase
  case unsupported(String)
  case malformed(String)

  /// What follows the file's name in a message.
  var explanation: String {
    switch self {
    case .missing: "does not exist"
    case .unreadable(let reason): "can't be read (\(reason))"
    case .passphraseNeeded: "needs a passphrase (load it into ssh-agent, or set ansible_ssh_private_key_passphrase)"
    case .wrongPassphrase: "is encrypted with another passphrase than the one given"
    case .unsupported(let what): "is \(what), which is not supported"
    case .malformed(let reason): "is not a valid private key (\(reason))"
    }
  }
}
