import Values

/// Python's list. One that came from a variable converts its elements only as they are read, and renders those that are
/// templates then.
package final class ListObject: Container {
  /// The elements as they came in from a variable. A constant, so that reading it counts no reference.
  private let source: [Value]
  // Read and replaced as wholes, never while another access goes on: the checks at run time are spared.
  /// The elements of a list that did not come from a variable, or was changed since.
  @exclusivity(unchecked) private var changed: [Object]?
  @exclusivity(unchecked) private var readMembers = ReadMembers()
  /// Where templates among the elements are rendered. The scope outlives the values read through it.
  private unowned let scope: Scope?

  package init(_ elements: [Object]) {
    source = []
    changed = elements
    scope = nil
  }

  init(source: [Value], in scope: Scope?) {
    self.source = source
    self.scope = scope
  }

  deinit {
    guard changed != nil else { return }
    var elements = dismantle()
    Dismantling.release(&elements)
  }

  override func dismantle() -> [Object] {
    guard let elements = changed else { return [] }
    changed = []
    return elements
  }

  @inline(__always)
  package var count: Int {
    if let changed { changed.count } else { source.count }
  }

  /// The element at `index`, which must be within `0..<count`; a template among the elements is rendered.
  package func element(_ index: Int) throws -> Object {
    guard let changed else { return try sourceElement(index) }
    guard case .string(let text) = changed[index], text.isTemplate, let scope else { return changed[index] }
    let rendered = try scope.render(text, named: nil)
    setElement(index, rendered)
    return rendered
  }

  private func sourceElement(_ index: Int) throws -> Object {
    if let plain = Object(plain: source[index]) { return plain }
    if let known = readMembers[index] { return known }
    let object = try Object.read(source[index], in: scope)
    readMembers.set(index, to: object, of: source.count)
    return object
  }

  /// All elements, templates rendered.
  package func elements() throws -> [Object] {
    if let changed, scope == nil { return changed }
    var result: [Object] = []
    result.reserveCapacity(count)
    for index in 0..<count { result.append(try element(index)) }
    return result
  }

  /// The list as it came in, when nothing in it was read in a way that could have changed it.
  var untouchedSource: [Value]? { changed == nil && readMembers.isEmpty ? source : nil }

  /// A list of the same elements, untouched by later changes of this one.
  func snapshot() throws -> ListObject {
    if let untouchedSource { return ListObject(source: untouchedSource, in: scope) }
    return ListObject(try elements())
  }

  /// Changes the list in place; templates among its elements stay as they are until read.
  package func mutate<Result>(_ body: (inout [Object]) throws -> Result) throws -> Result {
    var elements: [Object]
    if let changed {
      elements = changed
    } else {
      elements = source.indices.map { readMembers[$0] ?? Object(source[$0], in: scope) }
      readMembers = ReadMembers()
      scope?.runtime.didMutateVariable()
    }
    // The only reference while they change: a second one would make the change copy them all.
    changed = []
    defer { changed = elements }
    return try body(&elements)
  }

  private func setElement(_ index: Int, _ object: Object) {
    guard var elements = changed, elements.indices.contains(index) else { return }
    changed = []
    elements[index] = object
    changed = elements
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
