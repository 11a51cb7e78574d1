import Values

/// The compiled parts of a `for`.
struct LoopCode: Sendable {
  let store: Store
  let condition: (any Code)?
  let body: any Action
  let otherwise: any Action
  /// Slots that the body assigns: empty again at the start of each iteration.
  let locals: [Int]
  let otherwiseLocals: [Int]
  /// Where the `loop` variable is kept, when the body uses it.
  let loopSlot: Int?
  let offset: Int

  /// Runs the loop over `sequence`.
  ///
  /// - Parameters:
  ///   - depth: how many recursive loops are around this one.
  ///   - recursion: what calling `loop` does.
  func run(
    over sequence: Object, _ frame: Frame, _ output: Output, depth: Int = 0,
    recursion: ((Object) throws -> Object)? = nil
  ) throws -> Flow {
    let elements = try elements(of: sequence, frame)
    var loop: LoopObject?
    if let loopSlot {
      let object = LoopObject(elements, depth: depth, recursion: recursion)
      frame.slots[loopSlot] = .native(object)
      loop = object
    }
    let runtime = frame.runtime
    var index = 0
    while index < elements.count {
      try runtime.spend(1)
      for position in locals.indices { frame.slots[locals[position]] = nil }
      do { try store.assign(try elements.element(index), frame) } catch { throw frame.located(error, offset) }
      loop?.index = index
      index += 1
      switch try body.run(frame, output) {
      case .normal, .continueLoop: break
      case .breakLoop: return .normal
      }
    }
    guard index == 0 else { return .normal }
    for slot in otherwiseLocals { frame.slots[slot] = nil }
    return try otherwise.run(frame, output)
  }

  private func elements(of sequence: Object, _ frame: Frame) throws -> LoopElements {
    if condition == nil, case .list(let list) = sequence { return .list(list) }
    let elements: [Object]
    do { elements = try sequence.elements(in: frame.scope) } catch { throw frame.located(error, offset) }
    guard let condition else { return .fixed(elements) }
    return .fixed(try filtered(elements, condition, frame))
  }

  private func filtered(_ elements: [Object], _ condition: any Code, _ frame: Frame) throws -> [Object] {
    var kept: [Object] = []
    do {
      for element in elements {
        try frame.runtime.spend(1)
        try store.assign(element, frame)
        if try condition.isTrue(frame) { kept.append(element) }
      }
    } catch { throw frame.located(error, offset) }
    return kept
  }
}

/// What a loop walks. A list is read as the loop goes: Python's loop sees what the body appends to it.
enum LoopElements {
  case fixed([Object])
  case list(ListObject)

  @inline(__always) var count: Int {
    switch self {
    case .fixed(let elements): elements.count
    case .list(let list): list.count
    }
  }

  /// The element at `index`, which must be within `0..<count`.
  @inline(__always) func element(_ index: Int) throws -> Object {
    switch self {
    case .fixed(let elements): elements[index]
    case .list(let list): try list.element(index)
    }
  }
}

final class LoopAction: Action {
  private let sequence: any Code
  private let code: LoopCode
  init(_ sequence: any Code, _ code: LoopCode) {
    self.sequence = sequence
    self.code = code
  }
  func run(_ frame: Frame, _ output: Output) throws -> Flow {
    try code.run(over: try sequence.evaluate(frame), frame, output)
  }
}

/// `{% for … recursive %}`: each level has an activation of its own, so that `loop(children)` can start another.
final class RecursiveLoopAction: Action {
  private let sequence: any Code
  private let slots: Int
  private let code: LoopCode

  init(_ sequence: any Code, slots: Int, _ code: LoopCode) {
    self.sequence = sequence
    self.slots = slots
    self.code = code
  }

  func run(_ frame: Frame, _ output: Output) throws -> Flow {
    try level(try sequence.evaluate(frame), outer: frame, output, depth: 0)
    return .normal
  }

  private func level(_ sequence: Object, outer: Frame, _ output: Output, depth: Int) throws {
    try outer.runtime.enter()
    let frame = Frame(outer.context, slots: slots, outer: outer)
    _ = try code.run(over: sequence, frame, output, depth: depth) { children in
      let inner = Output(outer.scope)
      try self.level(children, outer: outer, inner, depth: depth + 1)
      return inner.result()
    }
  }
}
