import Glibc
import Jinja
import Patterns
import Values

/// The tests that Ansible adds to Jinja's: the one table that templates, checks and the documentation derive from.
package enum AnsibleTests {
  /// `ansible.builtin`'s own.
  package static let builtin: [TemplateFunction] = results + texts + lists + files + versions

  /// All that templates may call, under every name: Jinja's own and ours answer to `ansible.builtin.NAME` too.
  package static let all: [TemplateFunction] =
    (Builtins.tests + builtin).map {
      $0.adding(collection: "ansible.builtin")
    } + provenance

  /// On the results of tasks.
  private static let results: [TemplateFunction] = [
    result("failed", aliases: ["failure"], "Whether the task failed.") { $0["failed"].map(isTrue) ?? false },
    result("succeeded", aliases: ["success", "successful"], "Whether the task did not fail.") {
      !($0["failed"].map(isTrue) ?? false)
    },
    result("changed", aliases: ["change"], "Whether the task changed something.") { result in
      if let changed = result["changed"] { return isTrue(changed) }
      return result["results"]?.list?.contains { $0.map?["changed"].map(isTrue) ?? false } ?? false
    },
    result("skipped", aliases: ["skip"], "Whether the task was skipped.") { $0["skipped"].map(isTrue) ?? false },
    result("reachable", "Whether the host was reached.") { !($0["unreachable"].map(isTrue) ?? false) },
    result("unreachable", "Whether the host was not reached.") { $0["unreachable"].map(isTrue) ?? false },
    result("timedout", "Whether the task ran out of time.") { $0["timedout"]?.map?["period"].map(isTrue) ?? false },
    result("started", "Whether the asynchronous task has started.") { $0["started"].map(isTrue) ?? true },
    result("finished", "Whether the asynchronous task has ended.") { $0["finished"].map(isTrue) ?? true },
  ]

  private static func result(
    _ name: String, aliases: [String] = [], _ summary: String, _ holds: @escaping @Sendable (Map) -> Bool
  ) -> TemplateFunction {
    TemplateFunction(name, "(result)", aliases: aliases, summary) { call in
      guard case .map(let map) = try call.value(0) else {
        throw call.failure(
          "The '\(name)' test expects a dictionary, not '\(call.input.typeName)'",
          help: "It looks at what 'register:' keeps of a task.")
      }
      return .bool(holds(map))
    }
  }

  private static func isTrue(_ value: Value) -> Bool {
    switch value {
    case .null, .bool(false), .int(0), .double(0), .omit: false
    case .string(let text): !text.string.isEmpty
    case .secret(let secret): !secret.reveal().isEmpty
    case .list(let list): !list.isEmpty
    case .map(let map): !map.isEmpty
    case .bool, .int, .double, .dateTime: true
    }
  }

  /// On texts and truth.
  private static let texts: [TemplateFunction] = [
    TemplateFunction(
      "match", "(value, pattern='', ignorecase=False, multiline=False)", "Whether the expression matches at the start."
    ) { call in
      .bool(try find(call, anchored: true))
    },
    TemplateFunction(
      "search", "(value, pattern='', ignorecase=False, multiline=False)", "Whether the expression is found."
    ) { call in
      .bool(try find(call, anchored: false))
    },
    TemplateFunction(
      "regex", "(value, pattern='', ignorecase=False, multiline=False, match_type='search')",
      "Whether the expression is found."
    ) { call in
      switch try call.string(4) {
      case "search": return .bool(try find(call, anchored: false))
      case "match": return .bool(try find(call, anchored: true))
      case "fullmatch":
        let whole = try pattern(call, wrapping: ("(?:", ")\\Z"))
        return .bool(try whole.match(Array(try text(call).utf8), anchored: true) != nil)
      case let other:
        throw call.failure("Invalid match_type '\(other)'", help: "Known are 'search', 'match' and 'fullmatch'.")
      }
    },
    TemplateFunction("truthy", "(value, convert_bool=False)", "Whether the value counts as true.") { call in
      .bool(try truth(call))
    },
    TemplateFunction("falsy", "(value, convert_bool=False)", "Whether the value counts as false.") { call in
      .bool(try !truth(call))
    },
    TemplateFunction(
      "vault_encrypted", "(value)", acceptsSealed: true, "Whether the value stands encrypted in the project."
    ) { call in
      switch call.input {
      case .secret, .undefined: .bool(true)
      default: .bool(false)
      }
    },
    TemplateFunction("uri", "(value, schemes=None)", "Whether the text is a URI, of one of the schemes.") { call in
      .bool(try uri(call, schemes: try schemes(call)) != nil)
    },
    TemplateFunction("url", "(value, schemes=None)", "Whether the text is a URL, of one of the schemes.") { call in
      guard let parts = try uri(call, schemes: try schemes(call)) else { return .bool(false) }
      return .bool(!parts.authority.isEmpty || parts.scheme == "file")
    },
    TemplateFunction("urn", "(value)", "Whether the text is a URN.") { call in
      .bool(try uri(call, schemes: ["urn"]) != nil)
    },
  ]

  private static func schemes(_ call: Call) throws -> [String] {
    try call[1].isNone ? [] : call.elements(1).map { try $0.text() }
  }

  private static func uri(_ call: Call, schemes: [String]) throws -> URLParts? {
    guard let text = call.input.string, let parts = try? URLParts(text) else { return nil }
    return schemes.isEmpty || schemes.contains(parts.scheme) ? parts : nil
  }

  private static func truth(_ call: Call) throws -> Bool {
    if try call.bool(1), let bool = Coercion.bool(try call.value(0)) { return bool }
    return try call.input.isTrue()
  }

  private static func text(_ call: Call) throws -> String { try call.anyText(0) }

  private static func pattern(_ call: Call, wrapping: (String, String) = ("", "")) throws -> PythonPattern {
    var flags: PythonPattern.Flags = []
    if try call.bool(2) { flags.insert(.ignoreCase) }
    if try call.bool(3) { flags.insert(.multiline) }
    return try PatternCache.pattern(wrapping.0 + (try call.string(1)) + wrapping.1, flags: flags)
  }

  private static func find(_ call: Call, anchored: Bool) throws -> Bool {
    try pattern(call).match(Array(try text(call).utf8), anchored: anchored) != nil
  }

  /// On lists.
  private static let lists: [TemplateFunction] = [
    TemplateFunction("all", "(value)", "Whether every item is true.") { call in
      .bool(try call.elements(0).allSatisfy { try $0.isTrue() })
    },
    TemplateFunction("any", "(value)", "Whether some item is true.") { call in
      .bool(try call.elements(0).contains { try $0.isTrue() })
    },
    TemplateFunction("contains", "(seq, value)", "Whether the item is in it.") { call in
      .bool(try call.input.contains(call[1], in: call.scope))
    },
    TemplateFunction("subset", "(a, b)", aliases: ["issubset"], "Whether all of it is in the other list.") { call in
      .bool(Set(try call.values(0)).isSubset(of: try call.values(1)))
    },
    TemplateFunction("superset", "(a, b)", aliases: ["issuperset"], "Whether all of the other list is in it.") { call in
      .bool(Set(try call.values(0)).isSuperset(of: try call.values(1)))
    },
    TemplateFunction("nan", "(x)", aliases: ["isnan"], "Whether it is a float that is not a number.") { call in
      if case .double(let number) = call.input { return .bool(number.isNaN) }
      return .bool(false)
    },
  ]

  /// On files of the controller.
  private static let files: [TemplateFunction] = [
    file("directory", aliases: ["is_dir"], "Whether it is a directory.") { LocalFile.isDirectory($0) },
    file("file", aliases: ["is_file"], "Whether it is a file.") { path in
      mode(path, follow: true).map { $0 & S_IFMT == S_IFREG } ?? false
    },
    file("link", aliases: ["is_link"], "Whether it is a symbolic link.") { path in
      mode(path, follow: false).map { $0 & S_IFMT == S_IFLNK } ?? false
    },
    file("exists", "Whether it exists.") { LocalFile.exists($0) },
    file("link_exists", "Whether it exists, a dangling link included.") { mode($0, follow: false) != nil },
    file("abs", aliases: ["is_abs"], "Whether the path is absolute.") { $0.hasPrefix("/") },
    file("mount", aliases: ["is_mount"], "Whether it is a mount point.") { path in
      var own = stat()
      var parent = stat()
      guard lstat(path, &own) == 0, own.st_mode & S_IFMT == S_IFDIR, stat(path + "/..", &parent) == 0 else {
        return false
      }
      return own.st_dev != parent.st_dev || own.st_ino == parent.st_ino
    },
    TemplateFunction("same_file", "(a, b)", aliases: ["is_same_file"], "Whether two paths are one file.") { call in
      var status = [stat(), stat()]
      for index in 0...1 {
        let path = try call.string(index)
        guard stat(path, &status[index]) == 0 else {
          throw Diagnostic(.file, "unable to look at '\(path)': \(String(cString: strerror(errno)))")
        }
      }
      return .bool(status[0].st_dev == status[1].st_dev && status[0].st_ino == status[1].st_ino)
    },
    TemplateFunction("vaulted_file", "(path)", "Whether the file is encrypted.") { call in
      .bool(ProjectFiles.isVaulted(try LocalFile.read(try call.string(0))))
    },
  ]

  private static func file(
    _ name: String, aliases: [String] = [], _ summary: String, _ holds: @escaping @Sendable (String) -> Bool
  ) -> TemplateFunction {
    TemplateFunction(name, "(path)", aliases: aliases, summary) { call in .bool(holds(try call.string(0))) }
  }

  private static func mode(_ path: String, follow: Bool) -> mode_t? {
    var status = stat()
    return (follow ? stat(path, &status) : lstat(path, &status)) == 0 ? status.st_mode : nil
  }

  private static let versions: [TemplateFunction] = [
    TemplateFunction(
      "version", "(value, version, operator='eq', strict=None, version_type=None)", aliases: ["version_compare"],
      "How two versions compare."
    ) { call in
      let (value, other) = (try call.anyText(0), try call.anyText(1))
      guard !value.isEmpty else { throw call.failure("Input version value cannot be empty") }
      guard !other.isEmpty else { throw call.failure("Version parameter to compare against cannot be empty") }
      guard call[3].isNone || call[4].isNone else {
        throw call.failure("Cannot specify both 'strict' and 'version_type'")
      }
      let isStrict = try !call[3].isNone && call.bool(3)
      let type = try VersionType(named: try call.optionalString(4) ?? (isStrict ? "strict" : "loose"))
      let relation = try VersionRelation(try call.string(2))
      return .bool(relation.holds(try type.compare(value, other)))
    }
  ]
}
