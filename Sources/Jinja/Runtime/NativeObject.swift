import Values

/// A value with behaviour of its own: a function, a macro, a namespace, a range, a date.
///
/// Every requirement has a default, the one of a Python object without that ability.
package protocol NativeObject: AnyObject {
  var typeName: String { get }
  /// Python's truth of it.
  var isTrue: Bool { get }
  /// Whether `is sequence` and `is iterable` hold.
  var isSequence: Bool { get }
  var isMapping: Bool { get }
  var isCallable: Bool { get }
  /// Its length, if it has one.
  var count: Int? { get }

  /// The attribute or string-keyed member `name`, or `nil` if there is none.
  func attribute(_ name: String, in scope: Scope) throws -> Object?
  /// The element under `key`, or `nil` if there is none.
  func item(_ key: Object, in scope: Scope) throws -> Object?
  /// Sets an attribute (`{% set ns.x = 1 %}`).
  func setAttribute(_ name: String, to value: Object) throws
  func call(_ arguments: Arguments) throws -> Object
  /// Its elements in order (of a mapping: its keys).
  func elements(in scope: Scope) throws -> [Object]
  /// Whether `element` is one of its elements, found without walking them; `nil` when it can't tell.
  func contains(_ element: Object) throws -> Bool?
  /// What `str()` gives.
  func text() throws -> String
  /// What `repr()` gives.
  ///
  /// - Parameter depth: how many containers are around it; to be handed on, plus one, to what is within.
  func repr(depth: Int) throws -> String
  func isEqual(to other: Object) -> Bool
  /// Below zero, zero or above, or `nil` when the two can't be ordered.
  func compare(to other: Object) -> Int?
  /// The result of an arithmetic operator (`-`, `+`…) with this object on the left, or on the right when `reversed`.
  func apply(_ operator: String, _ other: Object, reversed: Bool) throws -> Object?
  /// The value that leaves the render.
  func exported(in scope: Scope) throws -> Value
}

extension NativeObject {
  package var isTrue: Bool { count.map { $0 > 0 } ?? true }
  package var isSequence: Bool { false }
  package var isMapping: Bool { false }
  package var isCallable: Bool { false }
  package var count: Int? { nil }
  package func attribute(_ name: String, in scope: Scope) throws -> Object? { nil }
  package func item(_ key: Object, in scope: Scope) throws -> Object? { nil }
  package func setAttribute(_ name: String, to value: Object) throws {
    throw Diagnostic(.template, "cannot assign attribute on non-namespace object")
  }
  package func call(_ arguments: Arguments) throws -> Object {
    throw Diagnostic(.template, "'\(typeName)' object is not callable")
  }
  package func elements(in scope: Scope) throws -> [Object] {
    throw Diagnostic(.template, "'\(typeName)' object is not iterable")
  }
  package func contains(_ element: Object) throws -> Bool? { nil }
  package func text() throws -> String { try repr(depth: 0) }
  package func repr(depth: Int) throws -> String { "<\(typeName)>" }
  package func isEqual(to other: Object) -> Bool {
    if case .native(let native) = other { native === self } else { false }
  }
  package func compare(to other: Object) -> Int? { nil }
  package func apply(_ operator: String, _ other: Object, reversed: Bool) throws -> Object? { nil }
  package func exported(in scope: Scope) throws -> Value {
    throw Diagnostic(.template, "Type '\(typeName)' is unsupported for variable storage.")
  }
}

/// A mapping whose members are made when asked for, each rendered in the scope it comes from: `hostvars`, `vars`, `groups`.
package protocol DynamicMapping {
  /// The member under `key`, and the scope in which templates within it are rendered (`nil`: the scope of the use).
  func get(_ key: String) -> (value: Value, scope: Scope?)?
  /// All keys in order.
  var keys: [String] { get }
}

/// A `DynamicMapping` as a value of a render.
package final class DynamicMappingObject: NativeObject {
  private let mapping: any DynamicMapping
  private unowned let scope: Scope
  private var memo: [String: Object] = [:]

  package let typeName: String

  /// - Parameters:
  ///   - scope: where templates among the members are rendered; it must outlive the object.
  ///   - typeName: what Python calls it.
  package init(_ mapping: any DynamicMapping, in scope: Scope, typeName: String = "dict") {
    self.mapping = mapping
    self.scope = scope
    self.typeName = typeName
  }

  package var isMapping: Bool { true }
  package var count: Int? { mapping.keys.count }
  package func attribute(_ name: String, in scope: Scope) throws -> Object? { try member(name) }
  package func item(_ key: Object, in scope: Scope) throws -> Object? {
    guard let name = key.string else { return nil }
    return try member(name)
  }
  package func elements(in scope: Scope) throws -> [Object] { mapping.keys.map { .string($0) } }
  package func contains(_ element: Object) throws -> Bool? { element.string.map { mapping.get($0) != nil } ?? false }
  package func repr(depth: Int) throws -> String { try Object.dict(snapshot()).repr(depth: depth) }
  package func isEqual(to other: Object) -> Bool {
    if case .native(let native) = other, native === self { return true }
    guard let snapshot = try? snapshot() else { return false }
    return (try? Object.dict(snapshot).isEqual(to: other)) ?? false
  }
  package func exported(in scope: Scope) throws -> Value { try Object.dict(snapshot()).exported(in: scope) }

  /// The member under `name`, converted once.
  package func member(_ name: String) throws -> Object? {
    if let known = memo[name] { return known }
    guard let (value, owner) = mapping.get(name) else { return nil }
    if let owner { scope.adopt(owner) }
    let object = try Object.read(value, in: owner ?? scope, named: name)
    memo[name] = object
    return object
  }

  /// A dict of all members as they are now.
  package func snapshot() throws -> DictObject {
    var members = DictObject.Members()
    for key in mapping.keys {
      if let object = try member(key) { members[.string(key)] = object }
    }
    return DictObject(members)
  }
}
