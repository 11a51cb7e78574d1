import Jinja
import Values

/// `hostvars`: the variables of every host, each rendered with that host's own.
final class HostVars: NativeObject {
  private let engine: JinjaEngine
  private let snapshot: RunSnapshot
  private var known: [String: (templar: Templar, object: DynamicMappingObject)] = [:]

  init(_ engine: JinjaEngine, _ snapshot: RunSnapshot) {
    self.engine = engine
    self.snapshot = snapshot
  }

  var typeName: String { "HostVars" }
  var isMapping: Bool { true }
  var count: Int? { snapshot.inventory.hostNames.count }

  func attribute(_ name: String, in scope: Scope) throws -> Object? { member(name, in: scope) }

  func item(_ key: Object, in scope: Scope) throws -> Object? { key.string.flatMap { member($0, in: scope) } }

  func elements(in scope: Scope) throws -> [Object] { snapshot.inventory.hostNames.map { .string($0) } }

  func contains(_ element: Object) throws -> Bool? { element.string.map(isHost) ?? false }

  func exported(in scope: Scope) throws -> Value {
    var result: Map = [:]
    for host in snapshot.inventory.hostNames { result[host] = try member(host, in: scope)?.exported(in: scope) }
    return .map(result)
  }

  private func isHost(_ name: String) -> Bool {
    snapshot.hosts[name] != nil || snapshot.inventory.hostNames.contains(name)
  }

  private func member(_ host: String, in scope: Scope) -> Object? {
    if let (_, object) = known[host] { return .native(object) }
    guard isHost(host) else { return nil }
    var lookup = VariableLookup(snapshot: snapshot.knowing(host), host: host, task: nil)
    lookup.isOutsidePlays = true
    let templar = Templar(engine, lookup)
    scope.adopt(templar.scope)
    let object = DynamicMappingObject(
      AllVariables(lookup: templar.lookup), in: templar.scope, typeName: "HostVarsVars")
    known[host] = (templar, object)
    return .native(object)
  }
}

/// `vars`, and one entry of `hostvars`: all variables of a host as one mapping.
struct AllVariables: DynamicMapping {
  let lookup: VariableLookup

  var keys: [String] { lookup.names.filter { lookup.value($0) != nil } }

  func get(_ key: String) -> (value: Value, scope: Scope?)? { lookup.value(key).map { ($0, nil) } }
}
