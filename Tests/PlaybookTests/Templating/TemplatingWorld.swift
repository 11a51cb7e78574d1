import Inventory
import Jinja
import Testing
import Values
import Vault

@testable import Playbook

/// A host `web1` in the project `Tests/Fixtures/Playbook/Templating/world`, for rendering templates as a task would.
struct TemplatingWorld: Sendable {
  static let folder =
    "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/") + "/Fixtures/Playbook/Templating"
  static let world = "\(folder)/world"
  /// What the environment of the fixtures holds; ansible's script sets the same.
  static let environment = ["HOME": "/root", "SWIFTIBLE_FIXTURE": "{{ 1 + 1 }}"]

  let engine: JinjaEngine
  private var lookup: VariableLookup

  /// - Parameter variables: laid over those of `variables.yml`, as facts are: their texts are data.
  init(_ variables: Map = [:]) async throws {
    let world = Self.world
    let password = VaultSecret(password: Secret("open sesame"))
    let files = ProjectFiles { envelope, place throws(Diagnostic) in
      try VaultEnvelope.parse(envelope, at: place).open(with: [password])
    }
    let settings = try Settings(environment: Self.environment, directory: "/nowhere")
    engine = RunSetup.engine(settings)
    let inventory = try await Inventory.load(
      sources: ["\(world)/hosts"], options: InventoryOptions(workingDirectory: world)
    ).inventory
    let play = Play(
      place: Place(SourceFile(path: "\(world)/site.yml", text: ""), line: 1, column: 1), name: nil, hosts: "all",
      keywords: KeywordSet(), vars: try files.variables("\(world)/variables.yml"), varsFiles: [], varsPrompts: [],
      gatherFacts: nil, forceHandlers: nil, preTasks: [], roles: [], tasks: [], postTasks: [], handlers: [],
      roleInstances: [], directory: world)
    var host = HostState(name: "web1")
    host.variables = ["world": .string(world)]
    host.variables.merge(variables)
    let snapshot = RunSnapshot(
      inventory: inventory, hosts: ["web1": host], play: PlayContext(play, name: "fixtures"), options: RunOptions(),
      settings: settings, isMergingHashes: false, projectFiles: files)
    lookup = VariableLookup(snapshot: snapshot, host: "web1", task: nil)
  }

  /// What a template that the project's author wrote comes to.
  func render(_ template: String) throws(Diagnostic) -> Value {
    let place = Place(SourceFile(path: "fixture", text: template), line: 1, column: 1)
    return try Templar(engine, lookup).resolve(.string(Text(template, writtenAt: place)))
  }

  /// The items of `with_<name>:`.
  func items(_ name: String, _ terms: Value) throws(Diagnostic) -> [Value] {
    let place = Place(SourceFile(path: "fixture", text: ""), line: 1, column: 1)
    return try Templar(engine, lookup).lookupItems(name, terms: terms, at: place)
  }

  /// The same as JSON that tells types apart, or `!` and the error's messages from the outermost to the innermost.
  func outcome(_ template: String) -> String {
    do {
      let value = try render(template)
      if case .omit = value { return "omit" }
      let text = JSONWriter(ensuresASCII: false, revealsSecrets: true).string(value)
      return text.replacing(Self.world, with: "/world")
    } catch {
      return "! " + Self.messages(error).joined(separator: " | ").replacing(Self.world, with: "/world")
    }
  }

  private static func messages(_ diagnostic: Diagnostic) -> [String] {
    let own = diagnostic.message + (diagnostic.help.map { " (\($0))" } ?? "")
    return [own.split(separator: "\n").joined(separator: " ")] + diagnostic.causes.flatMap(messages)
  }
}
