import Glibc
import Jinja
import Values

extension AnsibleFilters {
  /// Names of files, as Python's `os.path` treats them.
  static let paths: [TemplateFunction] = [
    TemplateFunction("basename", "(path)", "The last part of a path.") { call in
      .string(PathText.split(try call.string(0)).tail)
    },
    TemplateFunction("dirname", "(path)", "A path without its last part.") { call in
      .string(PathText.split(try call.string(0)).head)
    },
    TemplateFunction("expanduser", "(path)", "A path with `~` replaced.") { call in
      .string(PathText.expandingUser(try call.string(0), home: call.environment("HOME")))
    },
    TemplateFunction("expandvars", "(path)", "A text with `$NAME` replaced from the environment.") { call in
      .string(PathText.expandingVariables(try call.string(0), call.environment))
    },
    TemplateFunction("realpath", "(path)", "A path without symbolic links.") { call in
      let path = LocalFile.absolute(try call.string(0))
      guard let pointer = Glibc.realpath(path, nil) else { return .string(path) }
      defer { free(pointer) }
      return .string(String(cString: pointer))
    },
    TemplateFunction("relpath", "(path, start='.')", "A path as seen from another.") { call in
      let path = try call.string(0)
      guard !path.isEmpty else { throw call.failure("relpath() needs a path, got an empty text") }
      let target = LocalFile.absolute(path).split(separator: "/")
      let start = LocalFile.absolute(try call.string(1)).split(separator: "/")
      let common = zip(target, start).prefix { $0 == $1 }.count
      let parts = Array(repeating: "..", count: start.count - common) + target[common...].map(String.init)
      return .string(parts.isEmpty ? "." : parts.joined(separator: "/"))
    },
    TemplateFunction("normpath", "(path)", "A path without `.` and `..`.") { call in
      .string(PathText.normalized(try call.string(0)))
    },
    TemplateFunction("splitext", "(path)", "A path's root and its extension.") { call in
      let (root, suffix) = PathText.splitExtension(try call.string(0))
      return .tuple([.string(root), .string(suffix)])
    },
    TemplateFunction("path_join", "(paths)", "Parts of a path put together.") { call in
      if let single = call.input.string { return .string(single) }
      return .string(PathText.join(try pathParts(call)))
    },
    TemplateFunction("commonpath", "(paths)", "The longest path that all share.") { call in
      .string(try commonPath(call))
    },
    TemplateFunction("win_basename", "(path)", "The last part of a Windows path.") { call in
      .string(WindowsPath.split(try call.string(0)).tail)
    },
    TemplateFunction("win_dirname", "(path)", "A Windows path without its last part.") { call in
      .string(WindowsPath.split(try call.string(0)).head)
    },
    TemplateFunction("win_splitdrive", "(path)", "A Windows path's drive and the rest.") { call in
      let (drive, rest) = WindowsPath.splitDrive(try call.string(0))
      return .tuple([.string(drive), .string(rest)])
    },
    TemplateFunction("fileglob", "(pathname)", "The files of the controller that a pattern matches, sorted.") { call in
      .list(LocalFile.matching(try call.string(0)).filter(LocalFile.isFile).map { .string($0) })
    },
  ]

  private static func pathParts(_ call: Call) throws -> [String] {
    guard call.input.isSequence else {
      throw call.failure("\(call.function.name)() expects a list of paths, got '\(call.input.typeName)'")
    }
    let parts = try call.elements(0)
    guard !parts.isEmpty else { throw call.failure("\(call.function.name)() needs at least one path") }
    return try parts.enumerated().map { index, part in
      guard let text = part.string else {
        throw call.failure("\(call.function.name)() expects texts; item \(index + 1) is of type '\(part.typeName)'")
      }
      return text
    }
  }

  private static func commonPath(_ call: Call) throws -> String {
    let paths = try pathParts(call)
    let isAbsolute = paths[0].hasPrefix("/")
    guard paths.allSatisfy({ $0.hasPrefix("/") == isAbsolute }) else {
      throw call.failure("commonpath() can't compare absolute with relative paths")
    }
    let split = paths.map { $0.split(separator: "/").filter { $0 != "." } }
    var common = split[0]
    for parts in split { common = zip(common, parts).prefix { $0 == $1 }.map(\.0) }
    return (isAbsolute ? "/" : "") + common.joined(separator: "/")
  }
}
