/// A file-name pattern (`*`, `?`, `[a-c]`, `[!x]`), matched against a whole name, case and all.
///
/// Matching goes back to the last star only, so its time is bounded by the product of the two lengths.
struct Wildcard {
  private enum Part {
    case scalar(Unicode.Scalar)
    case any
    case star
    case set([ClosedRange<UInt32>], isNegated: Bool)
  }

  private var parts: [Part] = []

  init(_ pattern: String) {
    let scalars = Array(pattern.unicodeScalars)
    var position = 0
    while position < scalars.count {
      let scalar = scalars[position]
      position += 1
      switch scalar {
      case "*":
        if case .star? = parts.last { continue }
        parts.append(.star)
      case "?": parts.append(.any)
      case "[":
        if let set = Self.set(scalars, at: &position) { parts.append(set) } else { parts.append(.scalar("[")) }
      default: parts.append(.scalar(scalar))
      }
    }
  }

  /// Whether a name that holds one of these is matched as a pattern.
  static func isPattern(_ text: String) -> Bool {
    text.utf8.contains { $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "[") }
  }

  func matches(_ name: String) -> Bool {
    let scalars = Array(name.unicodeScalars)
    var part = 0
    var position = 0
    var retry: (part: Int, position: Int)?
    while position < scalars.count {
      if part < parts.count, case .star = parts[part] {
        retry = (part + 1, position)
        part += 1
      } else if part < parts.count, matches(parts[part], scalars[position]) {
        part += 1
        position += 1
      } else if let last = retry {
        retry = (last.part, last.position + 1)
        part = last.part
        position = last.position + 1
      } else {
        return false
      }
    }
    while part < parts.count, case .star = parts[part] { part += 1 }
    return part == parts.count
  }

  private func matches(_ part: Part, _ scalar: Unicode.Scalar) -> Bool {
    switch part {
    case .scalar(let own): own == scalar
    case .any, .star: true
    case .set(let ranges, let isNegated): ranges.contains { $0.contains(scalar.value) } != isNegated
    }
  }

  /// The set whose opening bracket was just read; `nil` and nothing consumed when it is never closed.
  private static func set(_ scalars: [Unicode.Scalar], at position: inout Int) -> Part? {
    var start = position
    let isNegated = start < scalars.count && scalars[start] == "!"
    if isNegated { start += 1 }
    // A bracket that stands first is a member.
    let search = start < scalars.count && scalars[start] == "]" ? start + 1 : start
    guard search <= scalars.count, let end = scalars[search...].firstIndex(of: "]") else { return nil }
    var ranges: [ClosedRange<UInt32>] = []
    var index = start
    while index < end {
      if index + 2 < end, scalars[index + 1] == "-" {
        if scalars[index].value <= scalars[index + 2].value {
          ranges.append(scalars[index].value...scalars[index + 2].value)
        }
        index += 3
      } else {
        ranges.append(scalars[index].value...scalars[index].value)
        index += 1
      }
    }
    position = end + 1
    return .set(ranges, isNegated: isNegated)
  }
}
