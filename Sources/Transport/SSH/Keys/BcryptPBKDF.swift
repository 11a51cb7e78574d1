import Crypto

/// The key derivation of encrypted OpenSSH keys: PBKDF2's frame around a hash made of Blowfish (OpenBSD's bcrypt_pbkdf).
///
/// Slow by intent (0.1 s with ssh-keygen's defaults): never to be called on an event loop.
enum BcryptPBKDF {
  static func derive(passphrase: [UInt8], salt: [UInt8], rounds: Int, count: Int) -> [UInt8] {
    let secret = Array(SHA512.hash(data: passphrase))
    let blockCount = (count + 31) / 32
    // Block by block the bytes are dealt out over the whole key, so that all rounds are needed for any part of it.
    var key = [UInt8](repeating: 0, count: count)
    for block in 0..<blockCount {
      let number = UInt32(truncatingIfNeeded: block + 1)
      let numberBytes = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> UInt32($0)) }
      var round = hash(secret, salt: Array(SHA512.hash(data: salt + numberBytes)))
      var sum = round
      for _ in 1..<max(1, rounds) {
        round = hash(secret, salt: Array(SHA512.hash(data: round)))
        for index in sum.indices { sum[index] ^= round[index] }
      }
      for (index, byte) in sum.enumerated() {
        let position = index * blockCount + block
        if position < count { key[position] = byte }
      }
    }
    return key
  }

  /// Both arguments are 64 bytes; the answer is 32.
  private static func hash(_ secret: [UInt8], salt: [UInt8]) -> [UInt8] {
    var cipher = Blowfish()
    cipher.expand(key: secret, salt: salt)
    for _ in 0..<64 {
      cipher.expand(key: salt)
      cipher.expand(key: secret)
    }
    var words = Blowfish.words(of: Array("OxychromaticBlowfishSwatDynamite".utf8))
    for _ in 0..<64 {
      for index in stride(from: 0, to: words.count, by: 2) {
        (words[index], words[index + 1]) = cipher.encrypt(words[index], words[index + 1])
      }
    }
    return words.flatMap { word in [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: word >> UInt32($0)) } }
  }
}
