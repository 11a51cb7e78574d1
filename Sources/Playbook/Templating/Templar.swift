import Jinja
import Values

/// Renders what the playbook's author wrote, with the variables of one host at one task.
///
/// Belongs to one task on one host; what is rendered once is remembered for its life.
package struct Templar {
  package let engine: JinjaEngine
  package let lookup: VariableLookup
  package let scope: Scope

  package init(_ engine: JinjaEngine, _ lookup: VariableLookup) {
    self.engine = engine
    self.lookup = lookup
    scope = Scope(engine: engine, attachment: TemplatingContext(engine: engine, lookup: lookup)) { name in
      switch name {
      case "hostvars": .object(.native(HostVars(engine, lookup.snapshot)))
      case "vars": .dynamic(AllVariables(lookup: lookup))
      case "ansible_delegated_vars":
        lookup.delegate.map { .object(.native(DelegatedVars(engine, lookup, delegate: $0))) }
      default: (lookup.value(name) ?? lookup.wayToHost(name)).map(ScopeEntry.value)
      }
    }
  }

  /// A value with all templates inside it rendered.
  package func resolve(_ value: Value) throws(Diagnostic) -> Value {
    switch value {
    case .string(let text) where !text.isTemplate: value
    case .null, .bool, .int, .double, .omit: value
    case .secret(let secret) where !secret.isTemplate:
      if let problem = secret.sealed { throw problem } else { value }
    default: try engine.resolve(value, in: scope)
    }
  }

  /// A variable's value, rendered; `nil` when it has none.
  package func value(_ name: String) throws(Diagnostic) -> Value? {
    guard let value = lookup.value(name) else { return nil }
    let resolved = try resolve(value)
    if case .omit = resolved { return nil }
    return resolved
  }

  /// Whether one entry of `when:`, `until:` and their kin holds.
  package func holds(_ condition: Value) throws(Diagnostic) -> Bool {
    switch condition {
    case .bool(let bool): return bool
    case .string(let text):
      return try engine.condition(text, in: scope) {
        lookup.snapshot.listener?.receive(
          deprecation: Diagnostic(
            .template,
            "Conditionals should not be surrounded by templating delimiters such as {{ }} or {% %}. This feature will be removed from ansible-core version 2.23.",
            at: text.place),
          lookup.snapshot.settings)
      }
    case .null: return true
    case .int(let int):
      throw Diagnostic(
        .template,
        "Conditional result (\(int != 0 ? "True" : "False")) was derived from value of type 'int'. Conditionals must have a boolean result."
      )
    default:
      throw Diagnostic(
        .template, "Conditional expressions must be strings or booleans, not '\(condition.typeName)'.")
    }
  }

  /// Whether all of them hold.
  package func holdsAll(_ conditions: [Value]) throws(Diagnostic) -> Bool {
    for condition in conditions where try !holds(condition) { return false }
    return true
  }
}

/// What the Ansible filters and lookups need to know of the task that calls them.
package struct TemplatingContext {
  package let engine: JinjaEngine
  package let lookup: VariableLookup
}

extension Templar {
  /// The items of `with_<lookup>:`.
  package func lookupItems(_ name: String, terms: Value, at place: Place) throws(Diagnostic) -> [Value] {
    guard let function = LookupTable.find(name) else {
      throw Diagnostic(
        .invalid, "The lookup plugin '\(name)' was not found.", at: place,
        help: Suggestion.help(for: name, in: LookupTable.names))
    }
    var resolved = try resolve(terms)
    if case .omit = resolved { resolved = .list([]) }
    let list: [Value] = if case .list(let list) = resolved { list } else { [resolved] }
    do {
      return try function.body(LookupCall(terms: list, options: [:], templar: self))
    } catch {
      throw Diagnostic(
        .template, "The lookup plugin '\(name)' failed", at: place,
        causes: resolved.holdsSecret
          ? [Diagnostic(.template, "a computation with a secret failed (its message is not shown)")]
          : [error as? Diagnostic ?? Diagnostic(.template, "\(error)")])
    }
  }
}
