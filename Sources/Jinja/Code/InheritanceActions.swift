import Values

/// The variables that are in sight at an `include`, `import` or scoped block, by name.
struct VisibleNames: Sendable {
  let names: [(name: String, code: any Code)]

  func values(_ frame: Frame) throws -> [String: Object] {
    var values = frame.context.exports
    for (name, code) in names {
      guard let local = code as? LocalCode else { continue }
      let object = try local.evaluate(frame)
      if !object.isUndefined { values[name] = object }
    }
    return values
  }
}

/// `{% block name %}`: the most derived definition of the block.
final class BlockAction: Action {
  private let name: String
  private let visible: VisibleNames?
  private let offset: Int

  /// - Parameter visible: the variables around the block, when it is `scoped`.
  init(_ name: String, visible: VisibleNames?, _ offset: Int) {
    self.name = name
    self.visible = visible
    self.offset = offset
  }

  func run(_ frame: Frame, _ output: Output) throws -> Flow {
    // Outside of blocks, a template that extends another puts nothing out.
    if frame.context.parent != nil { return .normal }
    do {
      try BlockRunner.run(
        name, level: 0, context: frame.context, exports: try visible?.values(frame), output)
    } catch { throw frame.located(error, offset) }
    return .normal
  }
}

enum BlockRunner {
  /// Runs the definition of a block that is `level` steps up from the most derived one.
  static func run(
    _ name: String, level: Int, context: RenderContext, exports: [String: Object]? = nil, _ output: Output
  ) throws {
    guard let definitions = context.blocks[name], level < definitions.count else {
      throw Diagnostic(.undefined, "there is no block called '\(name)'")
    }
    let definition = definitions[level]
    guard !definition.isRequired || level > 0 else { throw Diagnostic(.template, "Required block '\(name)' not found") }
    try context.runtime.enter()
    let inner = RenderContext(
      definition.template, scope: context.scope, origin: definition.origin, exports: exports ?? context.exports,
      isIsolated: context.isIsolated)
    inner.blocks = context.blocks
    let frame = Frame(inner, slots: definition.unit.slots)
    if definition.unit.slots > 0 {
      // The first slot is `super`, by the compiler's arrangement.
      frame.slots[0] = .native(SuperBlock(name, level: level + 1, context: inner))
    }
    _ = try definition.unit.body.run(frame, output)
  }
}

/// `super`: the same block of the template that is extended.
final class SuperBlock: NativeObject {
  private let name: String
  private let level: Int
  private let context: RenderContext

  init(_ name: String, level: Int, context: RenderContext) {
    self.name = name
    self.level = level
    self.context = context
  }

  var typeName: String { "BlockReference" }
  var isCallable: Bool { true }

  func attribute(_ name: String, in scope: Scope) throws -> Object? {
    name == "super" ? .native(SuperBlock(self.name, level: level + 1, context: context)) : nil
  }

  func call(_ arguments: Arguments) throws -> Object {
    guard let definitions = context.blocks[name], level < definitions.count else {
      throw Diagnostic(.undefined, "there is no parent block called '\(name)'.")
    }
    let output = Output(context.scope)
    try BlockRunner.run(name, level: level, context: context, output)
    return output.result()
  }
}

/// `self`: the blocks of this template by name.
final class SelfObject: NativeObject {
  private let context: RenderContext
  init(_ context: RenderContext) { self.context = context }
  var typeName: String { "TemplateReference" }
  func attribute(_ name: String, in scope: Scope) throws -> Object? {
    context.blocks[name] == nil ? nil : .native(SuperBlock(name, level: 0, context: context))
  }
}

final class SelfCode: Code {
  func evaluate(_ frame: Frame) throws -> Object { .native(SelfObject(frame.context)) }
}

/// `{% extends name %}`: what follows outside of blocks is not put out; the named template is rendered instead.
final class ExtendsAction: Action {
  private let name: any Code
  private let offset: Int
  init(_ name: any Code, _ offset: Int) {
    self.name = name
    self.offset = offset
  }
  func run(_ frame: Frame, _ output: Output) throws -> Flow {
    let value = try name.evaluate(frame)
    do {
      guard frame.context.parent == nil else { throw Diagnostic(.template, "extended multiple times") }
      frame.context.parent = try frame.loaded([try value.text()])
    } catch { throw frame.located(error, offset) }
    return .normal
  }
}

/// The statements of a template that has an `extends`: after it, nothing is put out.
final class ExtendingAction: Action {
  private let actions: [any Action]

  init(_ pieces: [SequenceAction.Piece], _ source: [UInt8]) {
    var actions: [any Action] = []
    for piece in pieces {
      if !piece.text.isEmpty { actions.append(DataAction(source, piece.text)) }
      if let action = piece.action { actions.append(action) }
    }
    self.actions = actions
  }

