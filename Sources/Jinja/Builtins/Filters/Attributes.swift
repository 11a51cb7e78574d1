import Values

/// The `attribute=` argument of filters: a path such as `a.b.0`, or several with commas for sorting.
package struct Attributes {
  private let path: [Object]
  private let fallback: Object?

  /// - Parameter fallback: what stands for a missing attribute.
  package init(_ attribute: Object, fallback: Object? = nil) throws {
    self.fallback = fallback
    switch attribute {
    case .string(let text):
      path = text.string.splitText(".").map { piece in Int(piece).map(Object.int) ?? .string(piece) }
    case .int: path = [attribute]
    default: throw Diagnostic(.template, "the attribute must be a name, not '\(attribute.typeName)'")
    }
  }

  package func get(_ object: Object, in scope: Scope) throws -> Object {
    var object = object
    for key in path {
      object = try object.item(key, in: scope)
      if object.isUndefined { return fallback ?? object }
    }
    return object
  }
}

/// What elements are compared by: themselves or an attribute, without regard to case unless asked.
package struct SortKey {
  private let attributes: [Attributes]
  private let caseSensitive: Bool

  package init(_ attribute: Object, caseSensitive: Bool) throws {
    self.caseSensitive = caseSensitive
    if attribute.isNone {
      attributes = []
    } else if let name = attribute.string {
      attributes = try name.splitText(",").map { try Attributes(.string($0)) }
    } else {
      attributes = [try Attributes(attribute)]
    }
  }

  package func get(_ object: Object, in scope: Scope) throws -> Object {
    switch attributes.count {
    case 0: return SortKey.folded(object, caseSensitive)
    case 1: return SortKey.folded(try attributes[0].get(object, in: scope).defined(), caseSensitive)
    default:
      return .list(try attributes.map { SortKey.folded(try $0.get(object, in: scope).defined(), caseSensitive) })
    }
  }

  static func folded(_ object: Object, _ caseSensitive: Bool) -> Object {
    if !caseSensitive, case .string(let text) = object { return .string(text.string.lowercased()) }
    return object
  }
}
