/// Writes JSON as Python's `json.dumps` does.
package struct JSONWriter: Sendable {
  /// Spaces a level; `nil` writes everything in one line.
  package var indent: Int?
  package var itemSeparator: String
  package var keySeparator: String
  package var sortsKeys: Bool
  /// Writes everything beyond ASCII as `\u` escapes, which is Python's default.
  package var ensuresASCII: Bool
  /// Writes secrets in the clear: only for a payload that a host or program reads, never for a sink that people read.
  package var revealsSecrets: Bool

  /// - Parameters:
  ///   - itemSeparator: Python's default is `", "`, and `","` with an indent.
  ///   - keySeparator: what stands between a key and its value.
  package init(
    indent: Int? = nil, itemSeparator: String? = nil, keySeparator: String = ": ", sortsKeys: Bool = false,
    ensuresASCII: Bool = true, revealsSecrets: Bool = false
  ) {
    self.indent = indent
    self.itemSeparator = itemSeparator ?? (indent == nil ? ", " : ",")
    self.keySeparator = keySeparator
    self.sortsKeys = sortsKeys
    self.ensuresASCII = ensuresASCII
    self.revealsSecrets = revealsSecrets
  }

  /// The text. `omit` is written as `null`.
  package func string(_ value: Value) -> String { String(decoding: bytes(value), as: UTF8.self) }

  package func bytes(_ value: Value) -> [UInt8] {
    var output = Output(writer: self)
    output.write(value)
    return output.bytes
  }

  /// The pairs in the order in which they are written.
  fileprivate func pairs(_ map: Map) -> [Map.Element] {
    sortsKeys ? map.sorted { Key.isOrdered($0.key, $1.key) } : Array(map)
  }
}

extension Key {
  /// Python's order of keys: numbers by value, strings by code points; where Python would refuse to compare, numbers come
  /// before strings and null before both.
  package static func isOrdered(_ left: Key, _ right: Key) -> Bool {
    switch (left, right) {
    case (.string(let a), .string(let b)): a.utf8.lexicographicallyPrecedes(b.utf8)
    case (.null, .null): false
    default: left.sortRank != right.sortRank ? left.sortRank < right.sortRank : left.sortNumber < right.sortNumber
    }
  }

  private var sortRank: Int {
    switch self {
    case .null: 0
    case .bool, .int, .double: 1
    case .string: 2
    }
  }

  private var sortNumber: Double {
    switch self {
    case .bool(let bool): bool ? 1 : 0
    case .int(let int): Double(int)
    case .double(let double): double
    case .null, .string: 0
    }
  }
}

/// The bytes written so far. Collections are walked with a stack of their own: a value that a template nested very deep
/// costs heap, not stack.
private struct Output {
  let writer: JSONWriter
  var bytes: [UInt8] = []

  private enum Frame {
    case list([Value], next: Int)
    case map([Map.Element], next: Int)
  }

  init(writer: JSONWriter) { self.writer = writer }

  mutating func write(_ value: Value) {
    var stack: [Frame] = []
    open(value, &stack)
    while let frame = stack.popLast() {
      switch frame {
      case .list(let list, let next):
        guard next < list.count else {
          close("]", isEmpty: list.isEmpty, depth: stack.count)
          continue
        }
        separate(isFirst: next == 0, depth: stack.count + 1)
        stack.append(.list(list, next: next + 1))
        open(list[next], &stack)
      case .map(let pairs, let next):
        guard next < pairs.count else {
          close("}", isEmpty: pairs.isEmpty, depth: stack.count)
          continue
        }
        separate(isFirst: next == 0, depth: stack.count + 1)
        stack.append(.map(pairs, next: next + 1))
        write(key: pairs[next].key)
        bytes += writer.keySeparator.utf8
        open(pairs[next].value, &stack)
      }
    }
  }

  private mutating func open(_ value: Value, _ stack: inout [Frame]) {
    switch value {
    case .null, .omit: bytes += "null".utf8
    case .bool(let bool): bytes += (bool ? "true" : "false").utf8
    case .int(let int): bytes += String(int).utf8
    case .double(let double): bytes += text(double).utf8
    case .dateTime(let time): write(time.isoText)
    case .string(let text): write(text.string)
    case .secret(let secret): write(writer.revealsSecrets ? secret.reveal() : Secret.redacted)
    case .list(let list):
      bytes.append(UInt8(ascii: "["))
      stack.append(.list(list, next: 0))
    case .map(let map):
      bytes.append(UInt8(ascii: "{"))
      stack.append(.map(writer.pairs(map), next: 0))
    }
  }

  private mutating func separate(isFirst: Bool, depth: Int) {
    if !isFirst { bytes += writer.itemSeparator.utf8 }
    breakLine(depth)
  }

  private mutating func close(_ bracket: Unicode.Scalar, isEmpty: Bool, depth: Int) {
    if !isEmpty { breakLine(depth) }
    bytes.append(UInt8(ascii: bracket))
  }

  private mutating func breakLine(_ depth: Int) {
    guard let indent = writer.indent else { return }
    bytes.append(0x0A)
    bytes.append(
      contentsOf: repeatElement(
        UInt8(ascii: " "), count: max(0, indent.multipliedReportingOverflow(by: depth).partialValue)))
  }

  private mutating func write(key: Key) {
    switch key {
    case .string(let string): write(string)
    case .int(let int): write(String(int))
    case .double(let double): write(text(double))
    case .bool(let bool): write(bool ? "true" : "false")
    case .null: write("null")
    }
  }

  private func text(_ double: Double) -> String {
    if double.isNaN { return "NaN" }
    if double.isInfinite { return double < 0 ? "-Infinity" : "Infinity" }
    return double.pythonRepr
  }

  private mutating func write(_ string: String) {
    bytes.append(UInt8(ascii: "\""))
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": bytes += #"\""#.utf8
      case "\\": bytes += #"\\"#.utf8
      case "\n": bytes += #"\n"#.utf8
      case "\r": bytes += #"\r"#.utf8
      case "\t": bytes += #"\t"#.utf8
      case "\u{8}": bytes += #"\b"#.utf8
      case "\u{C}": bytes += #"\f"#.utf8
      case " "..."~": bytes.append(UInt8(truncatingIfNeeded: scalar.value))
      default: writeUnusual(scalar)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private mutating func writeUnusual(_ scalar: Unicode.Scalar) {
    if (0x10FE00...0x10FEFF).contains(scalar.value) {
      // A byte outside UTF-8, in Python's form of it.
      writeUnit(0xDC00 + scalar.value - 0x10FE00)
    } else if scalar.value < 0x20 || writer.ensuresASCII && scalar.value < 0x10000 {
      writeUnit(scalar.value)
    } else if writer.ensuresASCII {
      writeUnit(0xD800 + (scalar.value - 0x10000) >> 10)
      writeUnit(0xDC00 + (scalar.value - 0x10000) & 0x3FF)
    } else {
      bytes.append(contentsOf: UTF8.encode(scalar).map(Array.init) ?? [])
    }
  }

  private mutating func writeUnit(_ unit: UInt32) {
    bytes += "\\u".utf8
    for shift: UInt32 in [12, 8, 4, 0] {
      let digit = UInt8(truncatingIfNeeded: unit >> shift & 0xF)
      bytes.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
    }
  }
}
