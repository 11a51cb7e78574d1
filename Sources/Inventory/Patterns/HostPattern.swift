import Values

/// A host pattern as written after `hosts:` or `--limit`, split into its terms.
///
/// `web:db`, `web,db`: either; `&eu`: only these; `!eu`: not these; `*`, `?`, `[ab]`: wildcards; `~expression`: a regular
/// expression; `web[0]`, `web[-1]`, `web[1:3]`: by place in the group. The rules are Ansible's.
struct HostPattern {
  struct Term {
    enum Role { case include, intersect, exclude }

    /// The term as written, with its `&` or `!`.
    let text: String
    let role: Role
    /// What is matched against groups and hosts.
    let expression: String
    let picker: Subscript?
  }

  /// Which of the matched hosts are taken.
  enum Subscript {
    /// Counted from 0, or from the end when negative.
    case one(Int)
    /// Both inclusive; no end means up to the last.
    case range(Int, Int?)
  }

  /// In the order of working: what includes, then what intersects, then what excludes.
  let terms: [Term]
  let warnings: [Diagnostic]

  init(_ pattern: String) throws(Diagnostic) { try self.init(terms: HostPattern.split(pattern)) }

  /// - Parameter terms: each one term, as the lines of a `--limit @file` are.
  init(terms texts: [String]) throws(Diagnostic) {
    var warnings: [Diagnostic] = []
    var terms: [Term] = []
    for text in texts { terms.append(try Term(text, warnings: &warnings)) }
    if !terms.isEmpty, !terms.contains(where: { $0.role == .include }) {
      terms.append(try Term("all", warnings: &warnings))
    }
    self.terms =
      terms.filter { $0.role == .include } + terms.filter { $0.role == .intersect }
      + terms.filter { $0.role == .exclude }
    self.warnings = warnings
  }

  /// The terms of a pattern. Commas separate them; without a comma, colons and blanks outside brackets do, unless the whole is
  /// an address (`::1`).
  static func split(_ pattern: String) throws(Diagnostic) -> [String] {
    if pattern.utf8.contains(UInt8(ascii: ",")) {
      return pattern.split(separator: ",").flatMap { split in
        let term = Array(split.utf8)[...].trimmed
        return term.isEmpty ? [] : [String(decoding: term, as: UTF8.self)]
      }
    }
    if HostAddress(pattern) != nil { return [pattern] }
    var terms: [String] = []
    var term: [UInt8] = []
    var isInBrackets = false
    for byte in pattern.utf8 {
      switch byte {
      case UInt8(ascii: "[") where !isInBrackets: isInBrackets = true
      case UInt8(ascii: "]") where isInBrackets: isInBrackets = false
      case _ where isInBrackets: break
      // As ansible has it, a bracket that closes nothing separates terms, too.
      case _ where byte.isBlank, UInt8(ascii: ":"), UInt8(ascii: "]"):
        if !term.isEmpty { terms.append(String(decoding: term, as: UTF8.self)) }
        term = []
        continue
      default: break
      }
      term.append(byte)
    }
    guard !isInBrackets else {
      throw Diagnostic(.invalid, "The host pattern '\(pattern)' has a '[' without a ']'.")
    }
    if !term.isEmpty { terms.append(String(decoding: term, as: UTF8.self)) }
    return terms
  }
}

extension HostPattern.Term {
  init(_ text: String, warnings: inout [Diagnostic]) throws(Diagnostic) {
    self.text = text
    var expression = text[...]
    switch text.utf8.first {
    case UInt8(ascii: "!"):
      role = .exclude
      expression = expression.dropFirst()
    case UInt8(ascii: "&"):
      role = .intersect
      expression = expression.dropFirst()
    default: role = .include
    }
    guard !expression.isEmpty else {
      throw Diagnostic(.invalid, "The host pattern has a '\(text)' without a name.")
    }
    if expression.utf8.first != UInt8(ascii: "~"), let found = Self.trailingSubscript(of: expression) {
      self.expression = String(found.base)
      self.picker = found.picker
      if found.usesDash {
        warnings.append(
          Diagnostic(.invalid, "Use [x:y] inclusive subscripts instead of [x-y] which has been removed"))
      }
    } else {
      self.expression = String(expression)
      self.picker = nil
    }
  }

  /// Splits `web[1:3]`; `nil` when the brackets hold something else (then they are a wildcard's).
  private static func trailingSubscript(
    of expression: Substring
  ) -> (base: Substring, picker: HostPattern.Subscript, usesDash: Bool)? {
    guard expression.utf8.last == UInt8(ascii: "]"), let open = expression.utf8.lastIndex(of: UInt8(ascii: "[")),
      open > expression.startIndex
    else { return nil }
    let base = expression[..<open]
    let inside = expression[expression.utf8.index(after: open)...].dropLast()
    if let index = number(inside, allowingSign: true) { return (base, .one(index), false) }
    for separator: Character in [":", "-"] {
      let parts = inside.split(separator: separator, maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, let first = number(parts[0]) else { continue }
      if parts[1].isEmpty { return (base, .range(first, nil), separator == "-") }
      if let last = number(parts[1]) { return (base, .range(first, last), separator == "-") }
    }
    return nil
  }

  private static func number(_ text: Substring, allowingSign: Bool = false) -> Int? {
    let digits = allowingSign && text.utf8.first == UInt8(ascii: "-") ? text.dropFirst() : text
    guard !digits.isEmpty, digits.utf8.allSatisfy(\.isDigit) else { return nil }
    return Int(text)
  }
}

extension HostPattern.Subscript {
  /// The hosts it takes of `hosts`, or `nil` when a single place is beyond them.
  func apply<Element>(to hosts: [Element]) -> [Element]? {
    switch self {
    case .one(let index):
      let position = index < 0 ? hosts.count + index : index
      return hosts.indices.contains(position) ? [hosts[position]] : nil
    case .range(let first, let last):
      guard first < hosts.count else { return [] }
      let end = min(last ?? hosts.count - 1, hosts.count - 1)
      return end >= first ? Array(hosts[first...end]) : []
    }
  }
}
