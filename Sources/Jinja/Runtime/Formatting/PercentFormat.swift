import Values

/// Python's `text % values`.
package enum PercentFormat {
  package static func format(_ template: String, _ values: Object, in scope: Scope) throws -> String {
    var formatter = Formatter(values, scope)
    return try formatter.format(template)
  }

  private struct Formatter {
    private let mapping: Object?
    /// Python takes everything that has elements for a mapping, which need not be used up.
    private let mayRemain: Bool
    private var remaining: ArraySlice<Object>
    private let isTuple: Bool
    private let scope: Scope

    init(_ values: Object, _ scope: Scope) {
      self.scope = scope
      if case .tuple(let tuple) = values {
        remaining = tuple.elements[...]
        isTuple = true
      } else {
        remaining = [values]
        isTuple = false
      }
      mapping = values.isMapping ? values : nil
      mayRemain =
        switch values {
        case .list, .dict, .undefined: true
        case .native(let native): native.isMapping || native.isSequence
        default: false
        }
    }

    mutating func format(_ template: String) throws -> String {
      var result = ""
      var scalars = template.unicodeScalars[...]
      var usesMapping = false
      while let scalar = scalars.popFirst() {
        guard scalar == "%" else {
          result.unicodeScalars.append(scalar)
          continue
        }
        result += try conversion(&scalars, &usesMapping)
        try scope.runtime.checkSize(result.utf8.count)
      }
      if !remaining.isEmpty, !mayRemain {
        throw Diagnostic(.template, "not all arguments converted during string formatting")
      }
      return result
    }

    private mutating func conversion(_ scalars: inout Substring.UnicodeScalarView, _ usesMapping: inout Bool) throws
      -> String
    {
      var member: Object?
      if scalars.first == "(" {
        guard let mapping else { throw Diagnostic(.template, "format requires a mapping") }
        guard let end = scalars.firstIndex(of: ")") else { throw Diagnostic(.template, "incomplete format key") }
        let name = String(scalars[scalars.index(after: scalars.startIndex)..<end])
        scalars = scalars[scalars.index(after: end)...]
        let value = try mapping.item(.string(name), in: scope)
        guard !value.isUndefined else { throw Diagnostic(.template, "'\(name)'") }
        member = value
        usesMapping = true
      }
      var spec = try FormatSpec("")
      var isLeft = false
      var isZero = false
      while let flag = scalars.first, "-+ #0".unicodeScalars.contains(flag) {
        switch flag {
        case "-": isLeft = true
        case "+": spec.sign = "+"
        case " ": if spec.sign != "+" { spec.sign = " " }
        case "#": spec.alternate = true
        default: isZero = true
        }
        scalars.removeFirst()
      }
      if let width = try number(&scalars) {
        spec.width = abs(width)
        if width < 0 { isLeft = true }
      }
      if scalars.first == "." {
        scalars.removeFirst()
        spec.precision = try number(&scalars) ?? 0
      }
      while let modifier = scalars.first, "hlL".unicodeScalars.contains(modifier) { scalars.removeFirst() }
      guard let type = scalars.popFirst() else { throw Diagnostic(.template, "incomplete format") }
      if type == "%" { return "%" }
      spec.align = isLeft ? "<" : isZero ? "=" : ">"
      if isZero, !isLeft { spec.fill = "0" }
      return try text(of: try member ?? nextValue(), spec, type)
    }

    private mutating func number(_ scalars: inout Substring.UnicodeScalarView) throws -> Int? {
      if scalars.first == "*" {
        scalars.removeFirst()
        guard let int = try nextValue().int, int.magnitude < 1 << 40 else { throw Diagnostic(.template, "* wants int") }
        return int
      }
      var digits = ""
      while let first = scalars.first, ("0"..."9").contains(first) {
        digits.unicodeScalars.append(first)
        scalars.removeFirst()
      }
      if digits.isEmpty { return nil }
      guard let number = Int(digits), number < 1 << 40 else { throw Diagnostic(.template, "width too big") }
      return number
    }

    private mutating func nextValue() throws -> Object {
      guard let value = remaining.popFirst() else {
        throw Diagnostic(.template, "not enough arguments for format string")
      }
      return try value.defined()
    }

    private func text(of value: Object, _ given: FormatSpec, _ type: Unicode.Scalar) throws -> String {
      var spec = given
      switch type {
      case "s", "r", "a":
        spec.fill = " "
        if spec.align == "=" { spec.align = ">" }
        return try spec.format(.string(type == "s" ? try value.text() : try value.repr()), in: scope)
      case "d", "i", "u", "x", "X", "o":
        guard let int = try integer(value, type) else {
          throw Diagnostic(
            .template,
            "%\(type) format: a \(type == "x" || type == "X" || type == "o" ? "integer" : "real number") is required, not \(value.typeName)"
          )
        }
        spec.type = type == "i" || type == "u" ? "d" : type
        if let precision = spec.precision { return try withDigits(spec, int, precision) }
        return try spec.format(.int(int), in: scope)
      case "e", "E", "f", "F", "g", "G":
        guard let double = value.double else {
          throw Diagnostic(.template, "must be real number, not \(value.typeName)")
        }
        spec.type = type
        return try spec.format(.double(double), in: scope)
      case "c":
        spec.type = nil
        if let int = value.int, let scalar = UInt32(exactly: int).flatMap(Unicode.Scalar.init) {
          return try spec.format(.string(String(scalar)), in: scope)
        }
        guard let string = value.string, string.scalarCount == 1 else {
          throw Diagnostic(.template, "%c requires int or char")
        }
        return try spec.format(.string(string), in: scope)
      default:
        throw Diagnostic(.template, "unsupported format character '\(type)' (0x\(String(type.value, radix: 16)))")
      }
    }

    private func integer(_ value: Object, _ type: Unicode.Scalar) throws -> Int? {
      if let int = value.int { return int }
      guard "diu".unicodeScalars.contains(type), let double = value.double else { return nil }
      guard let int = Int(exactly: double.rounded(.towardZero)) else { throw Operators.overflowed }
      return int
    }

    /// An integer with at least as many digits as the precision.
    private func withDigits(_ given: FormatSpec, _ int: Int, _ precision: Int) throws -> String {
      var digits = given
      digits.precision = nil
      digits.fill = "0"
      digits.align = "="
      digits.width = precision + (int < 0 || digits.sign != "-" ? 1 : 0)
      try scope.runtime.checkSize(precision)
      let text = try digits.format(.int(int), in: scope)
      var outer = try FormatSpec("")
      outer.width = given.width
      outer.align = given.align == "<" ? "<" : ">"
      return try outer.format(.string(text), in: scope)
    }
  }
}
