import Jinja
import Values

extension AnsibleFilters {
  /// Choices, types and what must be there.
  static let misc: [TemplateFunction] = [
    TemplateFunction("bool", "(value)", "Truth, of the words for it as well.") { call in
      switch call.input {
      case .none: return .none
      case .bool: return call.input
      default:
        let value = try call.value(0)
        return .bool(Coercion.bool(value) ?? false)
      }
    },
    TemplateFunction(
      "ternary", "(value, true_val, false_val, none_val=None)", acceptsUndefined: true,
      "One of two values, or a third for none."
    ) { call in
      if call.input.isNone, !call[3].isNone { return call[3] }
      return try call.input.defined().isTrue() ? call[1] : call[2]
    },
    TemplateFunction("mandatory", "(value, msg=None)", acceptsUndefined: true, "The value, which must be defined.") {
      call in
      guard call.input.isUndefined else { return call.input }
      if let message = try call.optionalString(1) { throw Diagnostic(.undefined, message) }
      guard case .undefined(let undefined) = call.input, let name = undefined.name else {
        throw Diagnostic(.undefined, "Mandatory variable not defined.")
      }
      throw Diagnostic(.undefined, "Mandatory variable '\(name)' not defined.")
    },
    TemplateFunction("type_debug", "(value)", acceptsUndefined: true, "The name of the value's type.") {
      .string($0.input.typeName)
    },
  ]
}
