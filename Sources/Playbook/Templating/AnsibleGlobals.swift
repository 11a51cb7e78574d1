import Jinja
import Values

/// Functions that Ansible gives to templates, besides lookups.
package enum AnsibleGlobals {
  package static let all: [TemplateFunction] = [
    TemplateFunction("now", "(utc=False, fmt=None)", "The present time, or its text by a format.") { call in
      let now = try DateTime.now(isUTC: try call.bool(0))
      guard let format = try call.optionalString(1) else { return .native(DateTimeObject(now)) }
      return .string(now.formatted(format))
    },
    TemplateFunction("undef", "(hint=None)", "A value that is not defined, with a hint.") { call in
      .undefined(Undefined(hint: try call.optionalString(0) ?? "Mandatory variable has not been overridden"))
    },
  ]
}
