import Values

/// What a task asks pip for: a package by name, with extras and versions (PEP 508), or whatever else pip takes (an address, a
/// file, a name with a marker), which is handed on as it stands.
struct PipRequirement: Sendable, Hashable {
  /// One bound, such as `>=1.2`.
  struct Specifier: Sendable, Hashable {
    var relation: String
    var version: String
  }

  /// As pip is to get it.
  let text: String
  /// The name in the form in which names are compared; `nil` when it is no plain name.
  let name: String?
  let specifiers: [Specifier]
  let hasExtras: Bool

  init(_ written: String) {
    let text = written.trimmed
    guard let parsed = Self.parse(text) else {
      (self.text, name, specifiers, hasExtras) = (written, nil, [], false)
      return
    }
    name = Self.canonical(parsed.name)
    specifiers = parsed.specifiers
    hasExtras = !parsed.extras.isEmpty
    let extras = parsed.extras.isEmpty ? "" : "[\(parsed.extras.sorted().joined(separator: ","))]"
    self.text =
      parsed.name + extras + parsed.specifiers.map { $0.relation + $0.version }.sorted().joined(separator: ",")
  }

  /// With the version that the argument `version` gives: a number, or bounds.
  func with(version: String) -> PipRequirement {
    let version = version.trimmed
    return PipRequirement(text + (version.first?.isNumber == true ? "==" : " ") + version)
  }

  /// Whether an installed version will do; pre-releases too.
  func isSatisfied(by version: String) -> Bool { specifiers.allSatisfy { $0.accepts(version) } }

  /// PEP 503: runs of `-`, `_` and `.` are one `-`, capitals don't count.
  static func canonical(_ name: some StringProtocol) -> String {
    name.lowercased().split { "-_.".contains($0) }.joined(separator: "-")
  }

  /// A list in which a comma may stand between packages and between the bounds of one: each package with its bounds.
  static func packages(in names: [String]) -> [String] {
    var packages: [String] = []
    var isInBrackets = false
    for piece in names.flatMap({ $0.split(separator: ",", omittingEmptySubsequences: false) }) {
      let start = piece.trimmed
      let isBound = Specifier.relations.contains { start.hasPrefix($0) }
      if packages.isEmpty || !isBound && !isInBrackets {
        packages.append(String(piece))
      } else {
        packages[packages.count - 1] += "," + piece
      }
      if piece.contains("[") { isInBrackets = true }
      if piece.contains("]") { isInBrackets = false }
    }
    return packages
  }

  private static func parse(_ text: String) -> (name: String, extras: [String], specifiers: [Specifier])? {
    let isNameCharacter: (Character) -> Bool = { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) }
    let name = text.prefix(while: isNameCharacter)
    guard let first = name.first, let last = name.last, !"._-".contains(first), !"._-".contains(last) else {
      return nil
    }
    var rest = text[name.endIndex...].trimmed[...]
    var extras: [String] = []
    if rest.first == "[" {
      guard let end = rest.firstIndex(of: "]") else { return nil }
      extras = rest[..<end].dropFirst().split(separator: ",").map(\.trimmed)
      guard extras.allSatisfy({ !$0.isEmpty && $0.allSatisfy(isNameCharacter) }) else { return nil }
      rest = rest[end...].dropFirst().trimmed[...]
    }
    if rest.first == "(", rest.last == ")" { rest = rest.dropFirst().dropLast().trimmed[...] }
    if rest.isEmpty { return (String(name), extras, []) }
    var specifiers: [Specifier] = []
    for piece in rest.split(separator: ",", omittingEmptySubsequences: false) {
      guard let specifier = Specifier(piece.trimmed) else { return nil }
      specifiers.append(specifier)
    }
    return (String(name), extras, specifiers)
  }
}

extension PipRequirement.Specifier {
  /// The longer ones first.
  static let relations = ["===", "==", "!=", "<=", ">=", "~=", "<", ">"]

  init?(_ text: String) {
    guard let relation = Self.relations.first(where: text.hasPrefix) else { return nil }
    version = text.dropFirst(relation.count).trimmed
    self.relation = relation
    let number =
      version.hasSuffix(".*") && (relation == "==" || relation == "!=") ? String(version.dropLast(2)) : version
    guard relation == "===" ? !version.isEmpty : PEP440Version(number) != nil else { return nil }
  }

  /// Whether the version lies within, as PEP 440 says.
  func accepts(_ text: String) -> Bool {
    if relation == "===" { return text.lowercased() == version.lowercased() }
    guard let found = PEP440Version(text) else { return false }
    if version.hasSuffix(".*") {
      let isWithin = PEP440Version(String(version.dropLast(2))).map(found.begins) ?? false
      return relation == "==" ? isWithin : !isWithin
    }
    guard let bound = PEP440Version(version) else { return false }
    // What stands after `+` counts only where the bound has it too.
    let plain = bound.local.isEmpty ? found.withoutLocal : found
    switch relation {
    case "==": return plain.compare(to: bound) == 0
    case "!=": return plain.compare(to: bound) != 0
    case "<=": return found.withoutLocal.compare(to: bound) <= 0
    case ">=": return found.withoutLocal.compare(to: bound) >= 0
    case "~=":
      return found.withoutLocal.compare(to: bound) >= 0 && bound.releaseLength > 1
        && found.begins(with: bound, releaseLength: bound.releaseLength - 1)
    case "<":
      // `<2` does not mean 2's own pre-releases.
      let isEarlyBound = bound.pre == nil && bound.dev == nil && (found.pre != nil || found.dev != nil)
      return found.compare(to: bound) < 0 && !(isEarlyBound && found.hasSameRelease(as: bound))
    default:
      // Nor `>2` its post-releases.
      let isLateBound = bound.post == nil && found.post != nil || !found.local.isEmpty
      return found.compare(to: bound) > 0 && !(isLateBound && found.hasSameRelease(as: bound))
    }
  }
}

extension PEP440Version {
  fileprivate var withoutLocal: PEP440Version {
    var copy = self
    copy.local = []
    return copy
  }

  fileprivate func hasSameRelease(as other: PEP440Version) -> Bool { epoch == other.epoch && release == other.release }

  fileprivate func begins(with prefix: PEP440Version) -> Bool {
    guard prefix.pre == nil, prefix.post == nil else { return withoutLocal.compare(to: prefix) == 0 }
    return begins(with: prefix, releaseLength: prefix.releaseLength)
  }

  fileprivate func begins(with prefix: PEP440Version, releaseLength length: Int) -> Bool {
    func numbers(_ version: PEP440Version) -> [Int] {
      Array((version.release + Array(repeating: 0, count: length)).prefix(length))
    }
    return epoch == prefix.epoch && numbers(self) == numbers(prefix)
  }
}
