import Glibc
import Jinja
import Values

/// Functions that Ansible gives to templates, besides lookups.
package enum AnsibleGlobals {
  package static let all: [TemplateFunction] = [
    TemplateFunction("now", "(utc=False, fmt=None)", "The present time, as text by a format.") { call in
      .string(TimeText.format(try call.optionalString(1) ?? "%Y-%m-%d %H:%M:%S", seconds: nil, isUTC: try call.bool(0)))
    },
    TemplateFunction("undef", "(hint=None)", "A value that is not defined, with a hint.") { call in
      throw Diagnostic(.undefined, try call.optionalString(0) ?? "the variable is undefined")
    },
  ]
}
