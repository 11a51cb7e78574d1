extension Double {
  /// The shortest text that reads back as the same number, laid out as Python's `repr`: `1.0`, `1e+16`, `1e-05`, `inf`.
  package var pythonRepr: String {
    if isNaN { return "nan" }
    if isInfinite { return self < 0 ? "-inf" : "inf" }
    // Swift finds the same shortest digits but changes to an exponent at other magnitudes.
    let (digits, exponent) = shortestDigits
    let sign = self.sign == .minus ? "-" : ""
    // `exponent` is that of the first digit: 1.5 has 0.
    if exponent < -4 || exponent >= 16 {
      let fraction = digits.dropFirst()
      let power = exponent.magnitude < 10 ? "0\(exponent.magnitude)" : "\(exponent.magnitude)"
      return sign + digits.prefix(1) + (fraction.isEmpty ? "" : "." + fraction) + "e" + (exponent < 0 ? "-" : "+")
        + power
    }
    if exponent < 0 { return sign + "0." + String(repeating: "0", count: -exponent - 1) + digits }
    let whole = digits.prefix(exponent + 1)
    let fraction = digits.dropFirst(exponent + 1)
    return sign + whole + String(repeating: "0", count: exponent + 1 - whole.count) + "."
      + (fraction.isEmpty ? "0" : fraction)
  }

  private var shortestDigits: (digits: String, exponent: Int) {
    let parts = magnitude.description.split(separator: "e")
    let decimal = (parts.first ?? "0").split(separator: ".", omittingEmptySubsequences: false)
    let whole = decimal.first ?? "0"
    let fraction = decimal.count > 1 ? decimal[1] : ""
    var exponent = (parts.count > 1 ? Int(parts[1]) ?? 0 : 0) + whole.count - 1
    var digits = String(whole + fraction)
    while digits.hasPrefix("0"), digits.count > 1 {
      digits.removeFirst()
      exponent -= 1
    }
    while digits.hasSuffix("0"), digits.count > 1 { digits.removeLast() }
    return digits == "0" ? ("0", 0) : (digits, exponent)
  }
}
