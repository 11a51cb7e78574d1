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
      .string(PathText.expandingUser(try call.string(0)))
    },
    TemplateFunction("expandvars", "(path)", "A text with `$NAME` replaced from the environment.") { call in
      .string(PathText.expandingVariables(try call.string(0)))
    },
    TemplateFunction("realpath", "(path)", "A path without symbolic links.") { call in
      let path = LocalFile.absolute(try call.string(0))
      guard let pointer = Glibc.realpath(path, nil) else { return .string(path) }
      defer { free(pointer) }
      return .string(String(cString: pointer))
    },
    TemplateFunction("relpath", "(path, start='.')", "A path as seen from another.") { call in
      let target = LocalFile.absolute(try call.string(0)).split(separator: "/")
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
      return .string(PathText.join(try call.elements(0).map { try $0.text() }))
    },
    TemplateFunction("commonpath", "(paths)", "The longest path that all share.") { call in
      let split = try call.elements(0).map {
        PathText.normalized(try $0.text()).split(separator: "/", omittingEmptySubsequences: false)
      }
      guard var common = split.first else { throw call.failure("commonpath() arg is an empty sequence") }
      for parts in split { common = Array(zip(common, parts).prefix { $0 == $1 }.map(\.0)) }
      let text = common.joined(separator: "/")
      return .string(text.isEmpty && split[0].first == "" ? "/" : text)
    },
    TemplateFunction("win_basename", "(path)", "The last part of a Windows path.") { call in
      .string(String(try call.string(0).split(whereSeparator: { $0 == "\\" || $0 == "/" }).last ?? ""))
    },
    TemplateFunction("win_dirname", "(path)", "A Windows path without its last part.") { call in
      let path = try call.string(0)
      guard let end = path.lastIndex(where: { $0 == "\\" || $0 == "/" }) else { return .string("") }
      return .string(String(path[..<end]))
    },
    TemplateFunction("win_splitdrive", "(path)", "A Windows path's drive and the rest.") { call in
      let path = try call.string(0)
      let characters = Array(path)
      guard characters.count > 1, characters[1] == ":" else { return .tuple([.string(""), .string(path)]) }
      return .tuple([.string(String(characters[..<2])), .string(String(characters[2...]))])
    },
    TemplateFunction("fileglob", "(pattern)", "The files that a pattern matches.") { call in
      let pattern = try call.string(0)
      let directory = LocalFile.directory(of: pattern)
      let name = LocalFile.name(of: pattern)
      return .list(
        LocalFile.names(in: directory).filter { Wildcard.matches($0, name) && $0.hasPrefix(".") == name.hasPrefix(".") }
          .map { PathText.join([directory, $0]) }.filter(LocalFile.isFile).map { .string($0) })
    },
  ]
}

/// Python's `os.path` for POSIX, on text alone.
enum PathText {
  static func split(_ path: String) -> (head: String, tail: String) {
    guard let slash = path.lastIndex(of: "/") else { return ("", path) }
    var head = String(path[...slash])
    let tail = String(path[path.index(after: slash)...])
    if head.contains(where: { $0 != "/" }) { while head.hasSuffix("/") { head.removeLast() } }
    return (head, tail)
  }

  static func join(_ parts: [String]) -> String {
    parts.reduce(into: "") { path, part in
      if part.hasPrefix("/") || path.isEmpty {
        path = part
      } else {
        path += (path.hasSuffix("/") ? "" : "/") + part
      }
    }
  }

  static func normalized(_ path: String) -> String {
    guard !path.isEmpty else { return "." }
    let isAbsolute = path.hasPrefix("/")
    var parts: [Substring] = []
    for part in path.split(separator: "/") where part != "." {
      if part == "..", let last = parts.last, last != ".." {
        parts.removeLast()
      } else if part != ".." || !isAbsolute {
        parts.append(part)
      }
    }
    let text = (isAbsolute ? "/" : "") + parts.joined(separator: "/")
    return text.isEmpty ? "." : text
  }

  static func splitExtension(_ path: String) -> (String, String) {
    let name = split(path).tail
    let stem = name.drop { $0 == "." }
    guard let dot = stem.lastIndex(of: ".") else { return (path, "") }
    let suffix = String(stem[dot...])
    return (String(path.dropLast(suffix.count)), suffix)
  }

  static func expandingUser(_ path: String) -> String {
    guard path.hasPrefix("~") else { return path }
    let name = path.dropFirst().prefix { $0 != "/" }
    let rest = path.dropFirst(1 + name.count)
    if name.isEmpty {
      guard let home = getenv("HOME") else { return path }
      return String(cString: home) + rest
    }
    guard let entry = getpwnam(String(name)), let home = entry.pointee.pw_dir else { return path }
    return String(cString: home) + rest
  }

  static func expandingVariables(_ text: String) -> String {
    var result = ""
    var rest = text[...]
    while let dollar = rest.firstIndex(of: "$") {
      result += rest[..<dollar]
      rest = rest[rest.index(after: dollar)...]
      let isBraced = rest.first == "{"
      let body = isBraced ? rest.dropFirst() : rest
      let name = body.prefix { isBraced ? $0 != "}" : $0.isLetter || $0.isNumber || $0 == "_" }
      let written = isBraced ? "${\(name)}" : "$\(name)"
      if !name.isEmpty, let value = getenv(String(name)) { result += String(cString: value) } else { result += written }
      rest = body.dropFirst(name.count + (isBraced ? 1 : 0))
    }
    return result + rest
  }
}
