import Values

enum NumberMethods {
  static let floats: [String: Methods.Body] = Dictionary(uniqueKeysWithValues: shared)
  static let integers = Dictionary(uniqueKeysWithValues: shared + integersOnly)

  private static let shared: [(String, Methods.Body)] = [
    method("is_integer", "()") { object, _ in .bool(object.double.map { $0 == $0.rounded() } ?? false) },
    method("conjugate", "()") { object, _ in object },
  ]

  private static let integersOnly: [(String, Methods.Body)] = [
    method("bit_length", "()") { object, _ in
      .int(Int.bitWidth - (object.int ?? 0).magnitude.leadingZeroBitCount)
    },
    method("bit_count", "()") { object, _ in .int((object.int ?? 0).magnitude.nonzeroBitCount) },
    bitwise("__and__") { $0 & $1 },
    bitwise("__or__") { $0 | $1 },
    bitwise("__xor__") { $0 ^ $1 },
    bitwise("__rshift__") { $1 < 0 ? nil : $0 >> $1 },
    bitwise("__lshift__") { value, shift in
      guard shift >= 0, shift < 64 else { return value == 0 ? 0 : nil }
      let result = value << shift
      return result >> shift == value ? result : nil
    },
  ]

  private static func bitwise(_ name: String, _ operation: @escaping @Sendable (Int, Int) -> Int?)
    -> (String, Methods.Body)
  {
    method(name, "(other)") { object, call in
      guard let left = object.int else { throw call.failure("'\(object.typeName)' object has no attribute '\(name)'") }
      guard let result = operation(left, try call.int(0)) else { throw Operators.overflowed }
      return .int(result)
    }
  }
}
