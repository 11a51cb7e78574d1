import Values

/// A compiled expression: names are resolved to slots, functions are looked up, constants are made.
protocol Code: AnyObject, Sendable {
  func evaluate(_ frame: Frame) throws -> Object

  /// The truth of the value, without making the value where that can be avoided.
  func isTrue(_ frame: Frame) throws -> Bool
}

extension Code {
  func isTrue(_ frame: Frame) throws -> Bool { try evaluate(frame).isTrue() }
}

/// A compiled statement.
protocol Action: AnyObject, Sendable {
  /// - Returns: `.normal`, or what a `break` or `continue` within asks of the loop around it.
  func run(_ frame: Frame, _ output: Output) throws -> Flow
}

enum Flow {
  case normal
  case breakLoop
  case continueLoop
}

/// The local variables of one activation of a template, macro, block or recursive loop.
final class Frame {
  /// Where the code of an activation comes from; shared by the frames of one template.
  let context: RenderContext
  let scope: Scope
  let runtime: Runtime
  /// By the slots that the compiler gave out; `nil` where nothing was assigned yet. Nothing reads or writes them while
  /// another access goes on, so the check at run time is spared.
  @exclusivity(unchecked) var slots: [Object?]
  /// The activation in which this one's macro was defined; its variables can be seen.
  let outer: Frame?

  init(_ context: RenderContext, slots: Int, outer: Frame? = nil) {
    self.context = context
    self.outer = outer
    scope = context.scope
    runtime = context.runtime
    self.slots = slots == 0 ? [] : Array(repeating: nil, count: slots)
  }

  @inline(never)
  func point(_ offset: Int) -> SourcePoint {
    SourcePoint(template: context.template, origin: context.origin, offset: offset)
  }

  /// The error with a place, if it has none yet.
  func located(_ error: any Error, _ offset: Int) -> any Error {
    guard var diagnostic = error as? Diagnostic, diagnostic.place == nil else { return error }
    diagnostic.place = point(offset).place
    return diagnostic
  }

  /// An undefined value with the place where it was asked for.
  @inline(__always)
  func located(_ object: consuming Object, _ offset: Int) -> Object {
    if case .undefined(let undefined) = object { return located(undefined, offset) }
    return object
  }

  private func located(_ undefined: Undefined, _ offset: Int) -> Object {
    .undefined(undefined.located(at: point(offset)))
  }
}

/// What all activations of one template in one render share.
final class RenderContext {
  let template: Template
  let scope: Scope
  let runtime: Runtime
  let origin: Place?
  /// Variables set at the top level, and those that an including template hands down.
  var exports: [String: Object]
  /// Blocks by name, the most derived first.
  var blocks: [String: [BlockDefinition]] = [:]
  /// The template that `extends` named.
  var parent: (template: Template, origin: Place?)?
  /// Whether variables from outside are out of sight: a template that is imported, or included, without context.
  let isIsolated: Bool

  init(
    _ template: Template, scope: Scope, origin: Place?, exports: [String: Object] = [:], isIsolated: Bool = false
  ) {
    self.isIsolated = isIsolated
    self.template = template
    self.scope = scope
    self.origin = origin
    self.exports = exports
    runtime = scope.runtime
  }
}

/// A block with the template that defines it.
struct BlockDefinition {
  let unit: Unit
  let template: Template
  let origin: Place?
  let isRequired: Bool
}

/// The compiled body of a template, macro, block or recursive loop, and how many slots an activation needs.
final class Unit: Sendable {
  let slots: Int
  let body: any Action

  init(slots: Int, body: any Action) {
    self.slots = slots
    self.body = body
  }
}
