import Jinja
import Values

extension AnsibleTests {
  /// On where a value comes from. ansible-core has them for tests of its own, under their full names only.
  static let provenance: [TemplateFunction] = [
    TemplateFunction(
      "ansible._protomatter.tagged_with", "(value, tag)",
      "Whether the value carries the mark: `TrustedAsTemplate` and `Origin` for what the project's author wrote, "
        + "`VaultedValue` for what stands encrypted."
    ) { call in
      let tag = try call.string(1)
      switch tag {
      case "TrustedAsTemplate", "Origin":
        guard case .string(let text) = call.input else { return .bool(false) }
        return .bool(text.origin != nil)
      case "VaultedValue":
        guard case .secret = call.input else { return .bool(false) }
        return .bool(true)
      default:
        throw call.failure("There is no mark named '\(tag)'.", help: "TrustedAsTemplate, Origin, VaultedValue.")
      }
    }
  ]
}
