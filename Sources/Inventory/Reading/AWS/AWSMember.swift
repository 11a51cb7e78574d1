import Values

/// A member of a structure that AWS answers with: where it stands in the XML, and what it becomes.
struct AWSMember: Sendable {
  indirect enum Kind: Sendable {
    case string
    case int
    case double
    case bool
    case time
    case structure([AWSMember])
    /// Elements named `item`.
    case list(Kind)
  }

  let element: String
  /// The variable's name.
  let name: String
  let kind: Kind

  init(_ element: String, _ name: String, _ kind: Kind) {
    self.element = element
    self.name = name
    self.kind = kind
  }
}

extension AWSMember.Kind {
  /// What an element says. Its texts are others' (anyone who may tag an instance writes them), so they are never templates.
  func value(of element: XMLElement) -> Value {
    switch self {
    case .string: .string(element.text)
    case .int: Int(element.text).map { .int($0) } ?? .string(element.text)
    case .double: Double(element.text).map { .double($0) } ?? .string(element.text)
    case .bool: .bool(element.text == "true")
    case .time: Self.time(element.text)
    case .structure(let members): .map(Self.map(of: element, members))
    case .list(let kind): .list(element.children.filter { $0.name == "item" }.map { kind.value(of: $0) })
    }
  }

  /// The members that the answer has, in the order of the table.
  static func map(of element: XMLElement, _ members: [AWSMember]) -> Map {
    var map = Map(minimumCapacity: members.count)
    for member in members {
      if let found = element[member.element] { map[member.name] = member.kind.value(of: found) }
    }
    return map
  }

  /// A time that is one is plain to see no template, so it needs no mark as one that must not be.
  private static func time(_ text: String) -> Value {
    let iso = isoTime(text)
    guard iso.utf8.allSatisfy({ $0.isDigit || "-:.T+".utf8.contains($0) }) else { return .string(text) }
    return .string(Text(iso, writtenAt: answer))
  }

  private static let answer = Place(SourceFile(path: "<answer of AWS>", text: ""), line: 1, column: 1)

  /// `2026-01-02T03:04:05.000Z` as Python shows it: `2026-01-02T03:04:05+00:00`.
  private static func isoTime(_ text: String) -> String {
    guard text.hasSuffix("Z") else { return text }
    let parts = text.dropLast().split(separator: ".", maxSplits: 1)
    guard parts.count == 2, parts[1].contains(where: { $0 != "0" }) else { return (parts.first ?? "") + "+00:00" }
    let digits = parts[1].prefix(6)
    return parts[0] + "." + digits + String(repeating: "0", count: 6 - digits.count) + "+00:00"
  }
}
