import Values

extension SettingSpec {
  /// What is wrong with a value, as the end of a sentence; `nil`: nothing.
  func problem(with value: String) -> String? {
    switch kind {
    case .bool:
      // Set to nothing is off, as in ansible.
      value.trimmingBlanks.isEmpty || Coercion.bool(.string(Text(value))) != nil
        ? nil : "'\(value)' is neither true nor false"
    case .int: isUnset(by: value) || Self.int(value) != nil ? nil : "'\(value)' is no whole number"
    case .choice(let words): words.contains(value) ? nil : "'\(value)' is not one of \(words.joined(separator: ", "))"
    case .string, .path, .paths, .pathList, .list: nil
    }
  }

  /// Whether a value leaves the setting as it was: a number that is set to nothing.
  func isUnset(by value: String) -> Bool { kind == .int && value.trimmingBlanks.isEmpty }

  /// What a value may be, for the help of an error.
  var help: String? {
    switch kind {
    case .bool: "true, yes, on and 1, false, no, off and 0 are understood."
    case .int: "A whole number is wanted\(defaultValue.map { ", \($0) by default" } ?? "")."
    case .choice(let words): "One of these is wanted: \(words.joined(separator: ", "))."
    case .string, .path, .paths, .pathList, .list: nil
    }
  }

  /// A whole number, which may be written as `5.0`.
  static func int(_ value: String) -> Int? {
    let text = value.trimmingBlanks
    return Int(text) ?? Double(text).flatMap { Int(exactly: $0) }
  }
}
