import Jinja
import Values

/// Sizes with units, by ansible's rules: powers of 1024; `B` counts bytes and `b` bits.
enum SizeText {
  private static let units: [(letter: String, factor: Double, name: String)] = [
    ("Y", 0x1p80, "yotta"), ("Z", 0x1p70, "zetta"), ("E", 0x1p60, "exa"), ("P", 0x1p50, "peta"), ("T", 0x1p40, "tera"),
    ("G", 0x1p30, "giga"), ("M", 0x1p20, "mega"), ("K", 0x1p10, "kilo"), ("B", 1, ""),
  ]

  /// - Parameter unit: the letter of the unit to use; an unknown one counts as bytes.
  static func readable(_ size: Double, isBits: Bool, unit: String?) -> String {
    let chosen =
      unit.map { wanted in units.first { $0.letter == wanted.uppercased() } } ?? units.first { size >= $0.factor }
    let factor = chosen?.factor ?? 1
    let letter = chosen.map(\.letter).flatMap { $0 == "B" ? nil : $0 }
    let label = letter.map { $0 + (isBits ? "b" : "B") } ?? (isBits ? "bits" : "Bytes")
    return "\(FloatText.format(size / factor, "f", precision: 2)) \(label)"
  }

  /// - Parameters:
  ///   - text: `1.5 GB`, `10M`, `3`; the unit may also be spelt out (`10 megabyte`).
  ///   - defaultUnit: for a number without a unit.
  static func bytes(_ text: String, defaultUnit: String?, isBits: Bool) throws(Diagnostic) -> Int {
    let kind = isBits ? "b" : "B"
    let help = "A size is a number and a unit: '10M', '1.5 G\(kind)', '3 K\(kind)', '512'."
    let trimmed = text.trimmingBlanks
    let digits = trimmed.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    let written = trimmed.dropFirst(digits.count).drop { $0 == " " || $0 == "\t" }
    guard let number = Double(digits), written.allSatisfy({ $0.isASCII && $0.isLetter }) else {
      throw Diagnostic(.template, "human_to_bytes() can't interpret '\(text)'", help: help)
    }
    let unit = written.isEmpty ? defaultUnit ?? "B" : String(written)
    guard let row = units.first(where: { $0.letter == unit.prefix(1).uppercased() }) else {
      throw Diagnostic(
        .template,
        "human_to_bytes() can't interpret '\(text)': the unit '\(unit)' starts with none of "
          + units.map(\.letter).joined(separator: ", "), help: help)
    }
    guard isSpelling(unit, of: row.letter, row.name, isBits: isBits) else {
      throw Diagnostic(
        .template,
        "human_to_bytes() can't interpret '\(text)': expected '\(row.letter == "B" ? kind : row.letter + kind)' or '\(row.letter)', not '\(unit)'",
        help: help)
    }
    guard let bytes = Int(exactly: (number * row.factor).rounded(.toNearestOrEven)) else {
      throw Diagnostic(.limit, "human_to_bytes() can't hold '\(text)': it is more than 64 bits can count")
    }
    return bytes
  }

  private static func isSpelling(_ unit: String, of letter: String, _ prefix: String, isBits: Bool) -> Bool {
    let kind = isBits ? "b" : "B"
    let word = isBits ? "bit" : "byte"
    if unit.count == 1 || unit.lowercased() == prefix + word { return true }
    return letter != "B" && unit == letter + kind
  }
}
