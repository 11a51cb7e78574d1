import Values

/// What a missing variable, member or element evaluates to: it remembers what was asked for, and where.
package final class Undefined {
  private enum Reason {
    case variable(String)
    case member(Object, typeName: String)
    case hint(String)
    /// What a filter, test or function that met an undefined value gives in turn.
    case failure(Diagnostic)
    /// An encrypted value to which no password is known.
    case sealed(Secret, problem: Diagnostic)
    /// An `x if y` without `else`: shows as nothing, and is false.
    case nothing
  }

  private let reason: Reason
  private let point: SourcePoint?

  private init(_ reason: Reason, at point: SourcePoint?) {
    self.reason = reason
    self.point = point
  }

  /// The variable's name, when it is one that nobody defined.
  package var name: String? {
    if case .variable(let name) = reason { name } else { nil }
  }

  /// A value whose use fails with `hint` as the message.
  package convenience init(hint: String) { self.init(.hint(hint), at: nil) }

  /// A value whose use fails with an error that was raised already.
  static func failed(_ diagnostic: Diagnostic) -> Object { .undefined(Undefined(.failure(diagnostic), at: nil)) }

  /// For an encrypted value to which no password is known.
  static func sealed(_ secret: Secret, _ problem: Diagnostic) -> Object {
    .undefined(Undefined(.sealed(secret, problem: problem), at: nil))
  }

  /// The envelope of an encrypted value to which no password is known.
  package var envelope: String? {
    if case .sealed(let secret, _) = reason { secret.reveal() } else { nil }
  }

  /// Whether it stands for an error other than that something is undefined: then it is no use to ask whether it is defined.
  var isFailure: Bool {
    switch reason {
    case .failure(let diagnostic): diagnostic.kind != .undefined
    case .sealed: true
    default: false
    }
  }

  /// For a variable that nobody defined.
  static func variable(_ name: String, at point: SourcePoint? = nil) -> Object {
    .undefined(Undefined(.variable(name), at: point))
  }

  /// For a member or element that `object` lacks.
  package static func member(_ key: Object, of object: Object) -> Object { member(key, of: object, at: nil) }

  static func member(_ key: Object, of object: Object, at point: SourcePoint?) -> Object {
    .undefined(Undefined(.member(key, typeName: object.typeName), at: point))
  }

  /// The value of `x if y` when `y` is false and there is no `else`.
  static func nothing(at point: SourcePoint) -> Object { .undefined(Undefined(.nothing, at: point)) }

  /// Whether it may be shown, tested and walked, as nothing.
  var isNothing: Bool {
    if case .nothing = reason { true } else { false }
  }

  /// The same with the place where it was asked for, if it has none yet.
  func located(at point: SourcePoint) -> Undefined { self.point == nil ? Undefined(reason, at: point) : self }

  /// What an error about it says, for instance `'x' is undefined`.
  package var message: String {
    switch reason {
    case .variable(let name): return "'\(name)' is undefined"
    case .hint(let hint): return hint
    case .failure(let diagnostic), .sealed(_, let diagnostic): return diagnostic.message
    case .nothing: return "the inline if-expression evaluated to false and no else section was defined."
    case .member(let key, let typeName):
      let shown = if case .secret = key { Secret.redacted } else { (try? key.repr()) ?? key.typeName }
      return "object of type '\(typeName)' has no attribute \(shown)"
    }
  }

  /// The error that any use of it raises.
  package func error() -> Diagnostic {
    switch reason {
    case .failure(var diagnostic):
      if diagnostic.place == nil { diagnostic.place = point?.place }
      return diagnostic
    case .sealed(_, let problem): return problem
    default: break
    }
    return Diagnostic(.undefined, message, at: point?.place)
  }
}

extension Object {
  /// The same, but if its use is an error, that one tells which variable it came from.
  func failing(as variable: String?, at place: Place?) -> Object {
    guard case .undefined(let undefined) = self, undefined.isFailure, undefined.envelope == nil, let variable else {
      return self
    }
    var diagnostic = undefined.error()
    diagnostic.causes.append(Diagnostic(.template, "while rendering variable '\(variable)'", at: place))
    return Undefined.failed(diagnostic)
  }
}

/// A position in a template's text, turned into a `Place` only when an error needs it.
struct SourcePoint {
  let template: Template
  /// Where the template's text was written.
  let origin: Place?
  let offset: Int

  var place: Place { template.place(of: offset, origin: origin) }
}
