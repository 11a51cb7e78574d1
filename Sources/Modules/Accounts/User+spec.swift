import Values

extension User {
  static let spec = ModuleSpec(
    name: "user", summary: "Add, change and remove user accounts",
    arguments: identity + credentials + membership + homes + keys + foreign,
    supportsDiff: false,
    returns: [
      ReturnSpec("name", "the user"), ReturnSpec("state", "the state asked for"), ReturnSpec("uid", "the number"),
      ReturnSpec("group", "the number of the primary group"), ReturnSpec("groups", "the groups asked for"),
      ReturnSpec("comment", "the comment"), ReturnSpec("home", "the home directory"), ReturnSpec("shell", "the shell"),
      ReturnSpec("password", "a placeholder, when a password was given"),
      ReturnSpec("append", "the value of `append`"), ReturnSpec("move_home", "the value of `move_home`"),
      ReturnSpec("system", "the value of `system`"), ReturnSpec("create_home", "the value of `create_home`"),
      ReturnSpec("force", "the value of `force`"), ReturnSpec("remove", "the value of `remove`"),
      ReturnSpec("ssh_key_file", "the private key's path"), ReturnSpec("ssh_public_key", "the public key"),
      ReturnSpec("ssh_fingerprint", "the key's fingerprint"),
      ReturnSpec("stdout", "what the tools printed"), ReturnSpec("stderr", "what the tools printed as errors"),
    ])

  private static let identity: [ArgumentSpec] = [
    ArgumentSpec("name", aliases: ["user"], required: true, "The user."),
    ArgumentSpec("state", default: "present", choices: ["absent", "present"], "Whether the account exists."),
    ArgumentSpec("uid", .int, "Its number."),
    ArgumentSpec("non_unique", .bool, default: false, "Let `uid` be a number that another user has."),
    ArgumentSpec("comment", .string, "The name or description of the user."),
    ArgumentSpec("shell", .path, "The login shell."),
    ArgumentSpec("system", .bool, default: false, "Make a new account a system account."),
    ArgumentSpec("local", .bool, "Use libuser's tools, which change local files only."),
    ArgumentSpec("uid_min", .int, "Lowest number for a new account."),
    ArgumentSpec("uid_max", .int, "Highest number for a new account."),
    ArgumentSpec("seuser", .string, "The SELinux user of a new account."),
    ArgumentSpec("force", .bool, default: false, "Remove the account in use; overwrite an SSH key that exists."),
    ArgumentSpec("remove", .bool, default: false, "Remove the home directory with the account."),
  ]

  private static let credentials: [ArgumentSpec] = [
    ArgumentSpec("password", .string, secret: true, "The password's hash."),
    ArgumentSpec("update_password", default: "always", choices: ["always", "on_create"], "When to set the password."),
    ArgumentSpec("password_lock", .bool, "Lock or unlock the password."),
    ArgumentSpec("expires", .float, "When the account ends, in seconds since 1970; negative: never."),
    ArgumentSpec("password_expire_max", .int, "Days after which the password must be changed."),
    ArgumentSpec("password_expire_min", .int, "Days before which the password can't be changed."),
    ArgumentSpec("password_expire_warn", .int, "Days of warning before the password ends."),
    ArgumentSpec("password_expire_account_disable", .int, "Days after the password's end until the account is locked."),
  ]

  private static let membership: [ArgumentSpec] = [
    ArgumentSpec("group", .string, "The primary group."),
    ArgumentSpec("groups", .list(of: .string), "The supplementary groups."),
    ArgumentSpec("append", .bool, default: false, "Add to the supplementary groups instead of replacing them."),
  ]

  private static let homes: [ArgumentSpec] = [
    ArgumentSpec("home", .path, "The home directory."),
    ArgumentSpec("create_home", .bool, aliases: ["createhome"], default: true, "Make the home directory."),
    ArgumentSpec("move_home", .bool, default: false, "Move the old home directory to `home`."),
    ArgumentSpec("skeleton", .string, "What a new home directory is a copy of."),
    ArgumentSpec("umask", .string, "The umask for a new home directory."),
  ]

  private static let keys: [ArgumentSpec] = [
    ArgumentSpec("generate_ssh_key", .bool, "Make an SSH key for the user."),
    ArgumentSpec("ssh_key_type", default: "rsa", "The key's type."),
    ArgumentSpec("ssh_key_bits", .int, default: 0, "The key's size; 0: the tool's own choice."),
    ArgumentSpec("ssh_key_file", .path, "The private key's path, relative to the home directory."),
    ArgumentSpec("ssh_key_comment", .string, "The key's comment; by default it names the host."),
    ArgumentSpec("ssh_key_passphrase", .string, secret: true, "The key's passphrase."),
  ]

  /// Arguments for systems other than Linux, where they do nothing.
  private static let foreign: [ArgumentSpec] = [
    ArgumentSpec("login_class", .string, "BSD: the login class."),
    ArgumentSpec("hidden", .bool, "macOS: hide the user."),
    ArgumentSpec("profile", .string, "Solaris: the profile."),
    ArgumentSpec("authorization", .string, "Solaris: the authorizations."),
    ArgumentSpec("role", .string, "Solaris: the role."),
  ]
}
