/// A name that a template uses, by its number in `Names`: to compare two costs nothing, to copy one neither.
struct Name: Hashable {
  private let number32: UInt32

  var number: Int { Int(number32) }

  init(number: Int) { number32 = UInt32(truncatingIfNeeded: number) }

  static let loop = Name(number: 0)
  static let caller = Name(number: 1)
  static let varargs = Name(number: 2)
  static let kwargs = Name(number: 3)
  static let `super` = Name(number: 4)
  static let `self` = Name(number: 5)
}

/// The names that occur in a template, each kept once.
struct Names {
  private var strings: [String]
  private var keys: [NameKey] = []
  /// The numbers of names by their hash; where two share one, the second comes after the first. Negative where free.
  private var table: [Int32] = Array(repeating: -1, count: 64)

  /// The names that the compiler asks for come first.
  init() { self = Names.wellKnown }

  private static let wellKnown: Names = {
    var names = Names(strings: [])
    for name in ["loop", "caller", "varargs", "kwargs", "super", "self"] {
      let bytes = Array(name.utf8)
      _ = names.intern(bytes.indices, of: bytes, NameKey(bytes[...]))
    }
    return names
  }()

  private init(strings: [String]) { self.strings = strings }

  subscript(name: Name) -> String { strings[name.number] }

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
