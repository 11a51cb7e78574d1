/// Writes YAML as PyYAML's safe C dumper does with ansible's settings.
package struct YAMLWriter: Sendable {
  /// Spaces a level, 2 to 9.
  package var indent: Int
  /// The column at which long lines are folded; negative for never.
  package var width: Int
  /// Collections in brackets (`true`), in lines (`false`), or in brackets where they hold only plain scalars (`nil`).
  package var usesFlowStyle: Bool?
  package var sortsKeys: Bool
  package var allowsUnicode: Bool
  /// Writes `---` first.
  package var hasExplicitStart: Bool
  /// Writes `...` last.
  package var hasExplicitEnd: Bool
  package var multilineText: MultilineText
  /// Writes secrets in the clear: only for a text that a host reads, never for a sink that people read.
  package var revealsSecrets: Bool

  package enum MultilineText: Sendable {
    /// As PyYAML would: in quotes, folded.
    case quoted
    /// As a block (`|`) where YAML allows one.
    case block
    /// As a block, made fit for one: trailing space and control characters go, tabs become spaces. For reading only.
    case readableBlock
  }

  /// The defaults are those of the filter `to_yaml`; `to_nice_yaml` is `indent: 4, usesFlowStyle: false`.
  package init(
    indent: Int = 2, width: Int = 80, usesFlowStyle: Bool? = nil, sortsKeys: Bool = true, allowsUnicode: Bool = true,
    hasExplicitStart: Bool = false, hasExplicitEnd: Bool = false, multilineText: MultilineText = .quoted,
    revealsSecrets: Bool = false
  ) {
    self.indent = indent
    self.width = width
    self.usesFlowStyle = usesFlowStyle
    self.sortsKeys = sortsKeys
    self.allowsUnicode = allowsUnicode
    self.hasExplicitStart = hasExplicitStart
    self.hasExplicitEnd = hasExplicitEnd
    self.multilineText = multilineText
    self.revealsSecrets = revealsSecrets
  }

  /// The text, with the line end that PyYAML puts last. `omit` is written as null.
  ///
  /// - Throws: `.limit` for a value nested deeper than anybody reads.
  package func string(_ value: Value) throws(Diagnostic) -> String {
    var emitter = LibYAMLEmitter(indent: indent, width: width, allowsUnicode: allowsUnicode)
    emitter.startDocument(isExplicit: hasExplicitStart)
    try write(value, to: &emitter, depth: 0)
    emitter.endDocument(isExplicit: hasExplicitEnd)
    let bytes = emitter.finish()
    if let failure = emitter.failure { throw Diagnostic(.syntax, "The value can't be written as YAML: \(failure).") }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static let maximumDepth = 500

  private func write(_ value: Value, to emitter: inout LibYAMLEmitter, depth: Int) throws(Diagnostic) {
    guard depth <= Self.maximumDepth else {
      throw Diagnostic(.limit, "The value is nested more than \(Self.maximumDepth) levels deep.")
    }
    switch value {
    case .null, .omit: emitter.scalar("null", canBePlain: true, isLiteral: false)
    case .bool(let bool): emitter.scalar(bool ? "true" : "false", canBePlain: true, isLiteral: false)
    case .int(let int): emitter.scalar(String(int), canBePlain: true, isLiteral: false)
    case .double(let double): emitter.scalar(text(double), canBePlain: true, isLiteral: false)
    case .dateTime(let time): emitter.scalar(time.text, canBePlain: true, needsTagInQuotes: true)
    case .string(let text): write(text.string, to: &emitter)
    case .secret(let secret): write(revealsSecrets ? secret.reveal() : Secret.redacted, to: &emitter)
    case .list(let list):
      emitter.startSequence(isFlow: usesFlowStyle ?? list.allSatisfy(isPlain))
      for item in list { try write(item, to: &emitter, depth: depth + 1) }
      emitter.endSequence()
    case .map(let map):
      emitter.startMapping(isFlow: usesFlowStyle ?? map.allSatisfy { isPlain($0.key.value) && isPlain($0.value) })
      for (key, value) in pairs(map) {
        try write(key.value, to: &emitter, depth: depth + 1)
        try write(value, to: &emitter, depth: depth + 1)
      }
      emitter.endMapping()
    }
  }

  /// Whether PyYAML counts it as a scalar without a style of its own.
  private func isPlain(_ value: Value) -> Bool {
    switch value {
    case .list, .map: false
    case .string(let text): !isBlock(text.string)
    default: true
    }
  }

  /// Python refuses to compare keys of several kinds; PyYAML then keeps their order.
  private func pairs(_ map: Map) -> [Map.Element] {
    guard sortsKeys else { return Array(map) }
    let areStrings = map.keys.allSatisfy { $0.string != nil }
    let areNumbers = map.keys.allSatisfy { $0.string == nil && $0 != .null }
    return areStrings || areNumbers ? map.sorted { Key.isOrdered($0.key, $1.key) } : Array(map)
  }

  // MARK: - Scalars

  private func write(_ text: String, to emitter: inout LibYAMLEmitter) {
    let isBlock = isBlock(text)
    let shown = isBlock && multilineText == .readableBlock ? Self.readable(text) : text
    emitter.scalar(shown, canBePlain: YAMLScalar.isText(shown), isLiteral: isBlock)
  }

  private func isBlock(_ text: String) -> Bool {
    multilineText != .quoted && text.unicodeScalars.contains(where: Self.isBreak)
  }

  private func text(_ double: Double) -> String {
    if double.isNaN { return ".nan" }
    if double.isInfinite { return double < 0 ? "-.inf" : ".inf" }
    let repr = double.pythonRepr
    guard !repr.contains("."), let exponent = repr.firstIndex(of: "e") else { return repr }
    // YAML 1.1 wants a point in every float.
    return repr[..<exponent] + ".0" + repr[exponent...]
  }

  private static func isBreak(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "\n" || scalar == "\u{85}" || scalar == "\u{2028}" || scalar == "\u{2029}"
  }

  private static func readable(_ text: String) -> String {
    var scalars: [Unicode.Scalar] = []
    var column = 0
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\t":
        let count = 8 - column % 8
        scalars += [Unicode.Scalar](repeating: " ", count: count)
        column += count
      case _ where isBreak(scalar):
        while scalars.last == " " { scalars.removeLast() }
        scalars.append(scalar)
        column = 0
      case " "..."~", "\u{A0}"..."\u{FFFD}", "\u{10000}"..."\u{10FFFE}":
        column += 1
        if scalar != "\u{FEFF}" { scalars.append(scalar) }
      default: column += scalar == "\r" ? -column : 1
      }
    }
    while let last = scalars.last, last == " " || isBreak(last) { scalars.removeLast() }
    return String(String.UnicodeScalarView(scalars))
  }
}

extension YAMLScalar {
  /// Whether PyYAML resolves an unquoted text to a string.
  fileprivate static func isText(_ text: String) -> Bool {
    guard resolve(text) == .text else { return false }
    return text != "=" && text != "!" && text != "&" && text != "*"
  }
}
