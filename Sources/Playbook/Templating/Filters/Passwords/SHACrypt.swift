import Crypto

/// `$5$` and `$6$` (Ulrich Drepper, "Unix crypt using SHA-256 and SHA-512", 2008).
struct SHACrypt<Function: HashFunction> {
  let id: String
  /// The order in which the digest's bytes are written.
  let order: [[Int]]

  func hash(_ password: [UInt8], salt: String, rounds: Int) -> String {
    let saltBytes = Array(salt.utf8)
    let size = Function.Digest.byteCount
    func repeated(_ digest: [UInt8], to count: Int) -> [UInt8] { (0..<count).map { digest[$0 % size] } }

    let alternate = Array(Function.hash(data: password + saltBytes + password))
    var first = Function()
    first.update(data: password + saltBytes + repeated(alternate, to: password.count))
    var bits = password.count
    while bits > 0 {
      first.update(data: bits & 1 == 1 ? alternate : password)
      bits >>= 1
    }
    var digest = Array(first.finalize())

    let passwordBlock = repeated(
      Array(Function.hash(data: Array(repeatElement(password, count: password.count).joined()))), to: password.count)
    let saltCopies = repeatElement(saltBytes, count: 16 + Int(digest[0])).joined()
    let saltBlock = repeated(Array(Function.hash(data: Array(saltCopies))), to: saltBytes.count)
    for round in 0..<rounds {
      var next = Function()
      next.update(data: round & 1 == 1 ? passwordBlock : digest)
      if round % 3 != 0 { next.update(data: saltBlock) }
      if round % 7 != 0 { next.update(data: passwordBlock) }
      next.update(data: round & 1 == 1 ? digest : passwordBlock)
      digest = Array(next.finalize())
    }
    let count = rounds == 5000 ? "" : "rounds=\(rounds)$"
    return "$\(id)$\(count)\(salt)$\(CryptDigits.encode(digest, order: order))"
  }
}

enum SHACryptOrder {
  static let sha256: [[Int]] =
    (0..<10).map { step in [0, 10, 20].map { ($0 + 21 * step) % 30 } } + [[31, 30]]
  static let sha512: [[Int]] =
    (0..<21).map { step in [0, 21, 42].map { ($0 + 22 * step) % 63 } } + [[63]]
}

/// `$1$` (Poul-Henning Kamp, FreeBSD 2.0).
enum MD5Crypt {
  static func hash(_ password: [UInt8], salt: String) -> String {
    let saltBytes = Array(salt.utf8)
    func md5(_ bytes: [UInt8]) -> [UInt8] { Array(Insecure.MD5.hash(data: bytes)) }
    let alternate = md5(password + saltBytes + password)
    var start = password + Array("$1$".utf8) + saltBytes + password.indices.map { alternate[$0 % 16] }
    var bits = password.count
    while bits > 0 {
      start.append(bits & 1 == 1 ? 0 : password[0])
      bits >>= 1
    }
    var digest = md5(start)
    for round in 0..<1000 {
      var next = round & 1 == 1 ? password : digest
      if round % 3 != 0 { next += saltBytes }
      if round % 7 != 0 { next += password }
      next += round & 1 == 1 ? digest : password
      digest = md5(next)
    }
    let order = [[0, 6, 12], [1, 7, 13], [2, 8, 14], [3, 9, 15], [4, 10, 5], [11]]
    return "$1$\(salt)$\(CryptDigits.encode(digest, order: order))"
  }
}