  func run(_ frame: Frame, _ output: Output) throws -> Flow {
    let discarded = Output(frame.scope)
    for action in actions { _ = try action.run(frame, frame.context.parent == nil ? output : discarded) }
    return .normal
  }
}

extension Frame {
  /// The first of the named templates that exists.
  func loaded(_ names: [String]) throws -> (template: Template, origin: Place?) {
    let engine = scope.engine
    for name in names {
      guard let file = try engine.loader?.load(name, from: context.template.path, in: scope) else { continue }
      return try engine.compiled(file)
    }
    let shown = names.map { "'\($0)'" }.joined(separator: ", ")
    throw Diagnostic(
      .file,
      names.count == 1
        ? "the template \(shown) was not found" : "none of the templates given were found: \(shown)")
  }
}

/// `{% include %}`.
final class IncludeAction: Action {
  private let name: any Code
  private let ignoresMissing: Bool
  private let visible: VisibleNames?
  private let offset: Int

  init(_ name: any Code, ignoresMissing: Bool, visible: VisibleNames?, _ offset: Int) {
    self.name = name
    self.ignoresMissing = ignoresMissing
    self.visible = visible
    self.offset = offset
  }

  func run(_ frame: Frame, _ output: Output) throws -> Flow {
    let value = try name.evaluate(frame)
    let found: (template: Template, origin: Place?)
    do {
      let names =
        value.isSequence ? try value.elements(in: frame.scope).map { try $0.text() } : [try value.defined().text()]
      found = try frame.loaded(names)
    } catch let diagnostic as Diagnostic where ignoresMissing && diagnostic.kind == .file {
      return .normal
    } catch { throw frame.located(error, offset) }
    do {
      try frame.runtime.enter()
      try found.template.run(
        in: frame.scope, origin: found.origin, exports: try visible?.values(frame) ?? [:],
        isIsolated: visible == nil || frame.context.isIsolated, output)
    } catch { throw frame.chained(error, "included", offset) }
    return .normal
  }
}

extension Frame {
  /// The error with the place from which its template was reached.
  func chained(_ error: any Error, _ how: String, _ offset: Int) -> any Error {
    guard var diagnostic = error as? Diagnostic else { return error }
    let place = point(offset).place
    if diagnostic.place == nil {
      diagnostic.place = place
    } else {
      diagnostic.causes.append(Diagnostic(.template, "\(how) from here", at: place))
    }
    return diagnostic
  }
}

/// A template's top-level names, as `import` gives them.
final class ModuleObject: NativeObject {
  private let exports: [String: Object]
  private let body: Object
  private let name: String

  init(_ name: String, exports: [String: Object], body: Object) {
    self.name = name
    self.exports = exports
    self.body = body
  }

  var typeName: String { "TemplateModule" }
  func attribute(_ name: String, in scope: Scope) throws -> Object? { name.hasPrefix("_") ? nil : exports[name] }
  func item(_ key: Object, in scope: Scope) throws -> Object? {
    try key.string.flatMap { try attribute($0, in: scope) }
  }
  func text() throws -> String { body.isNone ? "" : try body.text() }
  func repr(depth: Int) throws -> String { "<TemplateModule '\(name)'>" }
}

/// `{% import %}` and `{% from … import %}`.
final class ImportAction: Action {
  private let name: any Code
  private let module: Store?
  private let names: [(name: String, store: Store)]
  private let visible: VisibleNames?
  private let offset: Int

  init(_ name: any Code, module: Store?, names: [(name: String, store: Store)], visible: VisibleNames?, _ offset: Int) {
    self.name = name
    self.module = module
    self.names = names
    self.visible = visible
    self.offset = offset
  }

  func run(_ frame: Frame, _ output: Output) throws -> Flow {
    let value = try name.evaluate(frame)
    let path: String
    let found: (template: Template, origin: Place?)
    do {
      path = try value.defined().text()
      found = try frame.loaded([path])
      try frame.runtime.enter()
    } catch { throw frame.located(error, offset) }
    do {
      let inner = Output(frame.scope)
      let given = try visible?.values(frame) ?? [:]
      let context = try found.template.run(
        in: frame.scope, origin: found.origin, exports: given,
        isIsolated: visible == nil || frame.context.isIsolated, inner)
      if let module {
        let object = ModuleObject(path, exports: context.exports, body: inner.result())
        try module.assign(.native(object), frame)
      }
      for (name, store) in names {
        let hint = "the template '\(path)' (imported here) does not export the requested name '\(name)'"
        try store.assign(context.exports[name] ?? .undefined(Undefined(hint: hint)), frame)
      }
    } catch { throw frame.chained(error, "imported", offset) }
    return .normal
  }
}
