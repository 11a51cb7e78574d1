import Jinja
import Values

/// `loop_control:` of a task.
struct LoopControl {
  let variable: String
  let indexVariable: String?
  let pause: Duration
  let isExtended: Bool
  let hasAllItems: Bool
  let breakWhen: [Value]?
  /// Where the variable is named, else the task's.
  let place: Place
  private let labelTemplate: Value?

  private static let known: Set<String> = [
    "loop_var", "index_var", "label", "pause", "extended", "extended_allitems", "break_when",
  ]

  init(_ task: PlayTask, _ templar: Templar) throws(Diagnostic) {
    let map = task.keywords[.loopControl]?.map ?? [:]
    for key in map.keys where !Self.known.contains(key.string ?? "") {
      throw Diagnostic(
        .invalid, "'\(key.string ?? "")' is not a valid attribute for a LoopControl", at: task.place,
        help: Suggestion.help(for: key.string ?? "", in: Array(Self.known)))
    }
    variable =
      try map["loop_var"].map { value throws(Diagnostic) in PlainText.of(try templar.resolve(value)) } ?? "item"
    indexVariable = try map["index_var"].map { value throws(Diagnostic) in PlainText.of(try templar.resolve(value)) }
    let seconds =
      try map["pause"].map { value throws(Diagnostic) in
        let resolved = try templar.resolve(value)
        if case .omit = resolved { return 0.0 }
        guard let seconds = Coercion.double(resolved) else {
          throw Diagnostic(
            .invalid,
            "Error processing keyword 'pause': The value '\(PlainText.of(resolved))' could not be converted to 'float'.",
            at: value.text?.place ?? task.place)
        }
        return seconds
      } ?? 0
    pause = .milliseconds(Int(min(max(seconds, 0), 86_400) * 1000))
    isExtended =
      try map["extended"].map { value throws(Diagnostic) in try templar.resolve(value) }.flatMap(Coercion.bool) ?? false
    hasAllItems =
      try map["extended_allitems"].map { value throws(Diagnostic) in try templar.resolve(value) }.flatMap(Coercion.bool)
      ?? true
    // As if it were not there.
    let isEmpty = map["label"].map { $0.isNull || $0.string == "" } ?? true
    labelTemplate = isEmpty ? nil : map["label"]
    place = map["loop_var"]?.text?.place ?? task.place
    breakWhen = map["break_when"].map { if case .list(let list) = $0 { list } else { [$0] } }
  }

  /// The variables that one item brings.
  func locals(item: Value, at index: Int, of items: [Value]) -> Map {
    var locals: Map = [:]
    locals[variable] = item
    locals["ansible_loop_var"] = .string(variable)
    if let indexVariable {
      locals[indexVariable] = .int(index)
      locals["ansible_index_var"] = .string(indexVariable)
    }
    if isExtended {
      var loop: Map = [
        "index": .int(index + 1), "index0": .int(index), "first": .bool(index == 0),
        "last": .bool(index + 1 == items.count),
        "length": .int(items.count), "revindex": .int(items.count - index), "revindex0": .int(items.count - index - 1),
      ]
      if hasAllItems { loop["allitems"] = .list(items) }
      if index + 1 < items.count { loop["nextitem"] = items[index + 1] }
      if index > 0 { loop["previtem"] = items[index - 1] }
      locals["ansible_loop"] = .map(loop)
    }
    return locals
  }

  /// What the screen shows for an item.
  func label(_ templar: Templar) throws(Diagnostic) -> Value {
    let item = templar.lookup.locals[variable] ?? .null
    guard let labelTemplate else { return item }
    do throws(Diagnostic) {
      return try templar.resolve(labelTemplate)
    } catch {
      // What is undefined fails the item alone.
      guard error.kind == .undefined else { throw error }
      throw Diagnostic(
        .undefined, "Failed to template loop_control.label: \(error.brief)", at: labelTemplate.text?.place)
    }
  }
}
