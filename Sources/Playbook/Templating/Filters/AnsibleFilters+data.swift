import Jinja
import Values

extension AnsibleFilters {
  /// To and from JSON and YAML.
  static let data: [TemplateFunction] = [
    TemplateFunction(
      "to_json", "(value, indent=None, sort_keys=False, ensure_ascii=True, separators=None, **options)", "JSON."
    ) { call in
      try json(call, indent: call.optionalInt(1), sorted: call.bool(2))
    },
    TemplateFunction(
      "to_nice_json", "(value, indent=4, sort_keys=True, ensure_ascii=True, separators=None, **options)",
      "JSON over several lines."
    ) { call in
      try json(call, indent: call.optionalInt(1), sorted: call.bool(2))
    },
    TemplateFunction("from_json", "(a, profile=None, **options)", "The value that a JSON text means.") { call in
      let text = try call.string(0)
      let profile = try profile(call)
      // The strings of a text that may hold templates may be templates, in the dialects that can tell which may not.
      let isTrusted =
        if profile != .tagless, case .string(let input) = call.input { input.origin != nil } else { false }
      let source = SourceFile(path: "<JSON text>", text: text)
      var value = try JSONReader.read(text.losslessBytes, from: isTrusted ? source : nil, trusted: isTrusted)
      if isTrusted || text.utf8.contains("__ansible_".utf8) {
        let place = Place(source, line: 1, column: 1)
        value = try profile.value(of: value, at: place) { (envelope: String, place: Place) throws(Diagnostic) in
          guard let files = (call.scope.attachment as? TemplatingContext)?.lookup.snapshot.projectFiles else {
            throw Diagnostic(.vault, "no vault password is known")
          }
          return try files.secret(envelope, at: place)
        }
        if case .secret(let secret) = value, let problem = secret.sealed { throw problem }
      }
      // Half a surrogate pair is no character. Without the escape there can be none.
      if text.contains("\\ud") || text.contains("\\uD") { value = try wellFormed(value, call) }
      return isTrusted ? TrustFilters.object(value, call) : call.object(value)
    },
    TemplateFunction("to_yaml", "(value, default_flow_style=None, **options)", "YAML.") { call in
      try yaml(call, flow: call[1].isNone ? nil : call.bool(1), indent: 2)
    },
    TemplateFunction("to_nice_yaml", "(value, indent=4, **options)", "YAML over several lines.") { call in
      try yaml(call, flow: false, indent: call.int(1))
    },
    TemplateFunction("from_yaml", "(data)", "The value that a YAML text means.") { call in
      guard let text = call.input.string else { return call.input }
      let document = try YAMLReader.read(SourceFile(path: "<unicode string>", text: text))
      return call.object(try document.root?.value(trusted: false) ?? .null)
    },
    TemplateFunction("from_yaml_all", "(data)", "The values of all documents of a YAML text.") { call in
      if call.input.isNone { return .list([]) }
      guard let text = call.input.string else { return call.input }
      let documents = try YAMLReader.readAll(text, in: SourceFile(path: "<unicode string>", text: text))
      return call.object(.list(try documents.map { try $0.root?.value(trusted: false) ?? .null }))
    },
  ]

  private static func profile(_ call: Call) throws -> JSONProfile {
    guard let name = try call.optionalString(1), !name.isEmpty else { return .tagless }
    guard let profile = JSONProfile(rawValue: name) else {
      throw call.failure(
        "Unknown profile name '\(name)'.",
        help: "Known are \(JSONProfile.allCases.map(\.rawValue).joined(separator: ", ")).")
    }
    return profile
  }

  /// The value with its texts as characters: half of a surrogate pair is an error, or with
  /// `ANSIBLE_MODULE_STRICT_UTF8_RESPONSE=false` a question mark.
  private static func wellFormed(_ value: Value, _ call: Call) throws(Diagnostic) -> Value {
    switch value {
    case .string(let text):
      let bytes = text.string.losslessBytes
      if String(validating: bytes, as: UTF8.self) != nil { return value }
      let setting = call.environment("ANSIBLE_MODULE_STRICT_UTF8_RESPONSE")
      guard setting.flatMap({ Coercion.bool(.string($0)) }) == false else {
        let cause = Diagnostic(
          .template, "Refusing to deserialize an invalid UTF8 string value.",
          help: "The JSON text holds half of a surrogate pair (\\uD800 to \\uDFFF), which is no character. "
            + "ANSIBLE_MODULE_STRICT_UTF8_RESPONSE=false puts a question mark there.")
        throw Diagnostic(.template, "The filter plugin 'ansible.builtin.from_json' failed.", causes: [cause])
      }
      // A half stands as one byte, or as the three that it would have in UTF-8.
      let marked = String(decoding: bytes, as: UTF8.self).replacing("\u{FFFD}\u{FFFD}\u{FFFD}", with: "?")
      return .string(Text(marked.replacing("\u{FFFD}", with: "?"), sharing: text.origin))
    case .list(let list):
      var result: [Value] = []
      for element in list { result.append(try wellFormed(element, call)) }
      return .list(result)
    case .map(let map):
      var result = Map(minimumCapacity: map.count)
      for (key, member) in map { result[key] = try wellFormed(member, call) }
      return .map(result)
    default: return value
    }
  }

  private static func json(_ call: Call, indent: Int?, sorted: Bool) throws -> Object {
    var writer = JSONWriter(indent: indent.map { min(max($0, 0), 100) })
    writer.sortsKeys = sorted
    writer.ensuresASCII = try call.bool(3)
    writer.revealsSecrets = true
    if case .list(let separators) = try call.value(4), separators.count == 2, let item = separators[0].string,
      let key = separators[1].string
    {
      writer.itemSeparator = item
      writer.keySeparator = key
    }
    let value = try call.value(0)
    return secretly(value, writer.string(value), call)
  }

  private static func yaml(_ call: Call, flow: Bool?, indent: Int) throws -> Object {
    var writer = YAMLWriter(indent: min(max(try call.keyword("indent")?.int ?? indent, 2), 100))
    writer.usesFlowStyle = flow
    if let style = try call.keyword("default_flow_style")?.bool { writer.usesFlowStyle = style }
    if let width = try call.keyword("width") { writer.width = width.int ?? Int(width.double ?? 80) }
    if let sorts = try call.keyword("sort_keys")?.bool { writer.sortsKeys = sorts }
    if let unicode = try call.keyword("allow_unicode")?.bool { writer.allowsUnicode = unicode }
    if let start = try call.keyword("explicit_start")?.bool { writer.hasExplicitStart = start }
    if let end = try call.keyword("explicit_end")?.bool { writer.hasExplicitEnd = end }
    writer.revealsSecrets = true
    let value = try call.value(0)
    return secretly(value, try writer.string(value), call)
  }

  /// Text that shows a secret is a secret.
  private static func secretly(_ value: Value, _ text: String, _ call: Call) -> Object {
    value.holdsSecret ? call.object(.secret(Secret(text))) : .string(text)
  }
}

extension Value {
  var double: Double? {
    if case .double(let double) = self { double } else { nil }
  }

  /// Whether a secret is anywhere inside.
  var holdsSecret: Bool {
    switch self {
    case .secret: true
    case .list(let list): list.contains(where: \.holdsSecret)
    case .map(let map): map.values.contains(where: \.holdsSecret)
    default: false
    }
  }
}
