import Transport
import Values

/// Fetches a file's content into the result.
struct Slurp: Module {
  static let spec = ModuleSpec(
    name: "slurp", summary: "Read a file of the host",
    arguments: [ArgumentSpec("src", .path, aliases: ["path"], required: true, "The file to read.")],
    returns: [
      ReturnSpec("content", "The content in base 64."), ReturnSpec("encoding", "`base64`."),
      ReturnSpec("source", "The file that was read."),
    ])

  /// The content ends up in variables and reports; a file beyond this is a mistake.
  private static let limit = 32 << 20

  private let query: FileQuery

  init(_ arguments: Arguments, _ context: ModuleContext) throws(ModuleFailure) {
    query = FileQuery(arguments.string("src") ?? "", contentLimit: Self.limit)
  }

  func queries() -> [any Query] { [query] }

  func plan(_ observed: Observations) throws(ModuleFailure) -> Planning {
    guard let found = observed(query) else { return .ask([query]) }
    guard found.target != nil else { throw ModuleFailure("File not found: \(found.path)") }
    if found.isDirectory { throw ModuleFailure("Source is a directory and must be a file: \(found.path)") }
    if found.isContentTooLarge {
      throw ModuleFailure("\(found.path) is larger than \(Self.limit >> 20) MiB; fetch it instead")
    }
    guard let content = found.content else {
      if found.isPredicted {
        return .done(
          Plan(
            changed: false, unknown: "the content of \(found.path) is only known once it is written",
            values: ["content": "", "encoding": "base64", "source": .string(found.path)]))
      }
      throw ModuleFailure("File is not readable: \(found.path)")
    }
    return .done(
      Plan(
        changed: false,
        values: ["content": .string(Base64.encode(content)), "encoding": "base64", "source": .string(found.path)]))
  }
}
