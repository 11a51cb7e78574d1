import Crypto
import Jinja

/// Python's `random.Random`: the Mersenne Twister MT19937 (Matsumoto and Nishimura, 1998), seeded as Python seeds it.
///
/// Playbooks spread cron jobs with `60 | random(seed=inventory_hostname)`: another generator would move every job.
struct PythonRandom {
  private var state = [UInt32](repeating: 0, count: 624)
  private var position = 624

  /// Python's generator for a seed; `nil` for types that Python refuses.
  init?(seed: Object) {
    switch seed {
    case .int(let int): self.init(words: PythonRandom.words(of: UInt64(int.magnitude)))
    case .bool(let bool): self.init(words: [bool ? 1 : 0])
    case .double(let double): self.init(words: PythonRandom.words(of: PythonRandom.hash(of: double)))
    default:
      guard let text = seed.string else { return nil }
      self.init(text)
    }
  }

  /// `random.Random('text')`.
  init(_ text: String) {
    let bytes = Array(text.utf8)
    // The bytes and their digest, read as one big-endian number; its words count from the least.
    let number = bytes + Array(SHA512.hash(data: bytes))
    var words: [UInt32] = []
    for end in stride(from: number.count, to: 0, by: -4) {
      words.append(number[max(end - 4, 0)..<end].reduce(0) { $0 << 8 | UInt32($1) })
    }
    while words.count > 1, words.last == 0 { words.removeLast() }
    self.init(words: words)
  }

  private static func words(of number: UInt64) -> [UInt32] {
    let high = UInt32(truncatingIfNeeded: number >> 32)
    return [UInt32(truncatingIfNeeded: number)] + (high == 0 ? [] : [high])
  }

  /// Python's `hash(float)`: the number modulo 2^61 - 1.
  private static func hash(of double: Double) -> UInt64 {
    guard double.isFinite else { return double.isNaN ? 0 : double > 0 ? 314_159 : UInt64(bitPattern: -314_159) }
    let prime: UInt64 = (1 << 61) - 1
    var exponent = double == 0 ? 0 : Int(double.exponent) + 1
    var fraction = double.magnitude / Double(sign: .plus, exponent: exponent, significand: 1)
    var result: UInt64 = 0
    while fraction != 0 {
      result = ((result << 28) & prime) | result >> 33
      fraction *= 268_435_456
      exponent -= 28
      let whole = fraction.rounded(.down)
      fraction -= whole
      result += UInt64(whole)
      if result >= prime { result -= prime }
    }
    exponent = exponent >= 0 ? exponent % 61 : 60 - (-1 - exponent) % 61
    result = ((result << UInt64(exponent)) & prime) | result >> UInt64(61 - exponent)
    let signed = double < 0 ? -Int64(result) : Int64(result)
    return UInt64(bitPattern: signed == -1 ? -2 : signed)
  }

  private init(words: [UInt32]) {
    state[0] = 19_650_218
    for index in 1..<624 {
      state[index] = 1_812_433_253 &* (state[index - 1] ^ (state[index - 1] >> 30)) &+ UInt32(index)
    }
    var (place, word) = (1, 0)
    func advance(_ state: inout [UInt32]) {
      place += 1
      if place >= 624 {
        state[0] = state[623]
        place = 1
      }
    }
    for _ in 0..<max(624, words.count) {
      let mixed = (state[place - 1] ^ (state[place - 1] >> 30)) &* 1_664_525
      state[place] = (state[place] ^ mixed) &+ words[word] &+ UInt32(truncatingIfNeeded: word)
      advance(&state)
      word = word + 1 >= words.count ? 0 : word + 1
    }
    for _ in 0..<623 {
      let mixed = (state[place - 1] ^ (state[place - 1] >> 30)) &* 1_566_083_941
      state[place] = (state[place] ^ mixed) &- UInt32(place)
      advance(&state)
    }
    state[0] = 0x8000_0000
  }

  private mutating func next() -> UInt32 {
    if position >= 624 {
      for index in 0..<624 {
        let joined = (state[index] & 0x8000_0000) | (state[(index + 1) % 624] & 0x7FFF_FFFF)
        state[index] = state[(index + 397) % 624] ^ (joined >> 1) ^ (joined & 1 == 0 ? 0 : 0x9908_B0DF)
      }
      position = 0
    }
    var word = state[position]
    position += 1
    word ^= word >> 11
    word ^= (word << 7) & 0x9D2C_5680
    word ^= (word << 15) & 0xEFC6_0000
    return word ^ (word >> 18)
  }

  private mutating func bits(_ count: Int) -> UInt64 {
    if count <= 32 { return UInt64(next() >> UInt32(32 - count)) }
    let low = UInt64(next())
    return low | UInt64(next() >> UInt32(64 - count)) << 32
  }

  /// A number from 0 up to, but without, `limit`, which must be positive.
  mutating func below(_ limit: Int) -> Int {
    let width = Int.bitWidth - limit.leadingZeroBitCount
    while true {
      let number = bits(width)
      if number < UInt64(limit) { return Int(number) }
    }
  }

  /// `random.shuffle`.
  mutating func shuffle<Element>(_ list: inout [Element]) {
    for index in stride(from: list.count - 1, to: 0, by: -1) { list.swapAt(index, below(index + 1)) }
  }
}
