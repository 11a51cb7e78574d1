import Transport
import Values

/// Installs and removes Python packages through the host's own pip.
struct Pip: Module {
  static let spec = ModuleSpec(
    name: "pip", summary: "Install and remove Python packages",
    arguments: [
      ArgumentSpec("name", .list(of: .string), "The packages, with versions if wanted, or addresses to get them from."),
      ArgumentSpec("version", .string, "The version of the one package that `name` names."),
      ArgumentSpec("requirements", .string, "A file on the host that lists packages."),
      ArgumentSpec("virtualenv", .path, "The virtual environment to work in; made when it is not there."),
      ArgumentSpec("virtualenv_site_packages", .bool, default: false, "Let a new one see the system's packages."),
      ArgumentSpec("virtualenv_command", .path, default: "virtualenv", "What makes virtual environments."),
      ArgumentSpec("virtualenv_python", .string, "The Python of a new one."),
      ArgumentSpec(
        "state", .string, default: "present", choices: ["absent", "forcereinstall", "latest", "present"],
        "What is wanted of the packages."),
      ArgumentSpec("extra_args", .string, "Further arguments for pip."),
      ArgumentSpec("editable", .bool, default: false, "Install in editable mode."),
      ArgumentSpec("chdir", .path, "The directory to run pip in."),
      ArgumentSpec("executable", .path, "The pip to use."),
      ArgumentSpec("umask", .string, "The umask for what is made, in octal digits."),
      ArgumentSpec(
        "break_system_packages", .bool, default: false, "Change a Python that the system manages (PEP 668)."),
    ],
    rules: [
      .mutuallyExclusive(["name", "requirements"]), .mutuallyExclusive(["executable", "virtualenv"]),
      .requiredOneOf(["name", "requirements"]),
    ],
    returns: [
      ReturnSpec("cmd", "The command."), ReturnSpec("name", "The packages asked for."),
      ReturnSpec("requirements", "The file that lists packages."), ReturnSpec("version", "The version asked for."),
      ReturnSpec("virtualenv", "The virtual environment."),
    ])

  let arguments: Arguments
  let state: String
  let packages: [PipRequirement]
  let extraWords: [String]
  let query: PipQuery
  private let creator: [String]
  private let isCheckMode: Bool

  init(_ arguments: Arguments, _ context: ModuleContext) throws(ModuleFailure) {
    self.arguments = arguments
    isCheckMode = context.isCheckMode
    state = arguments.string("state") ?? "present"
    if let umask = arguments.string("umask"), umask.isEmpty || !umask.allSatisfy({ ("0"..."7").contains($0) }) {
      throw ModuleFailure("umask must be an octal integer")
    }
    let version = arguments.string("version")
    if state == "latest", version != nil { throw ModuleFailure("version is incompatible with state=latest") }
    packages = try Self.packages(arguments.strings("name") ?? [], version)
    extraWords = try Self.extraWords(arguments)
    creator = try Self.words(of: "virtualenv_command", arguments)
    let directory = arguments.string("chdir").map { HostPath($0) }
    let place: PipQuery.Place
    if let environment = arguments.string("virtualenv") {
      guard let program = creator.first else { throw ModuleFailure("virtualenv_command is empty") }
      place = .environment(HostPath(environment), creator: HostPath(program))
    } else if let executable = arguments.string("executable") {
      place = .executable(HostPath(executable))
    } else {
      let python = try context.variable("ansible_python_interpreter")?.pythonString.trimmed ?? ""
      place = .python(python.isEmpty || python.hasPrefix("auto") ? nil : python)
    }
    query = PipQuery(place: place, directory: directory)
  }

  private static func packages(_ names: [String], _ version: String?) throws(ModuleFailure) -> [PipRequirement] {
    guard !names.isEmpty else { return [] }
    var packages = PipRequirement.packages(in: names).map { PipRequirement($0) }
    guard let version, !version.trimmed.isEmpty else { return packages }
    guard packages.count == 1 else {
      throw ModuleFailure(
        "'version' argument is ambiguous when installing multiple package distributions. Please specify version restrictions next to each package in 'name' argument."
      )
    }
    guard packages[0].specifiers.isEmpty else {
      throw ModuleFailure(
        "The 'version' argument conflicts with any version specifier provided along with a package name. Please keep the version specifier, but remove the 'version' argument."
      )
    }
    packages[0] = packages[0].with(version: version)
    return packages
  }

