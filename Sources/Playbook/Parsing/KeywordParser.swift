import Values

/// Reads the keywords of a play, block, task or handler out of its mapping, checking their form.
struct KeywordParser {
  let files: ProjectFiles
  let catalog: ActionCatalog

  /// The keyword's value as it will be stored.
  /// - Throws: `Diagnostic` when a literal value has the wrong form. Templates are checked when they are rendered.
  func value(of keyword: Keyword, from node: YAMLNode, in scope: String) throws(Diagnostic) -> Value {
    let value = try files.value(of: node)
    if keyword == .moduleDefaults { try checkDefaults(node) }
    if value.text?.isTemplate == true { return keyword.form == .names ? .list([value]) : value }
    switch keyword.form {
    case .bool:
      if value.isNull { return value }
      guard let bool = Coercion.bool(value) else {
        throw wrongForm(
          keyword, node,
          "Error processing keyword '\(keyword.rawValue)': The value '\(PlainText.of(value))' could not be converted to 'bool'."
        )
      }
      return .bool(bool)
    case .int:
      if value.isNull { return value }
      guard let int = Coercion.int(value) else {
        throw wrongForm(
          keyword, node,
          "Error processing keyword '\(keyword.rawValue)': The value '\(PlainText.of(value))' could not be converted to 'int'."
        )
      }
      return .int(int)
    case .number:
      if value.isNull { return value }
      guard let number = Coercion.double(value) else {
        throw wrongForm(
          keyword, node,
          "Error processing keyword '\(keyword.rawValue)': The value '\(PlainText.of(value))' could not be converted to 'float'."
        )
      }
      return .double(number)
    case .text:
      switch value {
      case .list, .map:
        throw wrongForm(keyword, node, "the field '\(keyword.rawValue)' should be a string")
      case .int, .double, .bool, .dateTime: return .string(Text(PlainText.of(value), writtenAt: node.place))
      case .string(let text) where keyword == .debugger && !text.isTemplate:
        let known = ["always", "never", "on_failed", "on_skipped", "on_unreachable"]
        guard known.contains(text.string) else {
          throw wrongForm(
            keyword, node,
            "'\(text.string)' is not a valid value for debugger. Must be one of \(known.joined(separator: ", "))")
        }
        return value
      default: return value
      }
    case .names:
      return .list(try names(value, keyword, node))
    case .map:
      if value.isNull { return .map([:]) }
      guard case .map = value else {
        let what =
          keyword == .vars
          ? "Vars in a \(scope) must be specified as a dictionary."
          : "the field '\(keyword.rawValue)' must be a dictionary"
        throw wrongForm(keyword, node, what)
      }
      return value
    case .maps:
      switch value {
      case .null: return .list([])
      case .map: return .list([value])
      case .list: return value
      default:
        throw wrongForm(keyword, node, "the field '\(keyword.rawValue)' must be a dictionary or a list of dictionaries")
      }
    case .conditions:
      switch value {
      case .null: return .list([])
      case .list: return value
      default: return .list([value])
      }
    case .any:
      return value
    }
  }

  /// Names in `module_defaults` that nothing is called by.
  private func checkDefaults(_ node: YAMLNode) throws(Diagnostic) {
    for mapping in node.items ?? [node] {
      for (key, _) in mapping.pairs ?? [] {
        guard let text = key.scalarText, !text.contains("{{") else { continue }
        do throws(Diagnostic) {
          try checkDefaults(of: text)
        } catch {
          var error = error
          error.place = error.place ?? key.place
          throw error
        }
      }
    }
  }

  private func checkDefaults(of name: String) throws(Diagnostic) {
    if name.hasPrefix(ModuleDefaults.groupPrefix) {
      let group = String(name.dropFirst(ModuleDefaults.groupPrefix.count))
      if try catalog.group(group) != nil { return }
      let full = group.contains(".") ? group : "ansible.builtin.\(group)"
      throw Diagnostic(
        .invalid, "Error loading module_defaults: could not resolve the module_defaults group \(full)",
        help: Suggestion.help(for: group, in: ActionCatalog.groups))
    }
    guard let resolution = try catalog.resolve(name) else {
      let full = name.contains(".") ? name : "ansible.legacy.\(name)"
      throw Diagnostic(
        .invalid, "Could not resolve action \(full) in module_defaults",
        help: Suggestion.help(for: name, in: catalog.names))
    }
    for use in resolution.deprecations { files.deprecate(Diagnostic(.invalid, use)) }
  }

  /// What to say of variables whose names mean something else.
  func reservedNames(among vars: YAMLNode?) -> [Diagnostic] {
    (vars?.pairs ?? []).compactMap { ReservedNames.warning($0.key.scalarText ?? "", at: $0.key.place) }
  }

  private func names(_ value: Value, _ keyword: Keyword, _ node: YAMLNode) throws(Diagnostic) -> [Value] {
    switch value {
    case .null: return []
    case .list(let list):
      var names: [Value] = []
      for item in list { names += try self.names(item, keyword, node) }
      return names
    case .string(let text):
      if text.isTemplate || keyword == .notify || keyword == .listen { return [value] }
      return text.string.split(separator: ",").map { .string(Text(String($0).trimmingBlanks, sharing: text.origin)) }
    case .int, .double, .bool, .dateTime: return [.string(Text(PlainText.of(value)))]
    case .map, .secret, .omit:
      throw wrongForm(keyword, node, "the field '\(keyword.rawValue)' should be a list of strings")
    }
  }

  private func wrongForm(_ keyword: Keyword, _ node: YAMLNode, _ message: String) -> Diagnostic {
    Diagnostic(.invalid, message, at: node.place)
  }
}

extension String {
  /// Without blanks at either end.
  var trimmingBlanks: String {
    // Nearly always there are none, and asking a character whether it is white space takes long.
    let visible: ClosedRange<UInt8> = 0x21...0x7E
    if let first = utf8.first, let last = utf8.last, visible.contains(first), visible.contains(last) { return self }
    var slice = Substring(self)
    while slice.first?.isWhitespace == true { slice.removeFirst() }
    while slice.last?.isWhitespace == true { slice.removeLast() }
    return String(slice)
  }
}
