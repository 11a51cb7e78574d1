import Jinja
import Patterns
import Values

/// `sequence`: `start=1 end=10 stride=2 format=host%02d`, or `1-10/2:host%02d`.
struct NumberSequence {
  private(set) var items: [Value] = []

  init(_ call: LookupCall) throws {
    for term in try call.terms.isEmpty && !call.options.isEmpty ? [""] : call.strings() {
      items += try Options(term, call).items(in: call.templar.scope)
    }
  }

  private struct Options {
    private var start: Int?
    private var end: Int?
    private var stride: Int?
    private var count: Int?
    private var format = "%d"

    private static let shortForm = #"(?:(0?x?[0-9a-f]+)\s*-\s*)?(0?x?[0-9a-f]+)(?:/(0?x?[0-9a-f]+))?(?::(.+))?\Z"#
    private static let names = ["start", "end", "stride", "count", "format"]

    init(_ term: String, _ call: LookupCall) throws {
      let bytes = Array(term.utf8)
      let short = try PatternCache.pattern(Self.shortForm, flags: .ignoreCase).match(bytes, anchored: true)
      var words = call.options
      if let short {
        for (name, group) in [("start", 1), ("end", 2), ("stride", 3), ("format", 4)] {
          if let text = PythonPattern.text(short.ranges[group], of: bytes) { words[name] = .string(text) }
        }
      } else if !term.isEmpty {
        let arguments = try KeyValueArguments(Text(term))
        let unknown =
          arguments.pairs.keys.compactMap(\.string).filter { !Self.names.contains($0) }
          + [arguments.rest].compactMap(\.self)
        guard unknown.isEmpty else {
          throw call.failure(
            "unrecognized arguments to with_sequence: \(Value.strings(unknown).pythonRepr)", help: Self.help)
        }
        words.merge(arguments.pairs)
      }
      start = try number("start", words, call)
      end = try number("end", words, call)
      stride = try number("stride", words, call)
      count = try number("count", words, call)
      if let text = words["format"] { format = LookupCall.text(text) }
    }

    private static let help = "Write 'start=1 end=10 stride=2 format=host%02d' or '1-10/2:host%02d'."

    private func number(_ name: String, _ words: Map, _ call: LookupCall) throws(Diagnostic) -> Int? {
      guard let value = words[name], !value.isNull else { return nil }
      guard let number = Coercion.int(value) else {
        throw call.wrongType(name, value, of: "sequence", wanted: "integer", help: Self.help)
      }
      return number
    }

    func items(in scope: Scope) throws -> [Value] {
      func failure(_ message: String) -> Diagnostic { Diagnostic(.template, message, help: Self.help) }
      let (start, stride) = (start ?? 1, stride ?? 1)
      let last: Int
      switch (end, count) {
      case (nil, nil): throw failure("must specify count or end in with_sequence")
      case (_?, _?): throw failure("can't specify both count and end in with_sequence")
      case (let end?, nil): last = end
      case (nil, 0?): return []
      case (nil, let count?):
        let (span, overflows) = count.multipliedReportingOverflow(by: stride)
        let (end, isBeyond) = start.addingReportingOverflow(
          overflows ? 0 : span.subtractingReportingOverflow(1).partialValue)
        guard !overflows, !isBeyond else { throw Diagnostic(.limit, "the sequence is too long") }
        last = end
      }
      if stride == 0 { return [] }
      if stride > 0, last < start { throw failure("to count backwards make stride negative") }
      if stride < 0, last > start { throw failure("to count forward don't make stride negative") }
      guard format.count(where: { $0 == "%" }) == 1 else {
        throw failure("bad formatting string: \(format)")
      }
      guard start.magnitude < 1 << 62, last.magnitude < 1 << 62, (last - start) / stride < 1_000_000 else {
        throw Diagnostic(.limit, "more than a million numbers in a sequence")
      }
      var items: [Value] = []
      for number in Swift.stride(from: start, through: last, by: stride) {
        items.append(.string(try PercentFormat.format(format, .int(number), in: scope)))
      }
      return items
    }
  }
}
