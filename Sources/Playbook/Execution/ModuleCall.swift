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
    _ type: any Module.Type, _ arguments: Map, _ predictions: inout PredictedState,
    detaching: (any Connection) -> any Connection = { $0 }
  ) async throws(TransportError) -> ModuleResult {
    let connection = try await connect()
    let search = FileSearch(templar.lookup)
    let files = services.files
    let template = TemplateFile(
      engine: services.engine, lookup: templar.lookup, files: services.files, settings: services.settings)
    let context = ModuleContext(
      isCheckMode: settings.isCheckMode, isDiffMode: settings.isDiffMode, traits: connection.traits,
      environment: settings.environment,
      findFile: { name throws(ModuleFailure) in
        guard let path = search.find(name, in: "files") else {
          throw ModuleFailure(
            "Could not find or access '\(name)' on the Ansible Controller.\nIf you are using a module and expect the file to exist on the remote, see the remote_src option"
          )
        }
        return path
      },
      readFile: { path, decrypt throws(ModuleFailure) in
        do throws(Diagnostic) { return try files.bytes(path, decrypt: decrypt) } catch {
          throw ModuleFailure(error.message)
        }
      },
      renderTemplate: { name, arguments throws(ModuleFailure) in try template.render(name, arguments) })
    guard let timeout = settings.timeout else {
      return try await ModuleRunner.run(
        type, arguments: arguments, connection: connection, stepConnection: detaching(connection), context: context,
        predictions: &predictions)
    }
    let bounded = BoundedConnection(connection, until: .now.advanced(by: timeout))
    return try await ModuleRunner.run(
      type, arguments: arguments, connection: bounded, context: context, predictions: &predictions)
  }

  func connect() async throws(TransportError) -> any Connection {
    let parameters: ConnectionParameters
    do {
      parameters = try ConnectionResolver(services: services, task: task, settings: settings, templar: templar)
        .parameters()
    } catch {
      throw TransportError(.file, error.message)
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
