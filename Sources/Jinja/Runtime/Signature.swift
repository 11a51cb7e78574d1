import Values

/// The parameters of a filter, test or function, read once from Python's notation: `(value, d='', attribute=None, *args)`.
///
/// It binds arguments as Python does, with Python's complaints, and is what the documentation shows.
package final class Signature: Sendable {
  struct Parameter: Sendable {
    let name: String
    let fallback: Value?
    let keywordOnly: Bool
    /// Before a `/`: a keyword of the same name is another argument.
    var positionalOnly = false
  }

  package let text: String
  let parameters: [Parameter]
  let takesExtra: Bool
  let takesKeywords: Bool
  private let positionalCount: Int
  private let requiredCount: Int
  /// What fills the rest, by how many positional arguments are given; `nil` where they do not suffice.
  private let fallbacks: [[Value]?]

  /// - Parameter text: parameters in Python's notation with parentheses; a default is `None`, `True`, `False`, a number, a
  ///   quoted string without escapes, `[]` or `{}`.
  package init(_ text: String) {
    self.text = text
    var parameters: [Parameter] = []
    var takesExtra = false
    var takesKeywords = false
    var keywordOnly = false
    for piece in Signature.pieces(of: text) {
      if piece == "/" {
        for index in parameters.indices { parameters[index].positionalOnly = true }
      } else if piece.hasPrefix("**") {
        takesKeywords = true
      } else if piece.hasPrefix("*") {
        takesExtra = piece != "*"
        keywordOnly = true
      } else if let equals = piece.firstIndex(of: "=") {
        parameters.append(
          Parameter(
            name: String(piece[..<equals]), fallback: Signature.literal(piece[piece.index(after: equals)...]),
            keywordOnly: keywordOnly))
      } else {
        parameters.append(Parameter(name: piece, fallback: nil, keywordOnly: keywordOnly))
      }
    }
    self.parameters = parameters
    self.takesExtra = takesExtra
    self.takesKeywords = takesKeywords
    positionalCount = parameters.count { !$0.keywordOnly }
    requiredCount = parameters.count { $0.fallback == nil }
    fallbacks = (0...positionalCount).map { count in
      let rest = parameters[count...].map(\.fallback)
      return rest.contains { $0 == nil } ? nil : rest.compactMap(\.self)
    }
  }

  /// The pieces between commas outside of quotes, without the spaces there.
  private static func pieces(of text: String) -> [String] {
    var pieces: [String] = []
    var piece: [UInt8] = []
    var isQuoted = false
    for byte in text.utf8.dropFirst().dropLast() {
      if byte == UInt8(ascii: "'") { isQuoted.toggle() }
      if byte == UInt8(ascii: ","), !isQuoted {
        pieces.append(String(decoding: piece, as: UTF8.self))
        piece.removeAll(keepingCapacity: true)
      } else if isQuoted || byte != UInt8(ascii: " ") {
        piece.append(byte)
      }
    }
    if !piece.isEmpty { pieces.append(String(decoding: piece, as: UTF8.self)) }
    return pieces
  }

  private static func literal(_ text: Substring) -> Value {
    switch text {
    case "None": return .null
    case "True": return .bool(true)
    case "False": return .bool(false)
    case "[]": return .list([])
    case "{}": return .map(Map())
    default: break
    }
    if text.hasPrefix("'") { return .string(String(text.dropFirst().dropLast())) }
    return Int(text).map(Value.int) ?? Double(text).map(Value.double) ?? .string(String(text))
  }

  /// One value for each parameter, and what `*args` and `**kwargs` take.
  struct Bound {
    var values: [Object]
    var extra: [Object] = []
    var keywords: [(name: String, value: Object)] = []
  }

  /// The defaults of the parameters after the first `count`, when so many positional arguments alone make a call.
  func fallbacks(after count: Int) -> [Value]? {
    count < fallbacks.count ? fallbacks[count] : nil
  }

  func bind(_ arguments: consuming Arguments, of function: String) throws -> Bound {
    if arguments.keywords.isEmpty, arguments.positional.count == parameters.count, positionalCount == parameters.count {
      return Bound(values: arguments.positional)
    }
    var bound = Bound(values: [])
    let given = arguments.positional.count
    if given > positionalCount {
      guard takesExtra else { throw tooMany(given, function) }
      bound.extra = Array(arguments.positional[positionalCount...])
    }
    bound.values.reserveCapacity(parameters.count)
    bound.values.append(contentsOf: arguments.positional.prefix(positionalCount))
    var missing: [String] = []
    var used = 0
    for (index, parameter) in parameters.enumerated() {
      let keyword =
        arguments.keywords.isEmpty || parameter.positionalOnly ? nil : arguments.keyword(parameter.name)
      if keyword != nil { used += 1 }
      if index < bound.values.count {
        if keyword != nil {
          throw Diagnostic(.template, "\(function)() got multiple values for argument '\(parameter.name)'")
        }
      } else if let keyword {
        bound.values.append(keyword)
      } else if let fallback = parameter.fallback {
        bound.values.append(Object(fallback, in: nil))
      } else {
        missing.append("'\(parameter.name)'")
        bound.values.append(.none)
      }
    }
    if used < arguments.keywords.count {
      let unknown = arguments.keywords.filter { keyword in
        !parameters.contains { $0.name == keyword.name && !$0.positionalOnly }
      }
      if takesKeywords {
        bound.keywords = unknown
      } else if let first = unknown.first {
        throw Diagnostic(
          .template, "\(function)() got an unexpected keyword argument '\(first.name)'", help: "It takes \(text).")
      }
    }
    guard missing.isEmpty else { throw tooFew(missing, function) }
    return bound
  }

  private func tooMany(_ given: Int, _ function: String) -> Diagnostic {
    let required = parameters.count { $0.fallback == nil && !$0.keywordOnly }
    let range = required == positionalCount ? "\(positionalCount)" : "from \(required) to \(positionalCount)"
    let noun = positionalCount == 1 && required == 1 ? "argument" : "arguments"
    return Diagnostic(
      .template, "\(function)() takes \(range) positional \(noun) but \(given) \(given == 1 ? "was" : "were") given",
      help: "It takes \(text).")
  }

  private func tooFew(_ names: [String], _ function: String) -> Diagnostic {
    let list =
      names.count < 2
      ? names.joined()
      : names.dropLast().joined(separator: ", ") + (names.count > 2 ? "," : "") + " and \(names.last ?? "")"
    let noun = names.count == 1 ? "argument" : "arguments"
    return Diagnostic(
      .template, "\(function)() missing \(names.count) required positional \(noun): \(list)", help: "It takes \(text).")
  }
}
