import Modules
import Values

/// What `version` asks of two versions.
enum VersionRelation {
  case equal, unequal, less, lessOrEqual, greater, greaterOrEqual

  init(_ name: String) throws(Diagnostic) {
    switch name {
    case "==", "=", "eq": self = .equal
    case "!=", "<>", "ne": self = .unequal
    case "<", "lt": self = .less
    case "<=", "le": self = .lessOrEqual
    case ">", "gt": self = .greater
    case ">=", "ge": self = .greaterOrEqual
    default:
      throw Diagnostic(
        .template, "Invalid operator type (\(name)).",
        help: "Must be one of ==, =, eq, <, lt, <=, le, >, gt, >=, ge, !=, <>, ne.")
    }
  }

  /// - Parameter order: below zero, zero or above.
  func holds(_ order: Int) -> Bool {
    switch self {
    case .equal: order == 0
    case .unequal: order != 0
    case .less: order < 0
    case .lessOrEqual: order <= 0
    case .greater: order > 0
    case .greaterOrEqual: order >= 0
    }
  }
}

/// The ways in which `version` reads a version.
enum VersionType: String {
  case loose, strict, semver, pep440

  init(named name: String) throws(Diagnostic) {
    guard let type = VersionType(rawValue: name == "semantic" ? "semver" : name) else {
      throw Diagnostic(
        .template, "Invalid version type (\(name)).", help: "Must be one of loose, strict, semver, semantic, pep440.")
    }
    self = type
  }

  /// Below zero, zero or above.
  func compare(_ left: String, _ right: String) throws(Diagnostic) -> Int {
    switch self {
    case .loose: try LooseVersion(left).compare(to: LooseVersion(right))
    case .strict: try StrictVersion(left).compare(to: StrictVersion(right))
    case .semver: try SemanticVersion(left).compare(to: SemanticVersion(right))
    case .pep440: try Self.pep440(left).compare(to: Self.pep440(right))
    }
  }

  private static func pep440(_ text: String) throws(Diagnostic) -> PEP440Version {
    guard let version = PEP440Version(text) else {
      throw invalid(text, "PEP 440", "'1.2.3', '1.2rc1', '1.2.post3' or '1.2.dev4'")
    }
    return version
  }

  static func invalid(_ text: String, _ kind: String, _ example: String) -> Diagnostic {
    Diagnostic(
      .template, "Version comparison failed: '\(text)' is no \(kind) version", help: "Such a version is \(example).")
  }
}

/// distutils' `LooseVersion`: runs of digits and of letters, compared one by one.
struct LooseVersion {
  private enum Part {
    case number(String)
    case text(String)
  }

  private let parts: [Part]

  init(_ version: String) {
    var parts: [Part] = []
    var rest = version[...]
    while let first = rest.first {
      let isDigit = { (character: Character) in character.isASCII && character.isNumber }
      let isLetter = { (character: Character) in character.isASCII && character.isLowercase }
      if isDigit(first) {
        let digits = rest.prefix(while: isDigit)
        let trimmed = digits.drop { $0 == "0" }
        parts.append(.number(String(trimmed)))
        rest = rest.dropFirst(digits.count)
      } else if isLetter(first) {
        let letters = rest.prefix(while: isLetter)
        parts.append(.text(String(letters)))
        rest = rest.dropFirst(letters.count)
      } else {
        let others = rest.prefix { !isDigit($0) && !isLetter($0) && $0 != "." }
        if others.isEmpty { rest.removeFirst() } else { parts.append(.text(String(others))) }
        rest = rest.dropFirst(others.count)
      }
    }
    self.parts = parts
  }

  func compare(to other: LooseVersion) throws(Diagnostic) -> Int {
    for (a, b) in zip(parts, other.parts) {
      switch (a, b) {
      case (.number(let m), .number(let n)) where m != n:
        return m.count == n.count ? (m < n ? -1 : 1) : m.count < n.count ? -1 : 1
      case (.text(let s), .text(let t)) where s != t: return s.utf8.lexicographicallyPrecedes(t.utf8) ? -1 : 1
      case (.number, .text), (.text, .number):
        throw Diagnostic(
          .template, "Version comparison failed: '<' not supported between instances of 'str' and 'int'",
          help: "A number stands where the other version has letters; version_type='semver' or 'pep440' may fit better."
        )
      default: continue
      }
    }
    return parts.count == other.parts.count ? 0 : parts.count < other.parts.count ? -1 : 1
  }
}

