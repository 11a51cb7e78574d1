import Values

/// Python's list. One that came from a variable converts its elements only as they are read, and renders those that are
/// templates then.
package final class ListObject: Container {
  private enum Storage {
    case owned([Object])
    /// Read from a variable and not changed since.
    case source([Value])
  }

  // Read and replaced as wholes, never while another access goes on: the checks at run time are spared.
  @exclusivity(unchecked) private var storage: Storage
  @exclusivity(unchecked) private var readMembers = ReadMembers()
  /// Where templates among the elements are rendered. The scope outlives the values read through it.
  private unowned let scope: Scope?

  package init(_ elements: [Object]) {
    storage = .owned(elements)
    scope = nil
  }

  init(source: [Value], in scope: Scope?) {
    storage = .source(source)
    self.scope = scope
  }

  deinit {
    var elements = dismantle()
    Dismantling.release(&elements)
  }

  override func dismantle() -> [Object] {
    guard case .owned(let elements) = storage else { return [] }
    storage = .owned([])
    return elements
  }

  @inline(__always)
  package var count: Int {
    switch storage {
    case .owned(let elements): elements.count
    case .source(let values): values.count
    }
  }

  /// The element at `index`, which must be within `0..<count`; a template among the elements is rendered.
  package func element(_ index: Int) throws -> Object {
    switch storage {
    case .owned(let elements):
      guard case .string(let text) = elements[index], text.isTemplate, let scope else { return elements[index] }
      let rendered = try scope.render(text, named: nil)
      setElement(index, rendered)
      return rendered
    case .source(let values):
      let value = values[index]
      if let plain = Object(plain: value) { return plain }
      if let known = readMembers[index] { return known }
      let object = try Object.read(value, in: scope)
      readMembers.set(index, to: object, of: values.count)
      return object
    }
  }

  /// All elements, templates rendered.
  package func elements() throws -> [Object] {
    if case .owned(let elements) = storage, scope == nil { return elements }
    var result: [Object] = []
    result.reserveCapacity(count)
    for index in 0..<count { result.append(try element(index)) }
    return result
  }

  /// The list as it came in, when nothing in it was read in a way that could have changed it.
  var untouchedSource: [Value]? {
    guard case .source(let values) = storage, readMembers.isEmpty else { return nil }
    return values
  }

  /// A list of the same elements, untouched by later changes of this one.
  func snapshot() throws -> ListObject {
    if case .source(let values) = storage, readMembers.isEmpty { return ListObject(source: values, in: scope) }
    return ListObject(try elements())
  }

  /// Changes the list in place; templates among its elements stay as they are until read.
  package func mutate<Result>(_ body: (inout [Object]) throws -> Result) throws -> Result {
    if case .source(let values) = storage {
      storage = .owned(values.indices.map { readMembers[$0] ?? Object(values[$0], in: scope) })
      readMembers = ReadMembers()
      scope?.runtime.didMutateVariable()
    }
    guard case .owned(var elements) = storage else { throw Diagnostic(.limit, "the list can't be changed") }
    storage = .owned([])
    defer { storage = .owned(elements) }
    return try body(&elements)
  }

  private func setElement(_ index: Int, _ object: Object) {
    guard case .owned(var elements) = storage, elements.indices.contains(index) else { return }
    storage = .owned([])
    elements[index] = object
    storage = .owned(elements)
  }
}

extension Object {
  /// The object for a value whose conversion costs nothing and has no identity: everything but containers, templates and
  /// secrets.
  @inline(__always)
  init?(plain value: Value) {
    switch value {
    case .string(let text) where !text.isTemplate: self = .string(text)
    case .null: self = .none
    case .bool(let bool): self = .bool(bool)
    case .int(let int): self = .int(int)
    case .double(let double): self = .double(double)
    case .omit: self = .omit
    case .string, .list, .map, .secret, .dateTime: return nil
    }
  }
}