  private static func extraWords(_ arguments: Arguments) throws(ModuleFailure) -> [String] {
    let words = try words(of: "extra_args", arguments)
    return arguments.flag("editable") && !words.contains("-e") ? words + ["-e"] : words
  }

  private static func words(of name: String, _ arguments: Arguments) throws(ModuleFailure) -> [String] {
    guard let words = CommandWords.split(arguments.string(name) ?? "") else {
      throw ModuleFailure("\(name) has an unclosed quotation: \(arguments.string(name) ?? "")")
    }
    return words
  }

  // MARK: Plan

  private var requirements: String? { arguments.string("requirements") }

  func queries() -> [any Query] { packages.isEmpty && requirements == nil ? [] : [query] }

  func plan(_ observed: Observations) throws(ModuleFailure) -> Planning {
    guard !queries().isEmpty else {
      return .done(Plan(changed: false, warnings: ["No valid name or requirements file found."]))
    }
    guard let found = observed(query) else { return .ask([query]) }
    if found.isDirectoryMissing {
      throw ModuleFailure("chdir: there is no directory \(arguments.string("chdir") ?? "for temporary files")")
    }
    if let environment = found.environment, !found.environmentExists {
      return .done(try plan(["\(environment)/bin/pip3"], found, changed: true, creation: try creation(found)))
    }
    guard let pip = found.pip else { throw missing(found) }
    let isChanged = foretold(found)
    if let isChanged { return .done(try plan(pip, found, changed: isChanged)) }
    guard isCheckMode else { return .done(try plan(pip, found, changed: true)) }
    var unknown = try plan(pip, found, changed: true)
    if state == "absent" {
      unknown.unknown = "which of the packages are installed can't be known before pip runs"
      return .done(unknown)
    }
    if isBuilding {
      unknown.unknown = "what pip would build can't be known before it runs"
      return .done(unknown)
    }
    let question = simulation(pip)
    guard let answer = observed(question) else { return .ask([question]) }
    guard answer.status == 0 else {
      let last = answer.text.split(separator: "\n").last { !$0.trimmed.isEmpty }
      unknown.unknown = "pip can't tell beforehand: \(last.map(String.init) ?? "it says nothing")"
      return .done(unknown)
    }
    return .done(try plan(pip, found, changed: answer.text.contains("Would install")))
  }

  /// Whether the list of what is installed says already what pip will do; `nil` when only pip knows.
  private func foretold(_ found: PipQuery.Answer) -> Bool? {
    guard requirements == nil, found.packages != nil, packages.allSatisfy({ $0.name != nil }) else { return nil }
    let versions = found.versions
    if state == "absent" { return packages.contains { $0.name.map { versions[$0] != nil } ?? false } }
    guard state == "present", extraWords.isEmpty else { return nil }
    let isMissing = packages.contains { package in
      package.name.flatMap { versions[$0] }.map { !package.isSatisfied(by: $0) } ?? true
    }
    // What an extra brings may be missing though the package is there.
    return isMissing ? true : packages.contains(where: \.hasExtras) ? nil : false
  }

  /// Whether pip would have to run code of the packages to know what they are.
  private var isBuilding: Bool {
    hasRepository || extraWords.contains { $0 == "-e" || $0.hasPrefix("--editable") }
  }

  private var hasRepository: Bool {
    packages.contains { package in ["svn+", "git+", "hg+", "bzr+"].contains { package.text.hasPrefix($0) } }
  }

  private func missing(_ found: PipQuery.Answer) -> ModuleFailure {
    if let environment = found.environment {
      return ModuleFailure(
        "Unable to find pip in the virtualenv, \(environment), under any of these names: pip3, pip. Make sure pip is present in the virtualenv."
      )
    }
    let name = arguments.string("executable") ?? "pip3"
    return ModuleFailure("Unable to find any of \(name) to use.  pip needs to be installed.")
  }