/// distutils' `StrictVersion`: `1.2`, `1.2.3`, `1.2a1`, `1.2.3b2`.
struct StrictVersion {
  private let numbers: [Int]
  /// `a` or `b` and a number; a version without one comes later.
  private let prerelease: [Int]?

  init(_ version: String) throws(Diagnostic) {
    let invalid = VersionType.invalid(version, "strict", "'1.2', '1.2.3' or '1.2.3a4'")
    var core = version[...]
    var prerelease: [Int]?
    if let mark = version.firstIndex(where: { $0 == "a" || $0 == "b" }) {
      guard let number = Int(version[version.index(after: mark)...]), number >= 0 else { throw invalid }
      prerelease = [version[mark] == "a" ? 0 : 1, number]
      core = version[..<mark]
    }
    let pieces = core.split(separator: ".", omittingEmptySubsequences: false)
    var numbers: [Int] = []
    for piece in pieces {
      guard piece.allSatisfy({ $0.isASCII && $0.isNumber }), let number = Int(piece) else { throw invalid }
      numbers.append(number)
    }
    guard numbers.count == 2 || numbers.count == 3 else { throw invalid }
    self.numbers = numbers.count == 2 ? numbers + [0] : numbers
    self.prerelease = prerelease
  }

  func compare(to other: StrictVersion) -> Int {
    let order = numbers.order(other.numbers)
    if order != 0 { return order }
    switch (prerelease, other.prerelease) {
    case (nil, nil): return 0
    case (nil, _): return 1
    case (_, nil): return -1
    case (let a?, let b?): return a.order(b)
    }
  }
}

/// Semantic Versioning 2.0.0.
struct SemanticVersion {
  private let core: [Int]
  private let prerelease: [Substring]

  init(_ version: String) throws(Diagnostic) {
    let invalid = VersionType.invalid(version, "semantic", "'1.2.3', '1.2.3-rc.1' or '1.2.3+build'")
    func isIdentifier(_ text: Substring) -> Bool {
      !text.isEmpty && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
    }
    func isCanonical(_ text: Substring) -> Bool {
      text == "0" || !text.hasPrefix("0") || !text.allSatisfy { $0.isASCII && $0.isNumber }
    }
    let halves = version.split(separator: "+", maxSplits: 1, omittingEmptySubsequences: false)
    if halves.count > 1 {
      guard halves[1].split(separator: ".", omittingEmptySubsequences: false).allSatisfy(isIdentifier) else {
        throw invalid
      }
    }
    let parts = halves[0].split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
    var core: [Int] = []
    for piece in parts[0].split(separator: ".", omittingEmptySubsequences: false) {
      guard isIdentifier(piece), isCanonical(piece), let number = Int(piece) else { throw invalid }
      core.append(number)
    }
    prerelease = parts.count > 1 ? parts[1].split(separator: ".", omittingEmptySubsequences: false) : []
    guard core.count == 3, prerelease.allSatisfy({ isIdentifier($0) && isCanonical($0) }) else { throw invalid }
    self.core = core
  }

  func compare(to other: SemanticVersion) -> Int {
    let order = core.order(other.core)
    if order != 0 { return order }
    if prerelease.isEmpty || other.prerelease.isEmpty {
      return prerelease.isEmpty == other.prerelease.isEmpty ? 0 : prerelease.isEmpty ? 1 : -1
    }
    for (a, b) in zip(prerelease, other.prerelease) where a != b {
      switch (Int(a), Int(b)) {
      case (let m?, let n?): return m < n ? -1 : 1
      case (nil, nil): return a.utf8.lexicographicallyPrecedes(b.utf8) ? -1 : 1
      case (_?, nil): return -1
      case (nil, _?): return 1
      }
    }
    return prerelease.count - other.prerelease.count
  }
}
