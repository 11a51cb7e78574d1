/// A level of a deeply nested expression at which the stack is checked.
final class GuardedCode: Code {
  private let code: any Code
  init(_ code: any Code) { self.code = code }

  func evaluate(_ frame: Frame) throws -> Object {
    try frame.runtime.enter()
    return try code.evaluate(frame)
  }

  func isTrue(_ frame: Frame) throws -> Bool {
    try frame.runtime.enter()
    return try code.isTrue(frame)
  }
}

/// A level of deeply nested tags at which the stack is checked.
final class GuardedAction: Action {
  private let action: any Action
  init(_ action: any Action) { self.action = action }

  func run(_ frame: Frame, _ output: Output) throws -> Flow {
    try frame.runtime.enter()
    return try action.run(frame, output)
  }
}
