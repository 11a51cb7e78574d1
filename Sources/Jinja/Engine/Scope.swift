import Values

/// What a name in a template stands for, before it is rendered.
package enum ScopeEntry {
  case value(Value)
  case dynamic(any DynamicMapping)
  case object(Object)
}

/// The variables of one use (a host and task), rendered as they are used and remembered for the scope's life.
///
/// Belongs to one thread at a time, as do all objects read through it.
package final class Scope {
  package let engine: JinjaEngine
  /// The caller's own data, for its own functions.
  package let attachment: Any?
  package private(set) var runtime: Runtime
  private let lookup: (String) -> ScopeEntry?
  private var locals: [String: ScopeEntry]
  private let parent: Scope?
  private var memo: [String: Object] = [:]
  private var adopted: [ObjectIdentifier: Scope] = [:]

  /// - Parameters:
  ///   - engine: whose filters, tests and functions templates use.
  ///   - attachment: the caller's own data, for its own functions.
  ///   - lookup: gives the unrendered value of a variable. Asked at most once a name and scope as long as it answers.
  package init(engine: JinjaEngine, attachment: Any? = nil, lookup: @escaping (String) -> ScopeEntry?) {
    self.engine = engine
    self.attachment = attachment
    self.lookup = lookup
    locals = [:]
    parent = nil
    runtime = Runtime(limits: engine.limits)
  }

  /// A scope with fixed variables.
  package convenience init(engine: JinjaEngine, variables: Map, attachment: Any? = nil) {
    self.init(engine: engine, attachment: attachment) { variables[$0].map(ScopeEntry.value) }
  }

  private init(parent: Scope, locals: [String: ScopeEntry], attachment: Any?) {
    engine = parent.engine
    self.attachment = attachment
    lookup = { _ in nil }
    self.locals = locals
    self.parent = parent
    runtime = parent.runtime
  }

  /// A scope in which `locals` come before this one's variables. Templates of this scope's variables see them too.
  ///
  /// - Parameter attachment: replaces this scope's attachment.
  package func child(_ locals: [String: ScopeEntry], attachment: Any? = nil) -> Scope {
    Scope(parent: self, locals: locals, attachment: attachment ?? self.attachment)
  }

  /// The unrendered value of a variable.
  package func entry(_ name: String) -> ScopeEntry? {
    var scope = self
    while true {
      if let local = scope.locals[name] { return local }
      guard let parent = scope.parent else { return scope.lookup(name) }
      scope = parent
    }
  }

  /// The value of a variable as a template sees it, rendered; `nil` when it is not defined.
  package func variable(_ name: String) throws -> Object? {
    if let known = memo[name] { return known }
    guard let entry = entry(name) else { return nil }
    let object: Object
    switch entry {
    case .value(let value): object = try Object.read(value, in: self, named: name)
    case .dynamic(let mapping): object = .native(DynamicMappingObject(mapping, in: self))
    case .object(let known): object = known
    }
    memo[name] = object
    return object
  }

  /// Sets a local variable of this scope.
  package func set(_ name: String, to entry: ScopeEntry) {
    locals[name] = entry
    memo[name] = nil
  }

  /// Renders a template in this scope; any other text is given back as it is.
  ///
  /// - Parameter name: the variable whose value it is, for messages.
  package func render(_ text: Text, named name: String?) throws -> Object {
    guard text.isTemplate else { return .string(text) }
    return try runtime.session {
      try runtime.link(name, text, in: self) {
        try engine.compiled(text.string, kind: .text, origin: text.place).evaluate(in: self, origin: text.place)
          .failing(as: name, at: text.place)
      }
    }
  }

  /// Makes the values of another scope usable in this one's renders: budgets and the watch over secrets are shared.
  package func adopt(_ other: Scope) {
    guard other !== self, other.runtime !== runtime else { return }
    other.runtime = runtime
    other.memo = [:]
    adopted[ObjectIdentifier(other)] = other
  }

  /// Forgets rendered variables if a render changed one in place: the next render starts from the variables again.
  func forgetMutations() {
    guard runtime.mutatedVariables else { return }
    memo = [:]
    parent?.forgetMutations()
  }
}
