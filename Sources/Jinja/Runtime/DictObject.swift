import OrderedCollections
import Values

/// Python's dict. One that came from a variable converts its members only as they are read, and renders those that are
/// templates then.
package final class DictObject: Container {
  package typealias Members = OrderedDictionary<ObjectKey, Object>

  /// The members as they came in from a variable. A constant, so that reading it counts no reference.
  private let source: Map
  // Read and replaced as wholes, never while another access goes on: the checks at run time are spared.
  /// The members of a dict that did not come from a variable, or was changed since.
  @exclusivity(unchecked) private var changed: Members?
  @exclusivity(unchecked) private var readMembers = ReadMembers()
  /// Where templates among the members are rendered. The scope outlives the values read through it.
  private unowned let scope: Scope?

  package init(_ members: Members = [:]) {
    source = Map()
    changed = members
    scope = nil
  }

  /// A dict with string keys, in this order.
  package convenience init(_ pairs: KeyValuePairs<String, Object>) {
    self.init(Members(pairs.map { (ObjectKey.string($0.key), $0.value) }, uniquingKeysWith: { $1 }))
  }

  init(source: Map, in scope: Scope?) {
    self.source = source
    self.scope = scope
  }

  deinit {
    guard changed != nil else { return }
    var elements = dismantle()
    Dismantling.release(&elements)
  }

  override func dismantle() -> [Object] {
    guard let members = changed, !members.isEmpty else { return [] }
    changed = [:]
    return Array(members.values)
  }

  package var count: Int {
    if let changed { changed.count } else { source.count }
  }

  /// The member under a string key; a template is rendered.
  package func member(_ name: String) throws -> Object? {
    var position = 0
    return try member(name, near: &position)
  }

  /// The member under a string key.
  ///
  /// - Parameter hint: the position at which it probably stands; then the one at which it stood.
  func member(_ name: String, near hint: inout Int) throws -> Object? {
    if changed != nil { return try changedMember(.string(name)) }
    guard let value = source.value(of: name, near: &hint) else { return nil }
    return try read(value, at: hint)
  }

  package func member(_ key: ObjectKey) throws -> Object? {
    if changed != nil { return try changedMember(key) }
    guard case .plain(let plain) = key, let position = source.position(of: plain) else { return nil }
    return try read(source[position].value, at: position)
  }

  private func changedMember(_ key: ObjectKey) throws -> Object? {
    guard let object = changed?[key] else { return nil }
    return try rendered(object, key: key)
  }

  package func contains(_ key: ObjectKey) -> Bool {
    if let changed { return changed[key] != nil }
    return if case .plain(let plain) = key { source.position(of: plain) != nil } else { false }
  }

  package var keys: [ObjectKey] {
    if let changed { Array(changed.keys) } else { source.keys.map(ObjectKey.plain) }
  }

  /// All members in order, templates rendered.
  package func members() throws -> [(key: ObjectKey, value: Object)] {
    guard let changed else {
      return try source.enumerated().map { position, member in
        (.plain(member.key), try read(member.value, at: position))
      }
    }
    if scope == nil { return changed.map { ($0.key, $0.value) } }
    return try changed.map { ($0.key, try rendered($0.value, key: $0.key)) }
  }

  /// Changes the dict in place; templates among its members stay as they are until read.
  package func mutate<Result>(_ body: (inout Members) throws -> Result) throws -> Result {
    var members: Members
    if let changed {
      members = changed
    } else {
      members = Members(minimumCapacity: source.count)
      for (position, member) in source.enumerated() {
        members[.plain(member.key)] = readMembers[position] ?? Object(member.value, in: scope)
      }
      readMembers = ReadMembers()
      scope?.runtime.didMutateVariable()
    }
    // The only reference while they change: a second one would make the change copy them all.
    changed = [:]
    defer { changed = members }
    return try body(&members)
  }

  package func set(_ key: ObjectKey, _ value: Object) throws {
    try mutate { $0[key] = value }
  }

  /// The map as it came in, when nothing in it was read in a way that could have changed it.
  var untouchedSource: Map? { changed == nil && readMembers.isEmpty ? source : nil }

  /// A dict of the same members, untouched by later changes of this one.
  func snapshot() throws -> DictObject {
    if let untouchedSource { return DictObject(source: untouchedSource, in: scope) }
    return DictObject(Members(uniqueKeysWithValues: try members().map { ($0.key, $0.value) }))
  }

  @inline(__always)
  private func read(_ value: Value, at position: Int) throws -> Object {
    if let plain = Object(plain: value) { return plain }
    return try readContainer(value, at: position)
  }

  private func readContainer(_ value: Value, at position: Int) throws -> Object {
    if let known = readMembers[position] { return known }
    let object = try Object.read(value, in: scope)
    readMembers.set(position, to: object, of: count)
    return object
  }

  private func rendered(_ object: Object, key: ObjectKey) throws -> Object {
    guard case .string(let text) = object, text.isTemplate, let scope else { return object }
    let rendered = try scope.render(text, named: nil)
    if var members = changed {
      changed = [:]
      members[key] = rendered
      changed = members
    }
    return rendered
  }
}
