import Glibc
import Values

/// How Python writes floats.
package enum FloatText {
  /// `%.{precision}f`, `e`, `g` and their capitals, as C and Python agree on them.
  ///
  /// - Parameters:
  ///   - conversion: one of `f F e E g G`.
  ///   - precision: digits after the point (of `g`: significant digits), at most 400.
  ///   - alternate: the `#` flag.
  package static func format(_ number: Double, _ conversion: Character, precision: Int, alternate: Bool = false)
    -> String
  {
    if !number.isFinite {
      let text = number.pythonRepr
      return conversion.isUppercase ? text.uppercased() : text
    }
    let format = "%\(alternate ? "#" : "").\(min(max(precision, 0), 400))\(conversion)"
    // The longest: 309 digits before the point, the point, 400 after it and a sign.
    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 768) { buffer in
      let length = withVaList([number]) { vsnprintf(buffer.baseAddress, buffer.count, format, $0) }
      let bytes = buffer.prefix(max(0, min(Int(length), buffer.count - 1))).map { UInt8(bitPattern: $0) }
      return String(decoding: bytes, as: UTF8.self)
    }
  }
}
