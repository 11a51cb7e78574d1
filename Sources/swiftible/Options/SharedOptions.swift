import ArgumentParser
import Playbook
import Values

/// `-i`, `--limit`, `--list-hosts`.
struct InventoryFlags: ParsableArguments {
  @Option(
    name: [.customShort("i", allowingJoined: true), .customLong("inventory"), .customLong("inventory-file")],
    help: ArgumentHelp(
      "Inventory file, directory, script, or host list with commas; several may be given.", valueName: "source"))
  var sources: [String] = []

  @Option(
    name: [.customShort("l", allowingJoined: true), .long],
    help: ArgumentHelp("Only the hosts of this pattern.", valueName: "pattern"))
  var limit: [String] = []

  @Flag(name: .customLong("flush-cache"), help: "Forget cached facts and the answers of dynamic sources first.")
  var flushCache = false

  /// The pattern that limits hosts: the last that was given, as ansible has it.
  var limitPattern: String? { limit.last }
}

/// `-e`.
struct VariableFlags: ParsableArguments {
  @Option(
    name: [.customShort("e", allowingJoined: true), .customLong("extra-vars")],
    help: ArgumentHelp(
      "Variables as k=v, YAML or JSON text, or @file; they win over all others.", valueName: "variables"))
  var extra: [String] = []
}

/// Vault passwords.
struct VaultFlags: ParsableArguments {
  @Option(
    name: .customLong("vault-id"),
    help: ArgumentHelp("A vault password with an id: id@file, id@prompt.", valueName: "id@source"))
  var ids: [String] = []

  @Option(
    name: [.customLong("vault-password-file"), .customLong("vault-pass-file")],
    help: ArgumentHelp("A file (or script) with a vault password.", valueName: "file"))
  var passwordFiles: [String] = []

  @Flag(
    name: [.customShort("J"), .customLong("ask-vault-password"), .customLong("ask-vault-pass")],
    help: "Ask for the vault password.")
  var ask = false
}

/// How hosts are reached.
struct ConnectionFlags: ParsableArguments {
  @Option(
    name: [.customShort("u", allowingJoined: true), .long],
    help: ArgumentHelp("Log in as this user.", valueName: "user"))
  var user: String?

  @Option(
    name: [.customShort("c", allowingJoined: true), .long],
    help: ArgumentHelp("How to connect: ssh or local.", valueName: "method"))
  var connection: String?

  @Option(
    name: [.customShort("T", allowingJoined: true), .long],
    help: ArgumentHelp("Seconds for the whole connect.", valueName: "seconds"))
  var timeout: Int?

  @Option(
    name: [.customLong("private-key"), .customLong("key-file")],
    help: ArgumentHelp("The private key to log in with.", valueName: "file"))
  var privateKey: String?

  @Flag(name: [.customShort("k"), .customLong("ask-pass")], help: "Ask for the login password.")
  var askPassword = false

  @Option(
    name: .customLong("connection-password-file"),
    help: ArgumentHelp("A file with the login password.", valueName: "file"))
  var passwordFile: String?

  @Option(
    name: .customLong("ssh-common-args"),
    help: ArgumentHelp("Arguments for ssh; those that mean something here are taken.", valueName: "args"))
  var sshCommonArguments: String?

  @Option(name: .customLong("ssh-extra-args"), help: ArgumentHelp("Further arguments for ssh.", valueName: "args"))
  var sshExtraArguments: String?

  @Option(name: .customLong("scp-extra-args"), help: .hidden)
  var scpExtraArguments: String?

  @Option(name: .customLong("sftp-extra-args"), help: .hidden)
  var sftpExtraArguments: String?
}

/// The change of user on the host.
struct BecomeFlags: ParsableArguments {
  @Flag(name: [.customShort("b"), .long], help: "Work as another user (root, unless --become-user says otherwise).")
  var become = false

  @Option(name: .customLong("become-method"), help: ArgumentHelp("How: sudo or su.", valueName: "method"))
  var method: String?

  @Option(name: .customLong("become-user"), help: ArgumentHelp("The user to become.", valueName: "user"))
  var user: String?

  @Flag(name: [.customShort("K"), .customLong("ask-become-pass")], help: "Ask for the password of the become method.")
  var askPassword = false

  @Option(
    name: [.customLong("become-password-file"), .customLong("become-pass-file")],
    help: ArgumentHelp("A file with that password.", valueName: "file"))
  var passwordFile: String?
}

/// How the run goes about it.
struct RunFlags: ParsableArguments {
  @Flag(name: [.customShort("C"), .long], help: "Change nothing; tell what would be changed.")
  var check = false

  @Flag(name: [.customShort("D"), .long], help: "Show what changes, line by line.")
  var diff = false

  @Option(
    name: [.customShort("f", allowingJoined: true), .long],
    help: ArgumentHelp("How many hosts at once.", valueName: "number"))
  var forks: Int?

  @Flag(name: [.customShort("v"), .long], help: "Say more; up to -vvvv.")
  var verbose: Int

  @Option(
    name: [.customShort("M", allowingJoined: true), .customLong("module-path")],
    help: ArgumentHelp("Folders of modules of your own, separated by ':'.", valueName: "path"))
  var modulePath: [String] = []
}
