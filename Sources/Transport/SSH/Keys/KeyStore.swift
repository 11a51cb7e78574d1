import Values

/// Reads and decrypts each private key once a process, however many hosts want it: decrypting takes 0.1 s of a processor.
actor KeyStore {
  static let shared = KeyStore()

  private struct Request: Hashable {
    var path: String
    var passphrase: Secret?
  }

  private var keys: [Request: Task<Result<PrivateKey, PrivateKeyError>, Never>] = [:]

  func key(at path: String, passphrase: Secret?) async -> Result<PrivateKey, PrivateKeyError> {
    let request = Request(path: path, passphrase: passphrase)
    if let known = keys[request] { return await known.value }
    let task = Task.detached { () -> Result<PrivateKey, PrivateKeyError> in
      do throws(PrivateKeyError) {
        return .success(try Self.load(path, passphrase: passphrase))
      } catch {
        return .failure(error)
      }
    }
    keys[request] = task
    let result = await task.value
    // A file that could not be read may be there for the next host.
    if case .failure(.missing) = result { keys[request] = nil }
    if case .failure(.unreadable) = result { keys[request] = nil }
    return result
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
