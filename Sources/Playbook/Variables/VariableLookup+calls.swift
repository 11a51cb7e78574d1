import Values

/// What is there within one call of a task only: the host that it is delegated to, and the way to the host.
extension VariableLookup {
  /// The same within one call of the task.
  func calling(delegatedTo host: String?) -> VariableLookup {
    var result = self
    result.isInCall = true
    result.delegate = host
    return result
  }

  /// The variables of a host that the task is delegated to, its own among them. As in ansible they are rendered with the name of
  /// the host that the task is for.
  func variables(ofDelegate delegate: String) -> VariableLookup {
    VariableLookup(
      snapshot: snapshot.knowing(delegate), host: delegate, task: task, varsFiles: varsFiles,
      includeParameters: includeParameters, locals: ["inventory_hostname": .string(host)])
  }

  /// What a connection variable is when nobody set it: what keywords, the command line and settings come to.
  func wayToHost(_ name: String) -> Value? {
    guard isInCall, let names = Self.ways.first(where: { $0.contains(name) }) else { return nil }
    let own = delegate.map(variables(ofDelegate:)) ?? self
    for name in names {
      if let value = own.value(name) { return value }
    }
    let options = snapshot.options
    let settings = snapshot.settings
    func keyword(_ keyword: Keyword) -> Value? { task?.keywords[keyword].flatMap { $0.isNull ? nil : $0 } }
    switch names[0] {
    case "ansible_ssh_host": return .string(own.host)
    case "ansible_ssh_user":
      return keyword(.remoteUser) ?? (options.remoteUser ?? settings.string("remote_user")).map { .string($0) }
    case "ansible_ssh_port":
      return (delegate == nil ? keyword(.port) : nil) ?? settings.int("remote_port").map { .int($0) }
    case "ansible_connection":
      if own.isImplicitLocalhost { return "local" }
      return (delegate == nil ? keyword(.connection) : nil)
        ?? .string(options.connection ?? settings.string("transport") ?? "ssh")
    case "ansible_ssh_timeout": return .int(options.timeout ?? settings.int("timeout") ?? 10)
    case "ansible_ssh_private_key_file":
      return (options.privateKeyFile ?? settings.string("private_key_file")).map { .string($0) }
    case "ansible_ssh_pipelining": return .bool(settings.flag("pipelining"))
    default: return .string(settings.string("executable") ?? "/bin/sh")
    }
  }

  /// Whether the host is the controller although no inventory names it.
  var isImplicitLocalhost: Bool {
    ["localhost", "127.0.0.1", "::1"].contains(host) && !snapshot.inventory.hostNames.contains(host)
  }

  /// Names of the same thing, the one that wins first (ansible-core 2.19's connection variables).
  private static let ways: [[String]] = [
    ["ansible_ssh_host", "ansible_host"], ["ansible_ssh_user", "ansible_user"], ["ansible_ssh_port", "ansible_port"],
    ["ansible_connection"], ["ansible_ssh_timeout", "ansible_timeout"],
    ["ansible_ssh_private_key_file", "ansible_private_key_file"], ["ansible_ssh_pipelining", "ansible_pipelining"],
    ["ansible_shell_executable"],
  ]
}
