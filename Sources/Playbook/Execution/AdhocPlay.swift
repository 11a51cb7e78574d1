import Modules
import Values

/// The play that a single module call on the command line is.
package struct AdhocPlay: Sendable {
  let pattern: String
  let module: String
  let arguments: String?
  let timeout: Int?
  let background: Int
  let poll: Int?
  let directory: String

  /// - Parameters:
  ///   - background: the seconds that the module may take as a job; 0 for no job.
  ///   - poll: the seconds between looks at it; 0 for none, `nil` for the setting `poll_interval`.
  package init(
    pattern: String, module: String, arguments: String?, timeout: Int?, background: Int, poll: Int?, directory: String
  ) {
    self.pattern = pattern
    self.module = module
    self.arguments = arguments
    self.timeout = timeout
    self.background = background
    self.poll = poll
    self.directory = directory
  }

  /// - Throws: `Diagnostic` for an unknown module and arguments that can't be read.
  package func play(_ services: RunServices) throws(Diagnostic) -> Play {
    let file = SourceFile(path: "<adhoc '\(module)' task>", text: "")
    let place = Place(file, line: 1, column: 1)
    guard let resolution = try services.catalog.resolve(module), let spec = services.catalog.spec(resolution.name)
    else {
      throw Diagnostic(
        .invalid,
        "couldn't resolve module/action '\(module)'. This often indicates a misspelling, missing collection, or incorrect module path.",
        help: Suggestion.help(for: module, in: services.catalog.names))
    }
    for use in resolution.deprecations { services.files.deprecate(Diagnostic(.invalid, use)) }
    var call = ActionCall(name: module, place: place, arguments: [:])
    call.resolvedName = resolution.name
    if let arguments, !arguments.isEmpty {
      if arguments.hasPrefix("{"), let root = try YAMLReader.read(SourceFile(path: file.path, text: arguments)).root,
        case .map(let map) = try root.value()
      {
        call.arguments = map
      } else {
        try ActionParser(files: services.files, catalog: services.catalog)
          .add(
            Text(arguments, writtenAt: Place(SourceFile(path: file.path, text: arguments), line: 1, column: 1)), spec,
            to: &call)
      }
    } else if case .argument = spec.freeForm, spec.name != "meta",
      spec.arguments.allSatisfy({ $0.name != "argv" }) || arguments == nil,
      ["command", "shell", "raw", "script"].contains(spec.name)
    {
      throw Diagnostic(.usage, "No argument passed to \(module) module")
    }
    var keywords = KeywordSet()
    if let timeout { keywords.set(.timeout, to: .int(timeout)) }
    if background > 0 { keywords.set(.async, to: .int(background)) }
    if let poll { keywords.set(.poll, to: .int(poll)) }
    let task = PlayTask(
      id: services.parser.nextID(), place: place, name: nil, action: call, keywords: keywords, loop: nil, role: nil,
      listen: [],
      isHandler: false, directory: directory)
    return Play(
      place: place, name: Text("Ansible Ad-Hoc"), hosts: .string(pattern), keywords: KeywordSet(), vars: [:],
      varsFiles: [],
      varsPrompts: [], gatherFacts: .bool(false), forceHandlers: nil, preTasks: [], roles: [], tasks: [.task(task)],
      postTasks: [],
      handlers: [], roleInstances: [], directory: directory)
  }
}
