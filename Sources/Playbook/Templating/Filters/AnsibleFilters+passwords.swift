import Jinja
import Values

extension AnsibleFilters {
  /// Hashes of passwords.
  static let passwords: [TemplateFunction] = [
    TemplateFunction(
      "password_hash", "(password, hashtype='sha512', salt=None, salt_size=None, rounds=None, ident=None)",
      "The password as `/etc/shadow` holds it."
    ) { call in
      let scheme = try PasswordScheme(named: try call.string(1))
      let salt = try call.optionalString(2).flatMap { $0.isEmpty ? nil : $0 }
      return .string(
        try scheme.hash(
          try call.string(0), salt: salt, saltSize: try call.optionalInt(3), rounds: try call.optionalInt(4),
          ident: try call.optionalString(5)))
    }
  ]
}
