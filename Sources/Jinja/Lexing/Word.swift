/// The names that the grammar knows. They are names like any other too: a variable may be called `block`.
enum Word: String, CaseIterable {
  /// Any other name.
  case other = ""
  case and, or, not, `in`, `is`, `if`, `else`, elif, endif
  case `for`, endfor, recursive
  case set, endset, with, endwith, without
  case macro, endmacro, call, endcall, filter, endfilter
  case block, endblock, scoped, required
  case extends, include, ignore, missing, context, `import`, from, `as`
  case `do`, `break`, `continue`, print, autoescape, endautoescape
  case `true`, `false`, none
  case capitalTrue = "True"
  case capitalFalse = "False"
  case capitalNone = "None"

  /// The words by their length.
  private static let byLength: [[(key: NameKey, word: Word)]] = {
    var table: [[(key: NameKey, word: Word)]] = []
    for word in allCases where word != .other {
      let bytes = Array(word.rawValue.utf8)
      while table.count <= bytes.count { table.append([]) }
      table[bytes.count].append((NameKey(bytes[...]), word))
    }
    return table
  }()

  /// The word that a name is.
  init(_ key: NameKey) {
    self = .other
    guard key.length < Word.byLength.count else { return }
    for candidate in Word.byLength[key.length] where candidate.key == key { self = candidate.word }
  }
}

/// A name's first sixteen bytes and its length: all of a name that is no longer, and quick to compare.
struct NameKey: Equatable {
  private(set) var length = 0
  private var head: UInt64 = 0
  private var tail: UInt64 = 0

  init() {}

  init(_ bytes: ArraySlice<UInt8>) {
    for byte in bytes { append(byte) }
  }

  @inline(__always)
  mutating func append(_ byte: UInt8) {
    if length < 8 { head = head << 8 | UInt64(byte) } else if length < 16 { tail = tail << 8 | UInt64(byte) }
    length += 1
  }

  /// Whether it holds every byte of the name.
  var isWhole: Bool { length <= 16 }

  /// A number that spreads names over a table. The factors are secret, so that nobody can write names that all collide.
  var hash: UInt64 {
    let sum = (head &* NameKey.factors.0) ^ (tail &* NameKey.factors.1) ^ (UInt64(truncatingIfNeeded: length) << 56)
    return sum ^ (sum >> 29) ^ (sum >> 47)
  }

  private static let factors = (UInt64.random(in: .min ... .max) | 1, UInt64.random(in: .min ... .max) | 1)
}
