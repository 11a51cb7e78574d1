import Synchronization
import Values

final class ConstantCode: Code {
  private let value: Value
  init(_ value: Value) { self.value = value }
  func evaluate(_ frame: Frame) throws -> Object { Object(value, in: nil) }
}

/// A list, tuple or dict display: made anew each time, for it may be changed in place.
final class ListCode: Code {
  private let elements: [any Code]
  private let isTuple: Bool
  init(_ elements: [any Code], isTuple: Bool) {
    self.elements = elements
    self.isTuple = isTuple
  }
  func evaluate(_ frame: Frame) throws -> Object {
    var objects: [Object] = []
    objects.reserveCapacity(elements.count)
    for element in elements { objects.append(try element.evaluate(frame)) }
    return isTuple ? .tuple(objects) : .list(objects)
  }
}

final class DictCode: Code {
  private let members: [(key: any Code, value: any Code)]
  private let offset: Int
  init(_ members: [(key: any Code, value: any Code)], _ offset: Int) {
    self.members = members
    self.offset = offset
  }
  func evaluate(_ frame: Frame) throws -> Object {
    var result = DictObject.Members(minimumCapacity: members.count)
    for (key, value) in members {
      let hashable: ObjectKey
      do { hashable = try ObjectKey(try key.evaluate(frame)) } catch { throw frame.located(error, offset) }
      result[hashable] = try value.evaluate(frame)
    }
    return .dict(DictObject(result))
  }
}

/// A string constant that holds a template itself, rendered for compatibility.
final class EmbeddedTemplateCode: Code {
  private let source: String
  init(_ source: String) { self.source = source }
  func evaluate(_ frame: Frame) throws -> Object {
    try frame.runtime.enter()
    let template = try frame.scope.engine.compiled(source, kind: .text, origin: frame.context.origin)
    return try template.evaluate(in: frame.scope, origin: frame.context.origin)
  }
}

/// A variable of the template; while it has no value, what the name means further out.
final class LocalCode: Code {
  private let slot: Int
  private let depth: Int
  private let fallback: (any Code)?

  /// - Parameter fallback: what the name means further out; `nil` for a variable that always has a value.
  init(slot: Int, depth: Int, fallback: (any Code)?) {
    self.slot = slot
    self.depth = depth
    self.fallback = fallback
  }

  func evaluate(_ frame: Frame) throws -> Object {
    if depth == 0, let object = frame.slots[slot] { return object }
    var owner = frame
    for _ in 0..<depth {
      guard let outer = owner.outer else { return .none }
      owner = outer
    }
    if let object = owner.slots[slot] { return object }
    return try fallback?.evaluate(frame) ?? .none
  }
}

/// A variable from outside of the template, or a global function.
final class VariableCode: Code {
  let name: String
  private let offset: Int
  private let global: TemplateFunction?

  init(_ name: String, _ offset: Int, global: TemplateFunction?) {
    self.name = name
    self.offset = offset
    self.global = global
  }

  func evaluate(_ frame: Frame) throws -> Object {
    if let object = try find(frame) { return object }
    if let global { return .native(FunctionObject(global)) }
    return Undefined.variable(name, at: frame.point(offset))
  }

  @inline(__always)
  func find(_ frame: Frame) throws -> Object? {
    let context = frame.context
    if !context.exports.isEmpty, let object = context.exports[name] { return object }
    if context.isIsolated { return nil }
    do {
      return try context.scope.variable(name)
    } catch { throw frame.located(error, offset) }
  }

  /// The global function that the name means, unless a variable hides it.
  func function(_ frame: Frame) throws -> TemplateFunction? {
    guard let global, try find(frame) == nil else { return nil }
    return global
  }

  /// `name is defined`, without an object for what is missing.
  func isDefined(_ frame: Frame) throws -> Bool {
    guard let object = try find(frame) else { return global != nil }
    if object.isFailure { _ = try object.defined() }
    return !object.isUndefined
  }
}

final class AttributeCode: Code {
  private let object: any Code
  private let name: String
  private let loopAttribute: LoopObject.Attribute?
  private let offset: Int
  /// Where in a dict the member stood last: the dicts of a loop are alike.
  private let lastPosition = Atomic(0)

  /// - Parameter ofLoop: whether the object is likely to be the `loop` variable.
  init(_ object: any Code, _ name: String, ofLoop: Bool, _ offset: Int) {
    self.object = object
    self.name = name
    loopAttribute = ofLoop ? LoopObject.Attribute(rawValue: name) : nil
    self.offset = offset
  }

  func evaluate(_ frame: Frame) throws -> Object {
    let object = try object.evaluate(frame)
    if let member = try member(of: object, frame) { return member }
    return object.isUndefined
      ? frame.located(object, offset) : Undefined.member(.string(name), of: object, at: frame.point(offset))
  }

  /// `object.name is defined`, without an object for what is missing.
  func isDefined(_ frame: Frame) throws -> Bool {
    let object = try object.evaluate(frame)
    let member = try member(of: object, frame)
    for value in [object, member ?? object] where value.isFailure { _ = try value.defined() }
    return !(member?.isUndefined ?? true)
  }

  private func member(of object: Object, _ frame: Frame) throws -> Object? {
    do {
      switch object {
      case .dict(let dict):
        let hint = lastPosition.load(ordering: .relaxed)
        var position = hint
        if let member = try dict.member(name, near: &position) {
          if position != hint { lastPosition.store(position, ordering: .relaxed) }
          return member
        }
      case .native(let native):
        if let loopAttribute, let loop = native as? LoopObject { return try loop.value(of: loopAttribute) }
      default: break
      }
      return try object.existingAttribute(name, in: frame.scope).map { frame.located($0, offset) }
    } catch { throw frame.located(error, offset) }
  }
}

final class ItemCode: Code {
  private let object: any Code
  private let key: any Code
  private let offset: Int

  init(_ object: any Code, _ key: any Code, _ offset: Int) {
    self.object = object
    self.key = key
    self.offset = offset
  }

  func evaluate(_ frame: Frame) throws -> Object {
    let object = try object.evaluate(frame)
    let key = try key.evaluate(frame)
    do {
      if case .list(let list) = object, case .int(let index) = key, index >= 0, index < list.count {
        return frame.located(try list.element(index), offset)
      }
      return frame.located(
        try frame.runtime.tainting { try object.item(key, in: frame.scope) }, offset)
    } catch { throw frame.located(error, offset) }
  }
}

final class SliceCode: Code {
  private let object: any Code
  private let bounds: [(any Code)?]
  private let offset: Int

  init(_ object: any Code, _ bounds: [(any Code)?], _ offset: Int) {
    self.object = object
    self.bounds = bounds
    self.offset = offset
  }

  func evaluate(_ frame: Frame) throws -> Object {
    let object = try object.evaluate(frame)
    do {
      let bounds = try bounds.map { bound -> Int? in
        guard let value = try bound?.evaluate(frame).defined(), !value.isNone else { return nil }
        guard let int = value.int else {
          throw Diagnostic(.template, "slice indices must be integers or None or have an __index__ method")
        }
        return int
      }
      return try frame.runtime.tainting { try object.slice(bounds[0], bounds[1], bounds[2], in: frame.scope) }
    } catch { throw frame.located(error, offset) }
  }
}

/// The end of a chain of fallbacks: no value.
final class MissingCode: Code {
  func evaluate(_ frame: Frame) throws -> Object { .undefined(Undefined(hint: "there is no value")) }
}
