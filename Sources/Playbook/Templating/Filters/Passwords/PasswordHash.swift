import Crypto
import Values

/// The hashes of passwords that `/etc/shadow` holds.
///
/// They are our own code over swift-crypto's digests: crypt(3) knows only some of them on each system (musl and macOS have
/// no bcrypt, macOS only DES), and its library's name differs between distributions, so that a program linked with
/// Debian's would not start on Fedora.
enum PasswordScheme: String, CaseIterable {
  case md5 = "md5_crypt"
  case blowfish = "bcrypt"
  case sha256 = "sha256_crypt"
  case sha512 = "sha512_crypt"

  /// - Parameter name: as `password_hash` and `password` know it: `sha512` or `sha512_crypt`.
  init(named name: String) throws(Diagnostic) {
    let short = ["md5": "md5_crypt", "blowfish": "bcrypt", "sha256": "sha256_crypt", "sha512": "sha512_crypt"]
    guard let scheme = PasswordScheme(rawValue: short[name] ?? name) else {
      let names = ["md5", "blowfish", "sha256", "sha512"]
      throw Diagnostic(
        .template, "'\(name)' is no known way to hash passwords.",
        help: Suggestion.help(for: name, in: names) ?? "Known are \(names.joined(separator: ", ")).")
    }
    self = scheme
  }

  /// How many characters a salt of its own making has; the longest salt that it takes.
  var saltLength: Int {
    switch self {
    case .md5: 8
    case .blowfish: 22
    case .sha256, .sha512: 16
    }
  }

  private var rounds: (allowed: ClosedRange<Int>, usual: Int)? {
    switch self {
    case .md5: nil
    case .blowfish: (4...31, 12)
    case .sha256: (1000...999_999_999, 535_000)
    case .sha512: (1000...999_999_999, 656_000)
    }
  }

  /// - Parameters:
  ///   - salt: `nil`: a random one.
  ///   - saltSize: the length of the random salt.
  ///   - rounds: how often the work is repeated, for bcrypt as a power of two; `nil`: as ansible has it.
  ///   - ident: bcrypt's version: 2, 2a, 2b or 2y.
  /// - Throws: `.template` for a salt or number of rounds that the scheme does not know.
  func hash(_ password: String, salt: String? = nil, saltSize: Int? = nil, rounds: Int? = nil, ident: String? = nil)
    throws(Diagnostic) -> String
  {
    let bytes = Array(password.utf8)
    guard !bytes.contains(0) else { throw failure("takes no password with a NUL character in it") }
    let salt = try checked(salt ?? Self.randomSalt(length: saltSize ?? saltLength))
    if let rounds, let allowed = self.rounds?.allowed, !allowed.contains(rounds) {
      throw failure("takes from \(allowed.lowerBound) to \(allowed.upperBound) rounds, not \(rounds)")
    }
    let count = rounds ?? self.rounds?.usual ?? 0
    switch self {
    case .md5: return MD5Crypt.hash(bytes, salt: salt)
    case .sha256: return SHACrypt<SHA256>(id: "5", order: SHACryptOrder.sha256).hash(bytes, salt: salt, rounds: count)
    case .sha512: return SHACrypt<SHA512>(id: "6", order: SHACryptOrder.sha512).hash(bytes, salt: salt, rounds: count)
    case .blowfish:
      let ident = ident ?? "2b"
      guard ["2", "2a", "2b", "2y"].contains(ident) else {
        throw failure("knows the versions 2, 2a, 2b and 2y, not '\(ident)'")
      }
      return try Bcrypt.hash(bytes, salt: salt, cost: count, ident: ident)
    }
  }

  private func checked(_ salt: String) throws(Diagnostic) -> String {
    guard salt.utf8.allSatisfy(CryptDigits.isDigit) else {
      throw failure("takes a salt of the characters A-Z, a-z, 0-9, '.' and '/' only")
    }
    let isWrong = self == .blowfish ? salt.utf8.count != saltLength : salt.utf8.count > saltLength
    if isWrong {
      throw failure(
        "takes a salt of \(self == .blowfish ? "exactly" : "at most") \(saltLength) characters, not \(salt.utf8.count)")
    }
    return salt
  }

  private func failure(_ message: String) -> Diagnostic { Diagnostic(.template, "\(rawValue) \(message)") }

  static func randomSalt(length: Int) -> String {
    var generator = SystemRandomNumberGenerator()
    return String(
      decoding: (0..<max(length, 0)).map { _ in CryptDigits.alphabet[Int.random(in: 0..<64, using: &generator)] },
      as: UTF8.self)
  }
}

/// crypt(3)'s base 64: its own alphabet, least digits first.
enum CryptDigits {
  static let alphabet = Array("./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)

  static func isDigit(_ byte: UInt8) -> Bool { alphabet.contains(byte) }

  /// The bytes at the given places, three by three with the first as the most significant.
  static func encode(_ bytes: [UInt8], order: [[Int]]) -> String {
    var text: [UInt8] = []
    for group in order {
      var word = group.reduce(UInt32(0)) { $0 << 8 | UInt32(bytes[$1]) }
      for _ in 0...group.count {
        text.append(alphabet[Int(word & 63)])
        word >>= 6
      }
    }
    return String(decoding: text, as: UTF8.self)
  }
}
