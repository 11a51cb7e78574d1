import Synchronization
import Values

/// Reads and decrypts each private key once a process, however many hosts want it: decrypting takes 0.1 s of a processor.
final class KeyStore: Sendable {
  static let shared = KeyStore()

  private struct Request: Hashable {
    var path: String
    var passphrase: Secret?
  }

  private let keys = Mutex<[Request: Result<PrivateKey, PrivateKeyError>]>([:])

  /// Blocks its thread, also while another one decrypts the same key.
  func key(at path: String, passphrase: Secret?) -> Result<PrivateKey, PrivateKeyError> {
    let request = Request(path: path, passphrase: passphrase)
    return keys.withLock { keys in
      if let known = keys[request] { return known }
      let result: Result<PrivateKey, PrivateKeyError>
      do throws(PrivateKeyError) {
        result = .success(try Self.load(path, passphrase: passphrase))
      } catch {
        result = .failure(error)
      }
      switch result {
      // A file that could not be read may be there for the next host.
      case .failure(.missing), .failure(.unreadable): break
      default: keys[request] = result
      }
      return result
    }
  }

  private static func load(_ path: String, passphrase: Secret?) throws(PrivateKeyError) -> PrivateKey {
    let content: [UInt8]
    do {
      content = try LocalFile.read(path)
    } catch {
      throw error.isMissing ? .missing : .unreadable(error.text)
    }
    return try PrivateKeyFile.parse(content, passphrase: passphrase.map { Array($0.reveal().utf8) })
  }
}
