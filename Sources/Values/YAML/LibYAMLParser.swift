import CLibYAML

/// A token of structure that libyaml found, and where it starts.
enum YAMLEvent {
  case documentStart
  case documentEnd
  case streamEnd
  case alias(String)
  /// `isImplicit`: no tag was written and the text may resolve to a number, boolean or null.
  case scalar(String, style: YAMLNode.ScalarStyle, isImplicit: Bool, anchor: String?, tag: String?)
  case sequenceStart(anchor: String?, tag: String?)
  case sequenceEnd
  case mappingStart(anchor: String?, tag: String?)
  case mappingEnd
}

/// A position as libyaml counts it: both from 0, columns in Unicode scalars.
struct YAMLMark {
  let line: Int
  let column: Int
}

/// What libyaml says when it gives up.
struct LibYAMLError: Error {
  /// What it was doing ("while parsing a flow sequence"), and where that began.
  let context: String?
  let contextMark: YAMLMark?
  let problem: String
  let mark: YAMLMark
}

/// libyaml's parser. The only file that talks to it: unsafe pointers stay inside.
struct LibYAMLParser: ~Copyable {
  // libyaml holds pointers into both for as long as it parses, so both live at fixed addresses until `deinit`.
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private let input: UnsafeMutableBufferPointer<UInt8>

  init(_ text: String) {
    var text = text
    input = text.withUTF8 { utf8 in
      let copy = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: max(utf8.count, 1))
      _ = copy.initialize(fromContentsOf: utf8)
      return UnsafeMutableBufferPointer(start: copy.baseAddress, count: utf8.count)
    }
    parser = .allocate(capacity: 1)
    // It fails only when memory is exhausted; `next` then reports the zeroed parser's error.
    yaml_parser_initialize(parser)
    yaml_parser_set_input_string(parser, input.baseAddress, input.count)
    // A Swift string is UTF-8: libyaml need not guess.
    yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
  }

  deinit {
    yaml_parser_delete(parser)
    parser.deallocate()
    input.baseAddress?.deallocate()
  }

  /// The next event; `.streamEnd` again and again at the end.
  mutating func next() throws(LibYAMLError) -> (event: YAMLEvent, mark: YAMLMark) {
    while true {
      var raw = yaml_event_t()
      guard yaml_parser_parse(parser, &raw) == 1 else { throw failure() }
      defer { yaml_event_delete(&raw) }
      let mark = YAMLMark(raw.start_mark)
      switch raw.type {
      case YAML_DOCUMENT_START_EVENT: return (.documentStart, mark)
      case YAML_DOCUMENT_END_EVENT: return (.documentEnd, mark)
      case YAML_ALIAS_EVENT: return (.alias(Self.string(raw.data.alias.anchor) ?? ""), mark)
      case YAML_SCALAR_EVENT: return (Self.scalar(raw), mark)
      case YAML_SEQUENCE_START_EVENT:
        let start = raw.data.sequence_start
        return (.sequenceStart(anchor: Self.string(start.anchor), tag: Self.string(start.tag)), mark)
      case YAML_SEQUENCE_END_EVENT: return (.sequenceEnd, mark)
      case YAML_MAPPING_START_EVENT:
        let start = raw.data.mapping_start
        return (.mappingStart(anchor: Self.string(start.anchor), tag: Self.string(start.tag)), mark)
      case YAML_MAPPING_END_EVENT: return (.mappingEnd, mark)
      case YAML_STREAM_START_EVENT: continue
      default: return (.streamEnd, mark)
      }
    }
  }

  private static func scalar(_ raw: yaml_event_t) -> YAMLEvent {
    let scalar = raw.data.scalar
    let bytes = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
    let style: YAMLNode.ScalarStyle =
      switch scalar.style {
      case YAML_PLAIN_SCALAR_STYLE: .plain
      case YAML_LITERAL_SCALAR_STYLE, YAML_FOLDED_SCALAR_STYLE: .block
      default: .quoted
      }
    return .scalar(
      String(decoding: bytes, as: UTF8.self), style: style, isImplicit: scalar.plain_implicit == 1,
      anchor: string(scalar.anchor), tag: string(scalar.tag))
  }

  private static func string(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
    pointer.map { String(cString: $0) }
  }

  private func failure() -> LibYAMLError {
    let state = parser.pointee
    let problem = state.problem.map { String(cString: $0) } ?? "out of memory"
    if state.error == YAML_READER_ERROR {
      return LibYAMLError(context: nil, contextMark: nil, problem: problem, mark: mark(atByte: state.problem_offset))
    }
    let context = state.context.map { String(cString: $0) }
    return LibYAMLError(
      context: context, contextMark: context.map { _ in YAMLMark(state.context_mark) }, problem: problem,
      mark: YAMLMark(state.problem_mark))
  }

  /// An undecodable or forbidden character is reported by its byte only.
  private func mark(atByte offset: Int) -> YAMLMark {
    let before = input.prefix(max(0, offset))
    let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    return YAMLMark(
      line: before.count { $0 == UInt8(ascii: "\n") },
      column: before[lineStart...].count { $0 & 0xC0 != 0x80 })
  }
}

extension YAMLMark {
  fileprivate init(_ mark: yaml_mark_t) {
    self.init(line: Int(clamping: mark.line), column: Int(clamping: mark.column))
  }
}