  /// - Parameter creation: makes the virtual environment first.
  private func plan(
    _ pip: [String], _ found: PipQuery.Answer, changed: Bool, creation: Step? = nil
  ) throws(ModuleFailure) -> Plan {
    let command = pip + words
    var plan = Plan(
      changed: changed,
      values: [
        "cmd": .list(command.map { .string($0) }), "name": arguments["name"] ?? .null,
        "version": arguments["version"] ?? .null, "state": .string(state),
        "requirements": arguments["requirements"] ?? .null,
        "virtualenv": found.environment.map { .string($0) } ?? .null,
      ])
    guard changed else {
      plan.values.merge(["stdout": "", "stderr": ""])
      return plan
    }
    let what = requirements ?? packages.map(\.text).joined(separator: " ")
    plan.predictions = [.vague(reason: "pip would \(state == "absent" ? "remove" : "install") \(what)")]
    // As ansible has it: what such a source brings is told by the lists before and after.
    let before = requirements != nil || hasRepository ? found.packages ?? "" : nil
    plan.steps = [creation, .run(run(command), failure: "pip failed", mayFail: true)].compactMap(\.self)
    if before != nil { plan.steps.append(.run(list(pip), failure: "pip failed", mayFail: true)) }
    if creation != nil, let environment = found.environment {
      plan.predictions.append(.file(FilePrediction(path: environment, .directory)))
    }
    let reading = PipOutcome(isAbsent: state == "absent", isCreating: creation != nil, before: before)
    plan.conclude = { (values, outcomes) throws(ModuleFailure) in try reading.conclusion(values, outcomes) }
    return plan
  }

  // MARK: Steps

  /// pip's arguments.
  private var words: [String] {
    let verb =
      switch state {
      case "absent": ["uninstall", "-y"]
      case "latest": ["install", "-U"]
      case "forcereinstall": ["install", "-U", "--force-reinstall"]
      default: ["install"]
      }
    return verb + extraWords + (requirements.map { ["-r", $0] } ?? packages.map(\.text))
  }

  private func run(_ command: [String]) -> ShellScript { "\(setting)\n\(command) </dev/null" }

  private func list(_ pip: [String]) -> ShellScript { "\(setting)\nset -- \(pip)\n\(PipQuery.list)" }

  /// The directory, the programs of the virtual environment, the umask.
  private var setting: ShellScript {
    var script = query.preamble
    if arguments.string("virtualenv") != nil { script += "\nPATH=$e/bin:$PATH; export PATH" }
    if let umask = arguments.string("umask") { script += "\numask \(umask)" }
    if arguments.flag("break_system_packages") {
      script += "\nPIP_BREAK_SYSTEM_PACKAGES=1; export PIP_BREAK_SYSTEM_PACKAGES"
    }
    return script
  }

  /// Asks pip what it would do, without building anything and without its cache: no code of a package is run, nothing is kept.
  private func simulation(_ pip: [String]) -> ScriptQuery {
    let flags = ["--dry-run", "--only-binary=:all:", "--no-cache-dir", "--disable-pip-version-check"]
    let command = pip + words.prefix(1) + flags + words.dropFirst()
    return ScriptQuery("\(setting)\n\(command) </dev/null 2>&1")
  }

  private func creation(_ found: PipQuery.Answer) throws(ModuleFailure) -> Step {
    let program = creator.first ?? "virtualenv"
    guard found.hasCreator else { throw ModuleFailure("Failed to find required executable \"\(program)\"") }
    var words = Array(creator.dropFirst())
    if arguments.flag("virtualenv_site_packages") { words.append("--system-site-packages") }
    let python = arguments.string("virtualenv_python")
    let isModule = zip(words, words.dropFirst()).contains { $0 == "-m" && $1 == "venv" } || words.contains("-mvenv")
    if program == "pyvenv" || isModule {
      guard python == nil else {
        throw ModuleFailure(
          "virtualenv_python should not be used when using the venv module or pyvenv as virtualenv_command")
      }
    } else if let python = python ?? found.python {
      words.append("-p\(python)")
    }
    let umask: ShellScript = arguments.string("umask").map { "umask \($0)" } ?? ""
    return .run(
      "\(query.preamble)\n\(umask)\n\(HostPath(program).word) \(words) \"$e\" </dev/null",
      failure: "could not make the virtual environment")
  }
}
