/// One item of `name`: `foo`, `foo=1.0`, `foo=1.*`, `foo>=1.0`, `foo*`, `foo:amd64`.
struct PackageSpec: Sendable, Hashable {
  enum Comparison: String, Sendable, Hashable {
    case equal = "="
    case atLeast = ">="
    case atMost = "<="
    case above = ">>"
    case below = "<<"
    case greater = ">"
    case less = "<"
  }

  /// The package, with `:ARCHITECTURE` where it was given; may be a pattern.
  var name: String
  var comparison: Comparison?
  var version: String?

  /// - Throws: for an item with more than one equals sign.
  init(_ text: String) throws(ModuleFailure) {
    let trimmed = text.trimmed
    guard trimmed.utf8.count(where: { $0 == UInt8(ascii: "=") }) <= 1 else {
      throw ModuleFailure("invalid package spec: \(trimmed)")
    }
    guard let start = trimmed.firstIndex(where: { "<>=".contains($0) }) else {
      name = trimmed
      try checkName()
      return
    }
    let rest = trimmed[start...]
    let sign = rest.prefix { "<>=".contains($0) }
    guard let comparison = Comparison(rawValue: String(sign)) else {
      throw ModuleFailure("invalid package spec: \(trimmed)")
    }
    name = trimmed[..<start].trimmed
    self.comparison = comparison
    version = rest[sign.endIndex...].trimmed
    try checkName()
  }

  /// A name can't be taken for an option, nor (as `apt-get install foo-` does) for the wish to remove or add.
  private func checkName() throws(ModuleFailure) {
    guard let first = name.first, first != "-", !name.contains(where: { " \n/".contains($0) }) else {
      throw ModuleFailure("'\(name)' can't be the name of a package.")
    }
  }

  /// Whether the name matches several packages.
  var isPattern: Bool { name.contains { "*?[".contains($0) } }

  /// Without the architecture.
  var plainName: String { String(name.prefix { $0 != ":" }) }

  /// What `apt-get install` is to be told. It knows only exact versions and wildcards.
  var aptArgument: String {
    if comparison == .equal, let version { return "\(name)=\(version)" }
    return name
  }

  /// Whether a version is as asked for.
  func isSatisfied(by installed: String) -> Bool {
    guard let comparison, let version else { return true }
    let (has, wants) = (DebianVersion(installed), DebianVersion(version))
    switch comparison {
    case .equal: return has == wants || FilenamePattern.matches(version, installed)
    case .atLeast: return has >= wants
    case .atMost: return has <= wants
    case .above, .greater: return has > wants
    case .below, .less: return has < wants
    }
  }
}

/// Patterns of file names as Python's `fnmatch` reads them.
enum FilenamePattern {
  static func matches(_ pattern: String, _ text: String) -> Bool {
    let pattern = Array(pattern.unicodeScalars)
    let text = Array(text.unicodeScalars)
    var (p, t) = (0, 0)
    var star: (p: Int, t: Int)?
    while t < text.count {
      if p < pattern.count, pattern[p] == "*" {
        star = (p, t)
        p += 1
      } else if p < pattern.count, let next = step(pattern, p, text[t]) {
        p = next
        t += 1
      } else if let (starP, starT) = star {
        star = (starP, starT + 1)
        (p, t) = (starP + 1, starT + 1)
      } else {
        return false
      }
    }
    return pattern[p...].allSatisfy { $0 == "*" }
  }

  /// Where the pattern goes on when its element at `p` takes the scalar; `nil` when it does not.
  private static func step(_ pattern: [Unicode.Scalar], _ p: Int, _ scalar: Unicode.Scalar) -> Int? {
    switch pattern[p] {
    case "?": return p + 1
    case "[":
      guard let (members, isNegated, end) = bracket(pattern, p) else { return scalar == "[" ? p + 1 : nil }
      let isMember = members.contains { $0.contains(scalar) }
      return isMember != isNegated ? end : nil
    default: return pattern[p] == scalar ? p + 1 : nil
    }
  }

  private static func bracket(
    _ pattern: [Unicode.Scalar], _ start: Int
  ) -> (members: [ClosedRange<Unicode.Scalar>], isNegated: Bool, end: Int)? {
    var index = start + 1
    let isNegated = index < pattern.count && pattern[index] == "!"
    if isNegated { index += 1 }
    var members: [ClosedRange<Unicode.Scalar>] = []
    var isFirst = true
    while index < pattern.count, isFirst || pattern[index] != "]" {
      isFirst = false
      let low = pattern[index]
      if index + 2 < pattern.count, pattern[index + 1] == "-", pattern[index + 2] != "]" {
        let high = pattern[index + 2]
        if low <= high { members.append(low...high) }
        index += 3
      } else {
        members.append(low...low)
        index += 1
      }
    }
    return index < pattern.count ? (members, isNegated, index + 1) : nil
  }
}
