import Jinja
import Values

/// `ansible_delegated_vars` of a delegated task: the variables of the host that does the work, under its name. Templates among
/// them are rendered with the variables of the host that the task is for.
final class DelegatedVars: NativeObject {
  private let delegate: String
  private let templar: Templar
  private let object: DynamicMappingObject

  /// - Parameter lookup: of a call that is delegated to `delegate`.
  init(_ engine: JinjaEngine, _ lookup: VariableLookup, delegate: String) {
    self.delegate = delegate
    templar = Templar(engine, lookup)
    object = DynamicMappingObject(
      Members(lookup: lookup, own: lookup.variables(ofDelegate: delegate)), in: templar.scope)
  }

  var typeName: String { "dict" }
  var isMapping: Bool { true }
  var count: Int? { 1 }

  func attribute(_ name: String, in scope: Scope) throws -> Object? { member(name, in: scope) }

  func item(_ key: Object, in scope: Scope) throws -> Object? { key.string.flatMap { member($0, in: scope) } }

  func elements(in scope: Scope) throws -> [Object] { [.string(delegate)] }

  func contains(_ element: Object) throws -> Bool? { element.string == delegate }

  func exported(in scope: Scope) throws -> Value {
    var result: Map = [:]
    result[delegate] = try object.exported(in: scope)
    return .map(result)
  }

  private func member(_ name: String, in scope: Scope) -> Object? {
    guard name == delegate else { return nil }
    scope.adopt(templar.scope)
    return .native(object)
  }

  private struct Members: DynamicMapping {
    /// Those of the host that the task is for.
    let lookup: VariableLookup
    let own: VariableLookup

    /// Names that are there whether somebody set them or not.
    private static let always = ["ansible_host", "ansible_port", "ansible_user"]

    var keys: [String] {
      let names = own.names
      return names + (Self.always + ["ansible_connection"]).filter { !names.contains($0) && get($0) != nil }
    }

    func get(_ key: String) -> (value: Value, scope: Scope?)? {
      if let value = own.value(key) { return (value, nil) }
      if key == "ansible_connection" { return own.isImplicitLocalhost ? ("local", nil) : nil }
      return Self.always.contains(key) ? (lookup.wayToHost(key) ?? .null, nil) : nil
    }
  }
}
