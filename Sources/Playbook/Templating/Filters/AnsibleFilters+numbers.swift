import Glibc
import Jinja
import Values

extension AnsibleFilters {
  /// Numbers, sizes, chance.
  static let numbers: [TemplateFunction] = [
    TemplateFunction("log", "(x, base=2.718281828459045)", "A logarithm.") { call in
      guard let x = call[0].double, let base = call[1].double else {
        throw call.failure("log() can only be used on numbers: must be real number, not \(call.input.typeName)")
      }
      guard x > 0, base > 0, base != 1 else {
        throw call.failure("log() can only be used on numbers: math domain error")
      }
      if base == 10 { return .double(log10(x)) }
      if base == 2.718281828459045 { return .double(Glibc.log(x)) }
      return .double(Glibc.log(x) / Glibc.log(base))
    },
    TemplateFunction("pow", "(x, y)", "A power.") { call in
      guard let x = call[0].double, let y = call[1].double else {
        throw call.failure("pow() can only be used on numbers: must be real number, not \(call.input.typeName)")
      }
      return .double(Glibc.pow(x, y))
    },
    TemplateFunction("root", "(x, base=2)", "A root.") { call in
      guard let x = call[0].double, let base = call[1].double else {
        throw call.failure("root() can only be used on numbers: must be real number, not \(call.input.typeName)")
      }
      guard base != 0, x >= 0 else { throw call.failure("root() can only be used on numbers: math domain error") }
      return .double(base == 2 ? x.squareRoot() : Glibc.pow(x, 1 / base))
    },
    TemplateFunction("human_readable", "(size, isbits=False, unit=None)", "A size with a unit.") { call in
      guard let size = call[0].double else {
        throw call.failure("human_readable() can't interpret following string: \(try call.anyText(0))")
      }
      return .string(SizeText.readable(size, isBits: try call.bool(1), unit: try call.optionalString(2)))
    },
    TemplateFunction(
      "human_to_bytes", "(size, default_unit=None, isbits=False)", "The number that a size with a unit means."
    ) { call in
      let text = try call.anyText(0)
      guard let bytes = SizeText.bytes(text, defaultUnit: try call.optionalString(1)) else {
        throw call.failure("human_to_bytes() can't interpret following string: \(text)")
      }
      return .int(bytes)
    },
    TemplateFunction("random", "(end, start=None, step=None, seed=None)", "A random item or number.") { call in
      func pick(_ count: Int) throws -> Int {
        guard count > 0 else { throw call.failure("random range is empty") }
        if call[3].isNone { return Int.random(in: 0..<count) }
        var generator = SeededGenerator(seed: try call.anyText(3))
        return Int.random(in: 0..<count, using: &generator)
      }
      if let end = call[0].int {
        let start = try call.optionalInt(1) ?? 0
        let step = max(try call.optionalInt(2) ?? 1, 1)
        let (span, overflows) = end.subtractingReportingOverflow(start)
        guard !overflows else { throw call.failure("the range is too long") }
        return .int(start + (try pick((span + step - 1) / step)) * step)
      }
      guard call[1].isNone, call[2].isNone else {
        throw call.failure("start and step can only be used with integer values")
      }
      let items = try call.elements(0)
      return items[try pick(items.count)]
    },
  ]
}

/// Sizes with units.
enum SizeText {
  private static let units: [(letter: Character, factor: Double)] = [
    ("Y", 0x1p80), ("Z", 0x1p70), ("E", 0x1p60), ("P", 0x1p50), ("T", 0x1p40), ("G", 0x1p30), ("M", 0x1p20),
    ("K", 0x1p10),
  ]

  static func readable(_ size: Double, isBits: Bool, unit: String?) -> String {
    let base = isBits ? "bits" : "Bytes"
    let chosen =
      unit.map { wanted in units.first { $0.letter == Character(wanted.uppercased()) } }
      ?? units.first { size / $0.factor >= 1 }
    guard let chosen else { return "\(fixed(size)) \(base)" }
    return "\(fixed(size / chosen.factor)) \(chosen.letter)\(isBits ? "b" : "B")"
  }

  private static func fixed(_ number: Double) -> String {
    let cents = (number * 100).rounded(.toNearestOrEven)
    guard cents.magnitude < 1e15 else { return "\(number)" }
    let whole = Int(cents.magnitude)
    let fraction = whole % 100
    return "\(cents < 0 ? "-" : "")\(whole / 100).\(fraction < 10 ? "0" : "")\(fraction)"
  }

  static func bytes(_ text: String, defaultUnit: String?) -> Int? {
    let trimmed = text.trimmingBlanks
    let digits = trimmed.prefix { $0.isNumber || $0 == "." }
    guard let number = Double(digits) else { return nil }
    var unit = String(trimmed.dropFirst(digits.count)).trimmingBlanks
    if unit.isEmpty { unit = defaultUnit ?? "B" }
    guard let letter = unit.uppercased().first else { return nil }
    if letter == "B" { return Int(exactly: number.rounded()) }
    guard let factor = units.first(where: { $0.letter == letter })?.factor else { return nil }
    return Int(exactly: (number * factor).rounded())
  }
}
