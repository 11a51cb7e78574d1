import CLibYAML

/// libyaml's emitter, which PyYAML's C dumper uses too: so line folding and quoting are the same to the byte. The only file
/// that talks to it.
struct LibYAMLEmitter: ~Copyable {
  /// Where libyaml's write handler puts the bytes; a class, for the handler gets it as a pointer.
  private final class Output {
    var bytes: [UInt8] = []
  }

  private let emitter: UnsafeMutablePointer<yaml_emitter_t>
  private let output: Output
  private(set) var failure: String?

  init(indent: Int, width: Int, allowsUnicode: Bool) {
    emitter = .allocate(capacity: 1)
    output = Output()
    yaml_emitter_initialize(emitter)
    // The emitter holds the pointer no longer than `output` lives: both go with this value.
    yaml_emitter_set_output(
      emitter,
      { context, bytes, count in
        guard let context else { return 0 }
        let output = Unmanaged<Output>.fromOpaque(context).takeUnretainedValue()
        output.bytes.append(contentsOf: UnsafeBufferPointer(start: bytes, count: count))
        return 1
      }, Unmanaged.passUnretained(output).toOpaque())
    yaml_emitter_set_indent(emitter, Int32(clamping: indent))
    yaml_emitter_set_width(emitter, Int32(clamping: width))
    yaml_emitter_set_unicode(emitter, allowsUnicode ? 1 : 0)
    var event = yaml_event_t()
    yaml_stream_start_event_initialize(&event, YAML_UTF8_ENCODING)
    emit(&event)
  }

  deinit {
    yaml_emitter_delete(emitter)
    emitter.deallocate()
  }

  mutating func startDocument(isExplicit: Bool) {
    var event = yaml_event_t()
    yaml_document_start_event_initialize(&event, nil, nil, nil, isExplicit ? 0 : 1)
    emit(&event)
  }

  mutating func endDocument(isExplicit: Bool) {
    var event = yaml_event_t()
    yaml_document_end_event_initialize(&event, isExplicit ? 0 : 1)
    emit(&event)
  }

  /// - Parameters:
  ///   - canBePlain: whether it means the same without quotes.
  ///   - needsTagInQuotes: whether quotes would make another thing of it, so that they get a tag (`! '…'`).
  mutating func scalar(_ text: String, canBePlain: Bool, isLiteral: Bool = false, needsTagInQuotes: Bool = false) {
    var event = yaml_event_t()
    var text = text
    text.withUTF8 { utf8 in
      _ = yaml_scalar_event_initialize(
        &event, nil, nil, utf8.baseAddress, Int32(clamping: utf8.count), canBePlain ? 1 : 0,
        needsTagInQuotes ? 0 : 1, isLiteral ? YAML_LITERAL_SCALAR_STYLE : YAML_PLAIN_SCALAR_STYLE)
    }
    emit(&event)
  }

  mutating func startSequence(isFlow: Bool) {
    var event = yaml_event_t()
    yaml_sequence_start_event_initialize(
      &event, nil, nil, 1, isFlow ? YAML_FLOW_SEQUENCE_STYLE : YAML_BLOCK_SEQUENCE_STYLE)
    emit(&event)
  }

  mutating func endSequence() {
    var event = yaml_event_t()
    yaml_sequence_end_event_initialize(&event)
    emit(&event)
  }

  mutating func startMapping(isFlow: Bool) {
    var event = yaml_event_t()
    yaml_mapping_start_event_initialize(
      &event, nil, nil, 1, isFlow ? YAML_FLOW_MAPPING_STYLE : YAML_BLOCK_MAPPING_STYLE)
    emit(&event)
  }

  mutating func endMapping() {
    var event = yaml_event_t()
    yaml_mapping_end_event_initialize(&event)
    emit(&event)
  }

  /// Ends the stream; all that was written.
  mutating func finish() -> [UInt8] {
    var event = yaml_event_t()
    yaml_stream_end_event_initialize(&event)
    emit(&event)
    return output.bytes
  }

  /// libyaml takes the event over, also when it fails. After a failure nothing more is written.
  private mutating func emit(_ event: inout yaml_event_t) {
    guard failure == nil else {
      yaml_event_delete(&event)
      return
    }
    if yaml_emitter_emit(emitter, &event) != 1 {
      failure = emitter.pointee.problem.map { String(cString: $0) } ?? "out of memory"
    }
  }
}
