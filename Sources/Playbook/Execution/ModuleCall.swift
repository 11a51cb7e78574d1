import Jinja
import Modules
import Transport
import Values

/// One module call on the host that a task is for or delegated to.
struct ModuleCall {
  let services: RunServices
  let task: PlayTask
  let settings: TaskSettings
  let templar: Templar

  /// - Parameter detaching: makes the connection that the steps take, when that is not the one for the questions.
  func run(
    _ module: ModuleDefinition, _ arguments: Map, _ predictions: inout PredictedState,
    detaching: (any Connection) -> any Connection = { $0 }
  ) async throws(TransportError) -> ModuleResult {
    let connection = try await connect()
    let search = FileSearch(templar.lookup)
    let files = services.files
    let template = TemplateFile(
      engine: services.engine, lookup: templar.lookup, files: services.files, settings: services.settings)
    var context = ModuleContext(
      isCheckMode: settings.isCheckMode, isDiffMode: settings.isDiffMode, traits: connection.traits,
      environment: settings.environment,
      findFile: { name throws(ModuleFailure) in
        guard let path = search.find(name, in: "files") else {
          throw ModuleFailure(search.complaint(of: name, in: "files"))
        }
        return path
      },
      readFile: { path, decrypt throws(ModuleFailure) in
        do throws(Diagnostic) { return try files.bytes(path, decrypt: decrypt) } catch {
          throw ModuleFailure(error.message)
        }
      },
      renderTemplate: { name, arguments throws(ModuleFailure) in try template.render(name, arguments) })
    tell(of: module, &context)
    guard let timeout = settings.timeout else {
      return try await ModuleRunner.run(
        module, arguments: arguments, connection: connection, stepConnection: detaching(connection), context: context,
        predictions: &predictions)
    }
    let bounded = BoundedConnection(connection, until: .now.advanced(by: timeout))
    return try await ModuleRunner.run(
      module, arguments: arguments, connection: bounded, context: context, predictions: &predictions)
  }

  /// Interpreters, and what ansible tells a module from a file of the run.
  private func tell(of module: ModuleDefinition, _ context: inout ModuleContext) {
    let engine = services.engine
    var lookup = templar.lookup
    if let target = settings.delegateTo {
      lookup = lookup.variables(ofDelegate: target)
    }
    let variables = lookup
    context.variable = { name throws(ModuleFailure) in
      do throws(Diagnostic) { return try Templar(engine, variables).value(name) } catch {
        throw ModuleFailure(error.message)
      }
    }
    guard case .unchecked = module.spec.freeForm else { return }
    let reserved = reservedArguments(of: module.spec)
    context.reservedArguments = { reserved }
  }

  /// The arguments whose names begin with `_ansible_`, as ansible-core 2.19 has them. There is no folder of temporary files, no
  /// socket and no use of the host's system log.
  private func reservedArguments(of spec: ModuleSpec) -> Map {
    [
      "_ansible_check_mode": .bool(settings.isCheckMode), "_ansible_no_log": .bool(settings.hidesResult),
      "_ansible_debug": .bool(services.settings.flag("debug")), "_ansible_diff": .bool(settings.isDiffMode),
      "_ansible_verbosity": .int(services.options.verbosity), "_ansible_version": .string(Version.ansibleRelease),
      "_ansible_module_name": .string(spec.name), "_ansible_syslog_facility": "LOG_USER",
      "_ansible_selinux_special_fs": ["fuse", "nfs", "vboxsf", "ramfs", "9p", "vfat"], "_ansible_socket": nil,
      "_ansible_shell_executable": "/bin/sh", "_ansible_keep_remote_files": false, "_ansible_tmpdir": nil,
      "_ansible_remote_tmp": "~/.ansible/tmp", "_ansible_ignore_unknown_opts": false, "_ansible_target_log_info": nil,
      "_ansible_tracebacks_for": [],
    ]
  }

  func connect() async throws(TransportError) -> any Connection {
    let parameters: ConnectionParameters
    do {
      parameters = try ConnectionResolver(services: services, task: task, settings: settings, templar: templar)
        .parameters()
    } catch {
      throw TransportError(error.kind == .host ? .options : .file, error.message)
    }
    report(parameters)
    return try await services.pool.connection(for: parameters)
  }

  /// What `-vvv` tells of the way to the host.
  private func report(_ parameters: ConnectionParameters) {
    guard services.options.verbosity > 2 else { return }
    let target = "<\(parameters.address)>"
    let method = parameters.method == .local ? "LOCAL" : "SSH"
    let user = parameters.user ?? SSHEnvironment.current.user
    services.listener.receive(.detail("\(target) ESTABLISH \(method) CONNECTION FOR USER: \(user)", level: 3))
    let command: ShellScript = "\((parameters.become?.words(prompt: "password:") ?? []) + [parameters.shell])"
    services.listener.receive(.detail("\(target) EXEC \(command.text)", level: 3))
  }
}
