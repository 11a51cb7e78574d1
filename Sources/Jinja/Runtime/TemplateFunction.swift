import Synchronization
import Values

/// A filter, test or global function: the row of its table, from which binding, help and documentation derive.
package final class TemplateFunction: Sendable {
  package typealias Body = @Sendable (Call) throws -> Object

  package let name: String
  package let aliases: [String]
  /// The parameters in Python's notation.
  package let signatureText: String
  private let readSignature = AtomicLazyReference<Signature>()
  /// What it does, in one line.
  package let summary: String
  /// Whether it wants to see undefined arguments; otherwise a call with one is an error that names the variable.
  package let acceptsUndefined: Bool
  /// Whether it wants to see encrypted values to which no password is known (`Undefined.envelope`).
  package let acceptsSealed: Bool
  /// Whether string constants among its arguments that look like templates are rendered first (`lookup('file', '{{ x }}')`).
  package let rendersConstants: Bool
  package let body: Body

  /// - Parameters:
  ///   - name: the name in templates, with dots if it has a collection.
  ///   - signature: the parameters in Python's notation; a filter's or test's first one is its input.
  ///   - aliases: other names for the same.
  ///   - acceptsUndefined: whether it wants to see undefined arguments.
  ///   - acceptsSealed: whether it wants to see encrypted values to which no password is known.
  ///   - rendersConstants: whether constant arguments that look like templates are rendered first.
  ///   - summary: what it does, in one line.
  ///   - body: computes the result; a test's must be a boolean.
  package init(
    _ name: String, _ signature: String, aliases: [String] = [], acceptsUndefined: Bool = false,
    acceptsSealed: Bool = false, rendersConstants: Bool = false, _ summary: String, body: @escaping Body
  ) {
    self.name = name
    signatureText = signature
    self.aliases = aliases
    self.summary = summary
    self.acceptsUndefined = acceptsUndefined
    self.acceptsSealed = acceptsSealed
    self.rendersConstants = rendersConstants
    self.body = body
  }

  /// The parameters: read when they are first asked for, because of the hundreds of functions a play calls a handful.
  var signature: Signature { readSignature.load() ?? readSignature.storeIfNil(Signature(signatureText)) }

  /// Runs the body with arguments that are bound and defined already.
  func call(bound values: [Object], in scope: Scope) throws -> Object {
    let call = Call(function: self, arguments: values, extra: [], keywords: [], scope: scope)
    return try scope.runtime.tainting { try body(call) }
  }

  /// Whether a call with this argument comes to its error only.
  func refuses(_ argument: Object) -> Bool {
    guard case .undefined(let undefined) = argument else { return false }
    if undefined.envelope != nil { return !acceptsSealed }
    return !acceptsUndefined || undefined.isFailure
  }

  /// Binds the arguments and runs the body; text computed from a secret becomes secret.
  package func callAsFunction(_ arguments: consuming Arguments) throws -> Object {
    let scope = arguments.scope
    if !acceptsUndefined {
      for argument in arguments.positional { try check(argument) }
      for keyword in arguments.keywords { try check(keyword.value) }
    }
    let bound = try signature.bind(arguments, of: name)
    let call = Call(
      function: self, arguments: bound.values, extra: bound.extra, keywords: bound.keywords, scope: scope)
    return try scope.runtime.tainting { try body(call) }
  }

  @inline(__always)
  private func check(_ argument: Object) throws {
    if refuses(argument) { _ = try argument.defined() }
  }
}

/// A `TemplateFunction` as a value: what the name of a global function evaluates to.
final class FunctionObject: NativeObject {
  private let function: TemplateFunction
  init(_ function: TemplateFunction) { self.function = function }
  var typeName: String { "function" }
  var isCallable: Bool { true }
  func call(_ arguments: Arguments) throws -> Object { try function(arguments) }
  func repr(depth: Int) throws -> String { "<function \(function.name)>" }
}
