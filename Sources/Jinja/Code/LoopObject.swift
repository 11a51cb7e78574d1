import Values

/// The `loop` variable.
final class LoopObject: NativeObject {
  private let elements: LoopElements
  private let depth: Int
  private let recursion: ((Object) throws -> Object)?
  private var lastChanged: Object?
  /// From 0.
  var index = 0

  init(_ elements: LoopElements, depth: Int, recursion: ((Object) throws -> Object)?) {
    self.elements = elements
    self.depth = depth
    self.recursion = recursion
  }

  var typeName: String { "LoopContext" }
  var isCallable: Bool { true }
  var count: Int? { elements.count }
  func repr(depth: Int) throws -> String { "<LoopContext \(index + 1)/\(elements.count)>" }

  enum Attribute: String {
    case index, index0, revindex, revindex0, first, last, length, depth, depth0, previtem, nextitem, cycle, changed
  }

  func attribute(_ name: String, in scope: Scope) throws -> Object? { try Attribute(rawValue: name).map(value) }

  func value(of attribute: Attribute) throws -> Object {
    switch attribute {
    case .index: .int(index + 1)
    case .index0: .int(index)
    case .revindex: .int(elements.count - index)
    case .revindex0: .int(elements.count - index - 1)
    case .first: .bool(index == 0)
    case .last: .bool(index == elements.count - 1)
    case .length: .int(elements.count)
    case .depth: .int(depth + 1)
    case .depth0: .int(depth)
    case .previtem:
      index > 0 && index <= elements.count
        ? try elements.element(index - 1) : .undefined(Undefined(hint: "there is no previous item"))
    case .nextitem:
      index + 1 < elements.count
        ? try elements.element(index + 1) : .undefined(Undefined(hint: "there is no next item"))
    case .cycle, .changed: .native(LoopMethod(self, attribute))
    }
  }

  func call(_ arguments: Arguments) throws -> Object {
    guard let recursion else {
      throw Diagnostic(
        .template, "The loop must have the 'recursive' marker to be called recursively.",
        help: "Write {% for … in … recursive %}.")
    }
    guard let children = arguments.positional.first, arguments.positional.count == 1 else {
      throw Diagnostic(.template, "loop() takes one argument, the sequence to go on with")
    }
    return try recursion(children)
  }

  fileprivate func cycle(_ arguments: Arguments) throws -> Object {
    guard !arguments.positional.isEmpty else { throw Diagnostic(.template, "no items for cycling given") }
    return arguments.positional[index % arguments.positional.count]
  }

  fileprivate func changed(_ arguments: Arguments) throws -> Object {
    let value = Object.tuple(arguments.positional)
    if let lastChanged, try lastChanged.isEqual(to: value) { return .bool(false) }
    lastChanged = value
    return .bool(true)
  }
}

/// `loop.cycle` and `loop.changed`.
private final class LoopMethod: NativeObject {
  private let loop: LoopObject
  private let attribute: LoopObject.Attribute
  init(_ loop: LoopObject, _ attribute: LoopObject.Attribute) {
    self.loop = loop
    self.attribute = attribute
  }
  var typeName: String { "method" }
  var isCallable: Bool { true }
  func call(_ arguments: Arguments) throws -> Object {
    attribute == .cycle ? try loop.cycle(arguments) : try loop.changed(arguments)
  }
}
