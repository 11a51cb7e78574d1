/// Bruce Schneier's block cipher, as bcrypt uses it: with a salted key schedule.
struct Blowfish {
  private var subkeys = Blowfish.initialSubkeys
  /// The four boxes in one row.
  private var boxes = Blowfish.initialBoxes

  func encrypt(_ left: UInt32, _ right: UInt32) -> (UInt32, UInt32) {
    boxes.withUnsafeBufferPointer { boxes in
      subkeys.withUnsafeBufferPointer { subkeys in
        var (left, right) = (left, right)
        for round in 0..<16 {
          left ^= subkeys[round]
          let mixed =
            ((boxes[Int(left >> 24)] &+ boxes[256 + Int(left >> 16 & 255)]) ^ boxes[512 + Int(left >> 8 & 255)])
            &+ boxes[768 + Int(left & 255)]
          right ^= mixed
          (left, right) = (right, left)
        }
        return (right ^ subkeys[17], left ^ subkeys[16])
      }
    }
  }

  /// Mixes a key into the schedule, with a salt or without.
  mutating func expand(key: [UInt8], salt: [UInt8] = []) {
    let keyWords = Blowfish.words(of: key)
    let saltWords = Blowfish.words(of: salt)
    guard !keyWords.isEmpty else { return }
    for index in subkeys.indices { subkeys[index] ^= keyWords[index % keyWords.count] }
    var (left, right): (UInt32, UInt32) = (0, 0)
    var position = 0
    func salted(_ word: UInt32) -> UInt32 {
      guard !saltWords.isEmpty else { return word }
      defer { position = (position + 1) % saltWords.count }
      return word ^ saltWords[position]
    }
    for index in stride(from: 0, to: subkeys.count, by: 2) {
      (left, right) = encrypt(salted(left), salted(right))
      (subkeys[index], subkeys[index + 1]) = (left, right)
    }
    for index in stride(from: 0, to: boxes.count, by: 2) {
      (left, right) = encrypt(salted(left), salted(right))
      (boxes[index], boxes[index + 1]) = (left, right)
    }
  }

  /// Four bytes to a word, the first the highest.
  static func words(of bytes: [UInt8]) -> [UInt32] {
    stride(from: 0, to: bytes.count - bytes.count % 4, by: 4).map { start in
      bytes[start..<(start + 4)].reduce(0) { $0 << 8 | UInt32($1) }
    }
  }
}
