import Values

/// Ansible's conversions of loosely typed keyword values.
package enum Coercion {
  /// `yes/no`, `true/false`, `on/off`, `1/0` and their kin.
  package static func bool(_ value: Value) -> Bool? {
    switch value {
    case .bool(let bool): return bool
    case .int(1): return true
    case .int(0): return false
    case .double(1): return true
    case .double(0): return false
    case .string(let text):
      switch text.string.lowercased().trimmingBlanks {
      case "yes", "on", "true", "1", "1.0", "y", "t": return true
      case "no", "off", "false", "0", "0.0", "n", "f": return false
      default: return nil
      }
    default: return nil
    }
  }

  package static func int(_ value: Value) -> Int? {
    switch value {
    case .int(let int): int
    case .double(let double): Int(exactly: double)
    case .string(let text): Int(text.string.trimmingBlanks)
    case .bool(let bool): bool ? 1 : 0
    default: nil
    }
  }

  package static func double(_ value: Value) -> Double? {
    switch value {
    case .int(let int): Double(int)
    case .double(let double): double
    case .string(let text):
      text.string.hasSuffix("%") ? Double(text.string.dropLast()) : Double(text.string.trimmingBlanks)
    default: nil
    }
  }
}

/// A value as plain text, for messages: strings as they are, secrets redacted, the rest as JSON.
package enum PlainText {
  package static func of(_ value: Value) -> String {
    switch value {
    case .string(let text): text.string
    case .secret: Secret.redacted
    case .null: "None"
    case .bool(let bool): bool ? "True" : "False"
    case .int(let int): String(int)
    case .double(let double): "\(double)"
    case .dateTime(let time): time.text
    case .list, .map, .omit: JSONWriter().string(value)
    }
  }
}
