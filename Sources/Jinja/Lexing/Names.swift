/// A name that a template uses, by its number in `Names`: to compare two costs nothing, to copy one neither.
struct Name: Hashable {
  private let number32: UInt32

  var number: Int { Int(number32) }

  init(number: Int) { number32 = UInt32(truncatingIfNeeded: number) }

  // What the compiler asks for by itself. `Names` begins with these.
  static let loop = Name(number: 0)
  static let caller = Name(number: 1)
  static let varargs = Name(number: 2)
  static let kwargs = Name(number: 3)
  static let `super` = Name(number: 4)
  static let `self` = Name(number: 5)
}

/// The names that occur in a template, each kept once.
struct Names {
  private var strings: [String] = []
  private var keys: [NameKey] = []
  /// The numbers of names by their hash; where two share one, the second comes after the first. Negative where free.
  private var table: [Int32] = Array(repeating: -1, count: 256)

  /// Every template's names begin with those that the compiler asks for and the words of the grammar.
  init() { self = Names.wellKnown }

  private static let special = ["loop", "caller", "varargs", "kwargs", "super", "self"]
  private static let words: [Word] = special.map { _ in .other } + Word.allCases.filter { $0 != .other }
  private static let wellKnown = Names(known: special + words.map(\.rawValue).filter { !$0.isEmpty })

  private init(known: [String]) {
    for name in known {
      let bytes = Array(name.utf8)
      var key = NameKey()
      for byte in bytes { key.append(byte) }
      _ = intern(bytes.indices, of: bytes, key)
    }
  }

  subscript(name: Name) -> String { strings[name.number] }

  /// The word that a name is.
  static func word(_ name: Name) -> Word { name.number < words.count ? words[name.number] : .other }

  /// The name that stands in a part of a text.
  mutating func intern(_ range: Range<Int>, of bytes: [UInt8], _ key: NameKey) -> Name {
    var slot = Int(truncatingIfNeeded: key.hash & UInt64(table.count - 1))
    while table[slot] >= 0 {
      let number = Int(table[slot])
      if keys[number] == key, key.isWhole || strings[number].utf8.elementsEqual(bytes[range]) {
        return Name(number: number)
      }
      slot = (slot + 1) & (table.count - 1)
    }
    table[slot] = Int32(truncatingIfNeeded: keys.count)
    keys.append(key)
    strings.append(String(decoding: bytes[range], as: UTF8.self))
    if keys.count * 2 > table.count { grow() }
    return Name(number: keys.count - 1)
  }

  private mutating func grow() {
    table = Array(repeating: -1, count: table.count * 2)
    for (number, key) in keys.enumerated() {
      var slot = Int(truncatingIfNeeded: key.hash & UInt64(table.count - 1))
      while table[slot] >= 0 { slot = (slot + 1) & (table.count - 1) }
      table[slot] = Int32(truncatingIfNeeded: number)
    }
  }
}

/// A name's first sixteen bytes and its length: all of a name that is no longer, and quick to compare.
struct NameKey: Equatable {
  private var length = 0
  private var head: UInt64 = 0
  private var tail: UInt64 = 0

  @inline(__always)
  mutating func append(_ byte: UInt8) {
    if length < 8 { head = head << 8 | UInt64(byte) } else if length < 16 { tail = tail << 8 | UInt64(byte) }
    length += 1
  }

  /// Whether it holds every byte of the name.
  var isWhole: Bool { length <= 16 }

  /// A number that spreads names over a table. The factors are as secret as the hashes of the standard library, so that nobody
  /// can write names that all collide.
  var hash: UInt64 {
    let factors = NameKey.factors
    let sum = (head &* factors.head) ^ (tail &* factors.tail) ^ (UInt64(truncatingIfNeeded: length) << 56)
    return sum ^ (sum >> 29) ^ (sum >> 47)
  }

  private static let factors = (head: factor(1), tail: factor(2))

  private static func factor(_ number: Int) -> UInt64 { UInt64(truncatingIfNeeded: number.hashValue) | 1 }
}
