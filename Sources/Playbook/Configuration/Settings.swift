import Glibc
import Values

/// The settings in force: defaults, then `ansible.cfg`, then `ANSIBLE_*` variables.
package struct Settings: Sendable {
  private var texts: [String: String]
  /// Those that the file or the environment sets.
  private let given: Set<String>
  /// The file that was read.
  package let file: String?
  package private(set) var warnings: [Diagnostic]
  /// The process's variables, as it was started.
  package let environment: [String: String]

  /// - Parameters:
  ///   - environment: the process's variables.
  ///   - directory: the working directory, where `ansible.cfg` is looked for second.
  /// - Throws: `Diagnostic` for a file that can't be read and for a value that its setting can't have: a mistake must not turn
  ///   the checking of host keys off.
  package init(environment: [String: String], directory: String) throws(Diagnostic) {
    self.environment = environment
    var texts: [String: String] = [:]
    var given: Set<String> = []
    var warnings: [Diagnostic] = []
    for spec in SettingSpec.all {
      if let value = spec.defaultValue { texts[spec.name] = value }
    }
    let found = Self.find(environment: environment, directory: directory)
    if let warning = found.warning { warnings.append(warning) }
    file = found.path
    if let path = found.path {
      let base = LocalFile.directory(of: path)
      let source = SourceFile(path: path, text: String(lossless: try LocalFile.read(path)))
      let lines = try ConfigurationFile.read(source)
      let byLine = Dictionary(
        SettingSpec.all.flatMap { spec in spec.lines.map { ($0, spec) } }, uniquingKeysWith: { first, _ in first })
      for line in lines {
        guard let spec = byLine[line.key] else {
          if Self.isOurs(line.key), !SettingSpec.ignoredLines.contains(line.key) {
            warnings.append(
              Diagnostic(
                .invalid, "unknown key '\(line.key)' in the configuration file", at: line.place,
                help: Suggestion.help(for: line.key, in: Array(byLine.keys))))
          }
          continue
        }
        if let problem = spec.problem(with: line.value) {
          throw Diagnostic(
            .usage, "the setting '\(line.key)' has an invalid value: \(problem)", at: line.place, help: spec.help)
        }
        if spec.isUnset(by: line.value) { continue }
        given.insert(spec.name)
        texts[spec.name] = Self.anchored(line.value, spec.kind, in: base)
      }
    }
    for spec in SettingSpec.all {
      for name in spec.environment {
        if let value = environment[name] {
          if name != "NO_COLOR", let problem = spec.problem(with: value) {
            throw Diagnostic(
              .usage, "the environment variable \(name) has an invalid value: \(problem)", help: spec.help)
          }
          if spec.isUnset(by: value) { continue }
          given.insert(spec.name)
          texts[spec.name] = name == "NO_COLOR" ? "true" : Self.anchored(value, spec.kind, in: directory)
        }
      }
    }
    self.texts = texts
    self.given = given
    self.warnings = warnings
  }

  package func string(_ name: String) -> String? { texts[name] }
  package func flag(_ name: String) -> Bool { texts[name].flatMap { Coercion.bool(.string($0)) } ?? false }
  /// The flag, unless it is the default's.
  package func givenFlag(_ name: String) -> Bool? { given.contains(name) ? flag(name) : nil }
  package func int(_ name: String) -> Int? { texts[name].flatMap(SettingSpec.int) }
  package func list(_ name: String) -> [String] {
    (texts[name] ?? "").split(separator: ",").map { String($0).trimmingBlanks }.filter { !$0.isEmpty }
  }
  package func paths(_ name: String) -> [String] {
    (texts[name] ?? "").split(separator: ":").map { LocalFile.absolute(String($0)) }
  }

  package var rolesPath: [String] { paths("roles_path") }
  package var collectionsPath: [String] { paths("collections_path") }

  /// Only sections that ansible itself reads are checked; plugins have sections of their own.
  private static func isOurs(_ line: String) -> Bool {
    ["defaults.", "privilege_escalation.", "ssh_connection.", "diff.", "tags."].contains(where: line.hasPrefix)
  }

  private static func anchored(_ value: String, _ kind: SettingSpec.Kind, in directory: String) -> String {
    switch kind {
    case .path: value.isEmpty ? value : LocalFile.absolute(value, in: directory)
    case .paths:
      value.contains(",")
        ? value
        : value.split(separator: ":").map { LocalFile.absolute(String($0), in: directory) }.joined(separator: ":")
    case .pathList:
      value.split(separator: ",").map { LocalFile.absolute(String($0).trimmingBlanks, in: directory) }
        .joined(separator: ",")
    case .bool, .int, .string, .list, .choice: value
    }
  }

  /// `ANSIBLE_CONFIG`, `./ansible.cfg` (unless everyone may write the directory), `~/.ansible.cfg`, `/etc/ansible/ansible.cfg`.
  private static func find(environment: [String: String], directory: String) -> (path: String?, warning: Diagnostic?) {
    if let named = environment["ANSIBLE_CONFIG"], !named.isEmpty {
      let path = LocalFile.absolute(named, in: directory)
      let file = LocalFile.isDirectory(path) ? "\(path)/ansible.cfg" : path
      if LocalFile.isFile(file) { return (file, nil) }
    }
    var warning: Diagnostic?
    let here = "\(directory)/ansible.cfg"
    if LocalFile.isFile(here) {
      var status = stat()
      if stat(directory, &status) == 0, status.st_mode & S_IWOTH != 0 {
        warning = Diagnostic(
          .file,
          "swiftible is being run in a world writable directory (\(directory)), ignoring it as an ansible.cfg source.")
      } else {
        return (here, nil)
      }
    }
    let home = environment["HOME"].map { "\($0)/.ansible.cfg" }
    return ([home, "/etc/ansible/ansible.cfg"].compactMap(\.self).first(where: LocalFile.isFile), warning)
  }
}
