import Jinja
import Values

extension AnsibleFilters {
  /// Choices, types and what must be there.
  static let misc: [TemplateFunction] = [
    TemplateFunction("bool", "(value)", "Truth, of the words for it as well; what is no truth at all is false.") {
      call in
      switch call.input {
      case .bool: return call.input
      case .int(let int): return .bool(int == 1)
      case .double(let double): return .bool(double == 1)
      default:
        let word = call.input.string?.lowercased()
        return .bool(word == "yes" || word == "on" || word == "true" || word == "1")
      }
    },
    TemplateFunction(
      "ternary", "(value, true_val, false_val, none_val=None)", acceptsUndefined: true,
      "One of two values, or a third for none."
    ) { call in
      if call.input.isNone, !call[3].isNone { return call[3] }
      return try call.input.defined().isTrue() ? call[1] : call[2]
    },
    TemplateFunction("mandatory", "(a, msg=None)", acceptsUndefined: true, "The value, which must be defined.") {
      call in
      guard case .undefined(let undefined) = call.input else { return call.input }
      if let message = try call.optionalString(1) { throw Diagnostic(.undefined, message) }
      let name = undefined.name.map { "'\($0)' " } ?? ""
      throw Diagnostic(.undefined, "Mandatory variable \(name)not defined.", causes: [undefined.error()])
    },
    TemplateFunction(
      "type_debug", "(obj)", acceptsUndefined: true, acceptsSealed: true, "The name of the value's type."
    ) { call in
      guard case .undefined(let undefined) = call.input else { return .string(call.input.typeName) }
      return .string(undefined.envelope == nil ? "UndefinedMarker" : "VaultExceptionMarker")
    },
    TemplateFunction(
      "default", "(value, default_value='', boolean=False)", aliases: ["d"], acceptsUndefined: true,
      "The value, or another one when it is undefined (or, with the second argument, when it is false)."
    ) { call in
      guard case .bool(let takesFalse) = call[2] else {
        throw call.failure("The 'boolean' argument must be of type 'bool', not '\(call[2].typeName)'.")
      }
      if call.input.isUndefined { return call[1] }
      return try takesFalse && !call.input.isTrue() ? call[1] : call.input
    },
  ]
}
