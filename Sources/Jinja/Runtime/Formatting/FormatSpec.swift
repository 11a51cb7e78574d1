import Values

/// Python's format mini-language: `[[fill]align][sign][#][0][width][,][.precision][type]`.
struct FormatSpec {
  var fill: Unicode.Scalar = " "
  var align: Unicode.Scalar?
  var sign: Unicode.Scalar = "-"
  var alternate = false
  var width = 0
  var grouping: Unicode.Scalar?
  var precision: Int?
  var type: Unicode.Scalar?

  private let isEmpty: Bool

  init(_ text: String) throws {
    isEmpty = text.isEmpty
    var scalars = text.unicodeScalars[...]
    func isAlign(_ scalar: Unicode.Scalar?) -> Bool { scalar.map { "<>=^".unicodeScalars.contains($0) } ?? false }
    if isAlign(scalars.dropFirst().first), let first = scalars.first {
      fill = first
      align = scalars.dropFirst().first
      scalars = scalars.dropFirst(2)
    } else if isAlign(scalars.first) {
      align = scalars.popFirst()
    }
    if let first = scalars.first, "+- ".unicodeScalars.contains(first) {
      sign = first
      scalars.removeFirst()
    }
    if scalars.first == "#" {
      alternate = true
      scalars.removeFirst()
    }
    if scalars.first == "0" {
      if align == nil {
        fill = "0"
        align = "="
      }
      scalars.removeFirst()
    }
    width = try FormatSpec.number(&scalars) ?? 0
    if let first = scalars.first, first == "," || first == "_" {
      grouping = first
      scalars.removeFirst()
    }
    if scalars.first == "." {
      scalars.removeFirst()
      guard let digits = try FormatSpec.number(&scalars) else {
        throw Diagnostic(.template, "Format specifier missing precision")
      }
      precision = digits
    }
    type = scalars.popFirst()
    guard scalars.isEmpty else { throw Diagnostic(.template, "Invalid format specifier '\(text)'") }
  }

  private static func number(_ scalars: inout Substring.UnicodeScalarView) throws -> Int? {
    var digits = ""
    while let first = scalars.first, ("0"..."9").contains(first) {
      digits.unicodeScalars.append(first)
      scalars.removeFirst()
    }
    if digits.isEmpty { return nil }
    guard let number = Int(digits), number < 1 << 40 else {
      throw Diagnostic(.template, "Too many decimal digits in format string")
    }
    return number
  }

  func format(_ object: Object, in scope: Scope) throws -> String {
    try scope.runtime.checkSize(max(width, precision ?? 0))
    switch object {
    case .int(let int): return try format(int: int, of: object)
    case .bool(let bool):
      return isEmpty ? try object.text() : try format(int: bool ? 1 : 0, of: object)
    case .double(let double): return try format(double: double, of: object)
    case .string, .secret: return try format(text: object.string ?? "")
    case .undefined(let undefined): throw undefined.error()
    default:
      guard isEmpty else {
        throw Diagnostic(.template, "unsupported format string passed to \(object.typeName).__format__")
      }
      return try object.text()
    }
  }

  private func format(text: String) throws -> String {
    if let grouping { throw Diagnostic(.template, "Cannot specify '\(grouping)' with 's'.") }
    guard type == nil || type == "s" else { throw unknownType("str") }
    guard sign == "-" else { throw Diagnostic(.template, "Sign not allowed in string format specifier") }
    guard !alternate else {
      throw Diagnostic(.template, "Alternate form (#) not allowed in string format specifier")
    }
    guard align != "=" || fill == "0" else {
      throw Diagnostic(.template, "'=' alignment not allowed in string format specifier")
    }
    let cut = precision.map { String(scalars: text.unicodeScalars.prefix($0)) } ?? text
    return padded("", cut, align == nil || align == "=" ? "<" : align ?? "<")
  }

  private func format(int: Int, of object: Object) throws -> String {
    if let type, "eEfFgG%".unicodeScalars.contains(type) { return try format(double: Double(int), of: object) }
    let magnitude = int.magnitude
    let (prefix, digits): (String, String)
    switch type {
    case nil, "d", "n": (prefix, digits) = ("", String(magnitude))
    case "b": (prefix, digits) = ("0b", String(magnitude, radix: 2))
    case "o": (prefix, digits) = ("0o", String(magnitude, radix: 8))
    case "x": (prefix, digits) = ("0x", String(magnitude, radix: 16))
    case "X": (prefix, digits) = ("0X", String(magnitude, radix: 16, uppercase: true))
    case "c": (prefix, digits) = ("", UInt32(exactly: int).flatMap(Unicode.Scalar.init).map(String.init) ?? "")
    default: throw unknownType(object.typeName)
    }
    guard precision == nil else { throw Diagnostic(.template, "Precision not allowed in integer format specifier") }
    let every = type == nil || type == "d" ? 3 : 4
    return padded(signText(int < 0) + (alternate ? prefix : ""), grouped(digits, every: every), align ?? ">")
  }

  private func format(double: Double, of object: Object) throws -> String {
    var digits: String
    let magnitude = double.magnitude
    switch type {
    case nil:
      digits = precision.map { Self.general(magnitude, $0) } ?? magnitude.pythonRepr
    case "e", "E", "f", "F", "g", "G":
      digits = FloatText.format(
        magnitude, type.map(Character.init) ?? "f",
        precision: type == "g" || type == "G" ? max(precision ?? 6, 1) : precision ?? 6,
        alternate: alternate)
    case "%": digits = FloatText.format(magnitude * 100, "f", precision: precision ?? 6) + "%"
    case "n": digits = FloatText.format(magnitude, "g", precision: max(precision ?? 6, 1))
    default: throw unknownType(object.typeName)
    }
    if grouping != nil {
      let whole = digits.prefix { $0.isNumber }
      digits = grouped(String(whole), every: 3) + digits.dropFirst(whole.count)
    }
    return padded(signText(double.sign == .minus && !double.isNaN), digits, align ?? ">")
  }

  /// A precision without a type: like `g`, but a whole number keeps one digit after the point.
  private static func general(_ number: Double, _ precision: Int) -> String {
    let text = FloatText.format(number, "g", precision: max(precision, 1))
    return text.contains { ".en".contains($0) } ? text : text + ".0"
  }

  private func signText(_ isNegative: Bool) -> String { isNegative ? "-" : sign == "-" ? "" : String(sign) }

  private func grouped(_ digits: String, every: Int) -> String {
    guard let grouping else { return digits }
    var result: [Unicode.Scalar] = []
    for (index, digit) in digits.unicodeScalars.reversed().enumerated() {
      if index > 0, index % every == 0 { result.append(grouping) }
      result.append(digit)
    }
    return String(scalars: result.reversed())
  }

  private func padded(_ prefix: String, _ body: String, _ align: Unicode.Scalar) -> String {
    let missing = max(0, width - prefix.scalarCount - body.scalarCount)
    func fill(_ count: Int) -> String { String(scalars: repeatElement(self.fill, count: count)) }
    return switch align {
    case "<": prefix + body + fill(missing)
    case "^": fill(missing / 2) + prefix + body + fill(missing - missing / 2)
    case "=": prefix + fill(missing) + body
    default: fill(missing) + prefix + body
    }
  }

  private func unknownType(_ typeName: String) -> Diagnostic {
    Diagnostic(
      .template,
      "Unknown format code '\(type.map { String($0) } ?? "")' for object of type '\(typeName)'")
  }
}
