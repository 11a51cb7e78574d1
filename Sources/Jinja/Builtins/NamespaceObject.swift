import Values

/// `namespace()`: attributes that inner scopes can change.
final class NamespaceObject: NativeObject {
  private var attributes: [String: Object] = [:]
  private var order: [String] = []

  init(_ attributes: [(String, Object)]) {
    for (name, value) in attributes { set(name, value) }
  }

  deinit {
    var elements = Array(attributes.values)
    attributes = [:]
    Dismantling.release(&elements)
  }

  var typeName: String { "Namespace" }
  func attribute(_ name: String, in scope: Scope) throws -> Object? { attributes[name] }
  func item(_ key: Object, in scope: Scope) throws -> Object? { key.string.flatMap { attributes[$0] } }
  func setAttribute(_ name: String, to value: Object) throws { set(name, value) }
  func repr(depth: Int) throws -> String {
    "<Namespace {"
      + (try order.map { "'\($0)': \(try attributes[$0]?.repr(depth: depth + 1) ?? "None")" }.joined(separator: ", "))
      + "}>"
  }

  private func set(_ name: String, _ value: Object) {
    if attributes.updateValue(value, forKey: name) == nil { order.append(name) }
  }
}

/// `cycler()`.
final class CyclerObject: NativeObject {
  private let items: [Object]
  private var position = 0
  init(_ items: [Object]) { self.items = items }
  var typeName: String { "Cycler" }

  func attribute(_ name: String, in scope: Scope) throws -> Object? {
    switch name {
    case "current": items[position]
    case "next", "reset": .native(CyclerMethod(self, name))
    default: nil
    }
  }

  fileprivate func next() -> Object {
    defer { position = (position + 1) % items.count }
    return items[position]
  }

  fileprivate func reset() { position = 0 }
}

private final class CyclerMethod: NativeObject {
  private let cycler: CyclerObject
  private let name: String
  init(_ cycler: CyclerObject, _ name: String) {
    self.cycler = cycler
    self.name = name
  }
  var typeName: String { "method" }
  var isCallable: Bool { true }
  func call(_ arguments: Arguments) throws -> Object {
    if name == "next" { return cycler.next() }
    cycler.reset()
    return .none
  }
}

/// `joiner()`.
final class JoinerObject: NativeObject {
  private let separator: Object
  private var wasCalled = false
  init(_ separator: Object) { self.separator = separator }
  var typeName: String { "Joiner" }
  var isCallable: Bool { true }
  func call(_ arguments: Arguments) throws -> Object {
    defer { wasCalled = true }
    return wasCalled ? separator : .string("")
  }
}
