import Values

/// A key of a dict or a member of a set: what Python calls hashable.
package enum ObjectKey: Hashable {
  case plain(Key)
  case tuple([ObjectKey])
  case time(DateTime)
  /// A native object is its own key, by identity.
  case identity(ObjectIdentifier, Holder)

  /// Keeps the object of an identity key alive.
  package struct Holder: Hashable {
    package let native: any NativeObject
    package static func == (left: Holder, right: Holder) -> Bool { left.native === right.native }
    package func hash(into hasher: inout Hasher) {}
  }

  /// The key that `object` makes.
  ///
  /// - Throws: Python's complaint about unhashable types.
  package init(_ object: Object) throws { try self.init(object, depth: 0) }

  private init(_ object: Object, depth: Int) throws {
    guard depth < Object.maximumDepth else { throw Object.tooDeep }
    switch object {
    case .string(let text): self = .plain(.string(text.string))
    case .secret(let secret): self = .plain(.string(secret.reveal()))
    case .int(let int): self = .plain(.int(int))
    case .double(let double): self = .plain(.double(double))
    case .bool(let bool): self = .plain(.bool(bool))
    case .none: self = .plain(.null)
    case .tuple(let tuple): self = .tuple(try tuple.elements.map { try ObjectKey($0, depth: depth + 1) })
    case .native(let time as DateTimeObject): self = .time(time.time)
    case .native(let native): self = .identity(ObjectIdentifier(native), Holder(native: native))
    case .undefined(let undefined): throw undefined.error()
    case .list, .dict, .set, .omit: throw Diagnostic(.template, "unhashable type: '\(object.typeName)'")
    }
  }

  package static func string(_ string: String) -> ObjectKey { .plain(.string(string)) }

  /// The string of a string key.
  package var string: String? {
    if case .plain(let key) = self { key.string } else { nil }
  }

  package var object: Object {
    switch self {
    case .plain(.string(let string)): .string(Text(string))
    case .plain(.int(let int)): .int(int)
    case .plain(.double(let double)): .double(double)
    case .plain(.bool(let bool)): .bool(bool)
    case .plain(.null): .none
    case .time(let time): .native(DateTimeObject(time))
    case .tuple(let keys): .tuple(keys.map(\.object))
    case .identity(_, let holder): .native(holder.native)
    }
  }
}
