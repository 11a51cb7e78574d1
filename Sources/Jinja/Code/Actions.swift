import Values

/// Text outside of all tags.
final class DataAction: Action {
  private let source: [UInt8]
  private let range: Range<Int>

  /// - Parameters:
  ///   - source: the whole template, which all of its texts share.
  ///   - range: where this one stands.
  init(_ source: [UInt8], _ range: Range<Int>) {
    self.source = source
    self.range = range
  }

  func run(_ frame: Frame, _ output: Output) throws -> Flow {
    try output.append(source, range)
    return .normal
  }
}

final class OutputAction: Action {
  private let code: any Code
  private let offset: Int
  init(_ code: any Code, _ offset: Int) {
    self.code = code
    self.offset = offset
  }
  func run(_ frame: Frame, _ output: Output) throws -> Flow {
    let object = try code.evaluate(frame)
    do { try output.append(object) } catch { throw frame.located(error, offset) }
    return .normal
  }
}

final class EvaluateAction: Action {
  private let code: any Code
  init(_ code: any Code) { self.code = code }
  func run(_ frame: Frame, _ output: Output) throws -> Flow {
    _ = try code.evaluate(frame)
    return .normal
  }
}

final class FlowAction: Action {
  private let flow: Flow
  init(_ flow: Flow) { self.flow = flow }
  func run(_ frame: Frame, _ output: Output) throws -> Flow { flow }
}

final class ConditionalAction: Action {
  private let test: any Code
  private let body: any Action
  private let otherwise: (any Action)?
  private let offset: Int

  init(_ test: any Code, _ body: any Action, otherwise: (any Action)?, _ offset: Int) {
    self.test = test
    self.body = body
    self.otherwise = otherwise
    self.offset = offset
  }

  func run(_ frame: Frame, _ output: Output) throws -> Flow {
    let holds: Bool
    do { holds = try test.isTrue(frame) } catch { throw frame.located(error, offset) }
    if holds { return try body.run(frame, output) }
    return try otherwise?.run(frame, output) ?? .normal
  }
}

/// A condition with `elif`.
final class ChoiceAction: Action {
  private let branches: [(test: any Code, body: any Action)]
  private let otherwise: (any Action)?
  private let offset: Int

  init(_ branches: [(test: any Code, body: any Action)], otherwise: (any Action)?, _ offset: Int) {
    self.branches = branches
    self.otherwise = otherwise
    self.offset = offset
  }

  func run(_ frame: Frame, _ output: Output) throws -> Flow {
    for index in branches.indices {
      let holds: Bool
      do { holds = try branches[index].test.isTrue(frame) } catch { throw frame.located(error, offset) }
      if holds { return try branches[index].body.run(frame, output) }
    }
    return try otherwise?.run(frame, output) ?? .normal
  }
}

/// Where an assignment stores to.
enum Store: Sendable {
  /// - Parameter export: the name under which other templates and blocks see it, for assignments at the top level.
  case slot(Int, export: String?)
  indirect case attribute(any Code, String, name: String)
  case tuple([Store])

  func assign(_ object: Object, _ frame: Frame) throws {
    switch self {
    case .slot(let slot, let export):
      frame.slots[slot] = object
      if let export { frame.context.exports[export] = object }
    case .attribute(let code, let attribute, let name):
      guard case .native(let native) = try code.evaluate(frame) else {
        throw Diagnostic(
          .template, "cannot assign attribute on non-namespace object",
          help: "Make it with {% set \(name) = namespace(\(attribute)=…) %}.")
      }
      try native.setAttribute(attribute, to: object)
    case .tuple(let stores):
      let elements = try object.elements(in: frame.scope)
      guard elements.count >= stores.count else {
        throw Diagnostic(.template, "not enough values to unpack (expected \(stores.count), got \(elements.count))")
      }
      guard elements.count == stores.count else {
        throw Diagnostic(.template, "too many values to unpack (expected \(stores.count))")
      }
      for (store, element) in zip(stores, elements) { try store.assign(element, frame) }
    }
  }
}

final class SetAction: Action {
  private let store: Store
  private let code: any Code
  private let offset: Int
  init(_ store: Store, _ code: any Code, _ offset: Int) {
    self.store = store
    self.code = code
    self.offset = offset
  }
  func run(_ frame: Frame, _ output: Output) throws -> Flow {
    let object = try code.evaluate(frame)
    do { try store.assign(object, frame) } catch { throw frame.located(error, offset) }
    return .normal
  }
}

/// What a body puts out, as one value, through filters: `{% set x %}…{% endset %}` and `{% filter x %}…{% endfilter %}`.
final class CaptureCode: Code {
  private let body: any Action
  private let locals: [Int]
  init(_ body: any Action, locals: [Int]) {
    self.body = body
    self.locals = locals
  }
  func evaluate(_ frame: Frame) throws -> Object {
    for slot in locals { frame.slots[slot] = nil }
    let output = Output(frame.scope)
    _ = try body.run(frame, output)
    return output.result()
  }
}

/// `{% with a = 1 %}…{% endwith %}`.
final class WithAction: Action {
  private let values: [(store: Store, code: any Code)]
  private let body: any Action
  private let locals: [Int]
  private let offset: Int

  init(_ values: [(store: Store, code: any Code)], body: any Action, locals: [Int], _ offset: Int) {
    self.values = values
    self.body = body
    self.locals = locals
    self.offset = offset
  }

  func run(_ frame: Frame, _ output: Output) throws -> Flow {
    let objects = try values.map { try $0.code.evaluate(frame) }
    for slot in locals { frame.slots[slot] = nil }
    do {
      for (value, object) in zip(values, objects) { try value.store.assign(object, frame) }
    } catch { throw frame.located(error, offset) }
    return try body.run(frame, output)
  }
}
