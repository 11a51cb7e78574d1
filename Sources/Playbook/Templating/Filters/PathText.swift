import Glibc
import Values

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
    // POSIX leaves the meaning of exactly two leading slashes to the system, so they stay.
    let root = path.hasPrefix("//") && !path.hasPrefix("///") ? "//" : path.hasPrefix("/") ? "/" : ""
    var parts: [Substring] = []
    for part in path.split(separator: "/") where part != "." {
      if part == "..", let last = parts.last, last != ".." {
        parts.removeLast()
      } else if part != ".." || root.isEmpty {
        parts.append(part)
      }
    }
    let text = root + parts.joined(separator: "/")
    return text.isEmpty ? "." : text
  }

  static func splitExtension(_ path: String) -> (String, String) {
    let name = split(path).tail
    let stem = name.drop { $0 == "." }
    guard let dot = stem.lastIndex(of: ".") else { return (path, "") }
    let suffix = String(stem[dot...])
    return (String(path.dropLast(suffix.count)), suffix)
  }

  /// `~` and `~name` at the start replaced by a home directory; left as it is when there is none.
  static func expandingUser(_ path: String, home: String?) -> String {
    guard path.hasPrefix("~") else { return path }
    let name = path.dropFirst().prefix { $0 != "/" }
    let rest = path.dropFirst(1 + name.count)
    if name.isEmpty { return home.map { $0 + rest } ?? path }
    return self.home(of: String(name)).map { $0 + rest } ?? path
  }

  private static func home(of user: String) -> String? {
    var entry = passwd()
    var found: UnsafeMutablePointer<passwd>?
    var buffer = [CChar](repeating: 0, count: 16_384)
    guard getpwnam_r(user, &entry, &buffer, buffer.count, &found) == 0, found != nil else { return nil }
    return entry.pw_dir.map { String(cString: $0) }
  }

  /// `$NAME` and `${NAME}` replaced by what `lookup` knows; other names stay as they are.
  static func expandingVariables(_ text: String, _ lookup: (String) -> String?) -> String {
    var result = ""
    var rest = text[...]
    while let dollar = rest.firstIndex(of: "$") {
      result += rest[..<dollar]
      rest = rest[rest.index(after: dollar)...]
      let isBraced = rest.first == "{"
      let body = isBraced ? rest.dropFirst() : rest
      let name = body.prefix { isBraced ? $0 != "}" : $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
      guard !name.isEmpty, !isBraced || body.dropFirst(name.count).first == "}" else {
        result += "$"
        continue
      }
      result += lookup(String(name)) ?? (isBraced ? "${\(name)}" : "$\(name)")
      rest = body.dropFirst(name.count + (isBraced ? 1 : 0))
    }
    return result + rest
  }
}

/// Python's `ntpath`: names of files on Windows, on text alone.
enum WindowsPath {
  private static func isSeparator(_ character: Character) -> Bool { character == "\\" || character == "/" }

  /// The drive letter or network share, and the rest.
  static func splitDrive(_ path: String) -> (drive: String, rest: String) {
    let characters = Array(path)
    guard characters.count > 1 else { return ("", path) }
    if isSeparator(characters[0]), isSeparator(characters[1]) {
      let start = path.uppercased().replacing("/", with: "\\").hasPrefix(#"\\?\UNC\"#) ? 8 : 2
      guard let server = characters[min(start, characters.count)...].firstIndex(where: isSeparator) else {
        return (path, "")
      }
      guard let share = characters[(server + 1)...].firstIndex(where: isSeparator) else { return (path, "") }
      return (String(characters[..<share]), String(characters[share...]))
    }
    guard characters[1] == ":" else { return ("", path) }
    return (String(characters[..<2]), String(characters[2...]))
  }

  static func split(_ path: String) -> (head: String, tail: String) {
    let (drive, rest) = splitDrive(path)
    guard let separator = rest.lastIndex(where: isSeparator) else { return (drive, rest) }
    var head = String(rest[...separator])
    if head.contains(where: { !isSeparator($0) }) {
      while let last = head.last, isSeparator(last) { head.removeLast() }
    }
    return (drive + head, String(rest[rest.index(after: separator)...]))
  }
}

extension LocalFile {
  /// The paths that a pattern of the shell (`*`, `?`, `[a-z]`) matches, sorted by their bytes.
  static func matching(_ pattern: String) -> [String] {
    var found = glob_t()
    defer { globfree(&found) }
    guard glob(pattern, GLOB_NOESCAPE, nil, &found) == 0 else { return [] }
    let paths = UnsafeBufferPointer(start: found.gl_pathv, count: Int(found.gl_pathc))
    return paths.compactMap { $0.map { String(cString: $0) } }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }
}
