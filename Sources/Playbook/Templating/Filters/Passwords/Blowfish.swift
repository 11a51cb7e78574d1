/// The cipher Blowfish in the form that bcrypt needs: a key schedule that salt and password are worked into.
struct Blowfish {
  private var schedule = Blowfish.schedule
  private var boxes = Blowfish.boxes

  /// bcrypt's expensive key schedule (Provos and Mazières, "A Future-Adaptable Password Scheme", 1999).
  init(key: [UInt8], salt: [UInt8], cost: Int) {
    expand(key: key, salt: salt)
    for _ in 0..<(1 << cost) {
      expand(key: key, salt: nil)
      expand(key: salt, salt: nil)
    }
  }

  /// Words of a byte string that starts over at its end.
  private struct Cycle {
    let bytes: [UInt8]
    var position = 0

    mutating func next() -> UInt32 {
      var word: UInt32 = 0
      for _ in 0..<4 {
        word = word << 8 | UInt32(bytes[position])
        position = position + 1 == bytes.count ? 0 : position + 1
      }
      return word
    }
  }

  private mutating func expand(key: [UInt8], salt: [UInt8]?) {
    var keys = Cycle(bytes: key)
    for index in schedule.indices { schedule[index] ^= keys.next() }
    var salts = salt.map { Cycle(bytes: $0) }
    var (left, right): (UInt32, UInt32) = (0, 0)
    for index in stride(from: 0, to: schedule.count, by: 2) {
      left ^= salts?.next() ?? 0
      right ^= salts?.next() ?? 0
      (left, right) = encrypted(left, right)
      (schedule[index], schedule[index + 1]) = (left, right)
    }
    for index in stride(from: 0, to: boxes.count, by: 2) {
      left ^= salts?.next() ?? 0
      right ^= salts?.next() ?? 0
      (left, right) = encrypted(left, right)
      (boxes[index], boxes[index + 1]) = (left, right)
    }
  }

  func encrypted(_ left: UInt32, _ right: UInt32) -> (UInt32, UInt32) {
    var (left, right) = (left, right)
    schedule.withUnsafeBufferPointer { schedule in
      boxes.withUnsafeBufferPointer { boxes in
        func mixed(_ word: UInt32) -> UInt32 {
          let sum = boxes[Int(word >> 24)] &+ boxes[256 + Int(word >> 16 & 255)]
          return (sum ^ boxes[512 + Int(word >> 8 & 255)]) &+ boxes[768 + Int(word & 255)]
        }
        for round in stride(from: 0, to: 16, by: 2) {
          left ^= schedule[round]
          right ^= mixed(left)
          right ^= schedule[round + 1]
          left ^= mixed(right)
        }
        left ^= schedule[16]
        right ^= schedule[17]
      }
    }
    return (right, left)
  }
}
