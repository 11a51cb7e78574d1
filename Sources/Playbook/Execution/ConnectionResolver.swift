import Jinja
import Modules
import Transport
import Values

/// How a task's host is reached: keywords, variables, the command line and settings, strongest first as ansible has them.
struct ConnectionResolver {
  let services: RunServices
  let task: PlayTask
  let settings: TaskSettings
  let templar: Templar

  func parameters() throws(Diagnostic) -> ConnectionParameters {
    let target = settings.delegateTo ?? templar.lookup.host
    // A delegated task uses the variables of the host that does the work.
    let lookup = settings.delegateTo.map(templar.lookup.variables(ofDelegate:)) ?? templar.lookup
    let variables = ConnectionVariables(settings.delegateTo == nil ? templar : Templar(services.engine, lookup))
    func text(_ names: String...) throws(Diagnostic) -> String? { try variables.first(names).map(Self.clear) }
    let options = services.options
    let delegated = settings.delegateTo != nil
    let methodName =
      try text("ansible_connection") ?? (lookup.isImplicitLocalhost ? "local" : nil)
      ?? (delegated ? nil : settings.connection)
      ?? options.connection
      ?? services.settings.string("transport") ?? "ssh"
    guard let method = Self.methods[methodName.split(separator: ".").last.map(String.init) ?? methodName] else {
      throw Diagnostic(
        .invalid, "the connection plugin '\(methodName)' was not found", at: task.place,
        help: "swiftible connects by 'ssh' and 'local'.")
    }
    var result = ConnectionParameters(method: method, address: try text("ansible_host", "ansible_ssh_host") ?? target)
    result.user =
      try text("ansible_user", "ansible_ssh_user") ?? settings.remoteUser ?? options.remoteUser
      ?? services.settings.string("remote_user")
    if let port = try variables.first(["ansible_port", "ansible_ssh_port"]) {
      guard let number = Coercion.int(port), (1...65_535).contains(number) else {
        throw Diagnostic(
          .invalid, "the port of host '\(target)' is not a number from 1 to 65535: \(PlainText.of(port))",
          at: task.place)
      }
      result.port = number
    } else {
      result.port = settings.port ?? services.settings.int("remote_port") ?? 22
    }
    result.password =
      try text("ansible_password", "ansible_ssh_pass", "ansible_ssh_password").map { Secret($0) }
      ?? options.loginPassword
    if let key = try text("ansible_private_key_file", "ansible_ssh_private_key_file") ?? options.privateKeyFile
      ?? services.settings.string("private_key_file"), !key.isEmpty
    {
      result.privateKeyFiles = [LocalFile.absolute(key)]
    }
    result.privateKeyPassphrase = try text("ansible_private_key_passphrase", "ansible_ssh_private_key_passphrase").map {
      Secret($0)
    }
    let checks = try variables.first(["ansible_host_key_checking", "ansible_ssh_host_key_checking"])
    let isChecking = checks.flatMap(Coercion.bool) ?? services.settings.flag("host_key_checking")
    result.hostKeyPolicy = isChecking ? .strict : .off
    let seconds = try variables.first(["ansible_timeout", "ansible_ssh_timeout"])
    result.connectTimeout = .seconds(
      max(seconds.flatMap(Coercion.int) ?? options.timeout ?? services.settings.int("timeout") ?? 10, 1))
    result.sshOptions = try sshOptions(variables)
    if let shell = try text("ansible_shell_executable") { result.shell = shell }
    result.become = try become(variables)
    if method == .local, result.become != nil,
      let seconds = try variables.value("ansible_local_become_success_timeout").flatMap(Coercion.int)
    {
      result.connectTimeout = .seconds(max(seconds, 1))
    }
    return result
  }

  /// The words for OpenSSH's client, in the order in which ansible has them on its command line.
  private func sshOptions(_ variables: ConnectionVariables) throws(Diagnostic) -> [SSHOption] {
    var result: [SSHOption] = []
    for name in ["ssh_args", "ssh_common_args", "ssh_extra_args"] {
      guard
        let line = try variables.value("ansible_\(name)").map(Self.clear) ?? services.settings.string(name)
      else { continue }
      result += try sshOptions("ansible_\(name)", line)
    }
    for line in services.options.sshArguments {
      result += try sshOptions("--ssh-common-args or --ssh-extra-args", line)
    }
    return result
  }

  private func sshOptions(_ name: String, _ line: String) throws(Diagnostic) -> [SSHOption] {
    do {
      return try services.sshOptions.options(of: line)
    } catch {
      switch error {
      case .openQuotation:
        throw Diagnostic(.host, "\(name): a quotation is not closed: \(line)", at: task.place)
      case .option(let error): throw Diagnostic(.host, "\(name): \(error.message)", at: task.place)
      }
    }
  }

  private func become(_ variables: ConnectionVariables) throws(Diagnostic) -> ConnectionParameters.Become? {
    func text(_ name: String) throws(Diagnostic) -> String? { try variables.value(name).map(Self.clear) }
    let wanted =
      try variables.value("ansible_become").flatMap(Coercion.bool) ?? settings.become
      ?? (services.options.become || services.settings.flag("become"))
    guard wanted else { return nil }
    let name =
      try text("ansible_become_method") ?? settings.becomeMethod ?? services.options.becomeMethod ?? services.settings
      .string("become_method") ?? "sudo"
    guard
      let method = ConnectionParameters.Become.Method(
        rawValue: name.split(separator: ".").last.map(String.init) ?? name)
    else {
      throw Diagnostic(
        .invalid, "Invalid become method specified, could not find matching plugin: '\(name)'.", at: task.place,
        help: "swiftible knows 'sudo' and 'su'.")
    }
    // Each method has variables of its own beside those of all methods; the own ones win.
    func option(_ name: String, _ keyword: String?) throws(Diagnostic) -> String? {
      try variables.first(["ansible_\(method.rawValue)_\(name)", "ansible_become_\(name)"]).map(Self.clear) ?? keyword
        ?? services.settings.string("become_\(name)")
    }
    let user = try option("user", settings.becomeUser ?? services.options.becomeUser) ?? "root"
    let password =
      try variables.first([
        "ansible_become_password", "ansible_become_pass", "ansible_\(method.rawValue)_pass",
        "ansible_\(method.rawValue)_password",
      ]).map(Self.clear)
    let prompts = try variables.value("ansible_\(method.rawValue)_prompt_l10n")
    return ConnectionParameters.Become(
      method: method, user: user, password: password.map { Secret($0) } ?? services.options.becomePassword,
      executable: try option("exe", settings.becomeExe),
      flags: try option("flags", settings.becomeFlags).map {
        CommandWords.split($0) ?? $0.split(separator: " ").map(String.init)
      },
      promptWords: prompts.map { ($0.list ?? [$0]).map(Self.clear) })
  }

  private static let methods: [String: ConnectionParameters.Method] = [
    "ssh": .ssh, "smart": .ssh, "paramiko": .ssh, "paramiko_ssh": .ssh, "libssh": .ssh, "local": .local,
  ]

  private static func clear(_ value: Value) -> String {
    if case .secret(let secret) = value { secret.reveal() } else { PlainText.of(value) }
  }
}
