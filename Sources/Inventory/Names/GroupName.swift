/// Names of groups, which expressions like to use as names of variables.
enum GroupName {
  /// Whether every character may stand in a variable's name.
  static func isSafe(_ name: String) -> Bool {
    guard let first = name.utf8.first, !first.isDigit else { return false }
    return name.utf8.allSatisfy { $0.isASCIILetter || $0.isDigit || $0 == UInt8(ascii: "_") }
  }

  /// The name with `_` for every character that may not stand in a variable's name.
  ///
  /// - Parameter keepingDashes: as the old script `ec2.py` did; digits may then stand first, too.
  static func safe(_ name: String, keepingDashes: Bool = false) -> String {
    var result = String.UnicodeScalarView()
    for (offset, scalar) in name.unicodeScalars.enumerated() {
      let isLetter = scalar == "_" || ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar)
      result.append(
        isLetter || (keepingDashes && scalar == "-")
          || (offset > 0 || keepingDashes) && ("0"..."9").contains(scalar) ? scalar : "_")
    }
    return String(result)
  }
}
