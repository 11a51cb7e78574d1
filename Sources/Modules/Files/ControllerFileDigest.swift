import Crypto
import Glibc
import Values

/// Digests of files on the controller.
package enum ControllerFileDigest {
  /// SHA-1 in hexadecimal; `nil` when the file is not there or can't be read.
  package static func sha1(of path: String) -> String? { digest(of: path, Insecure.SHA1()) }

  /// MD5 in hexadecimal; `nil` as above.
  package static func md5(of path: String) -> String? { digest(of: path, Insecure.MD5()) }

  private static func digest(of path: String, _ empty: some HashFunction) -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var hash = empty
    var buffer = [UInt8](repeating: 0, count: 1 << 18)
    while true {
      let count = read(descriptor, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { return nil }
      if count == 0 { return Digest.hex(hash.finalize()) }
      hash.update(data: buffer[..<count])
    }
  }
}
