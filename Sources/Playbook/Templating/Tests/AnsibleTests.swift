import Glibc
import Jinja
import Patterns
import Values

/// The tests that Ansible adds to Jinja's: the one table that templates, checks and the documentation derive from.
package enum AnsibleTests {
  package static let all: [TemplateFunction] = (results + texts + lists + files + versions).map(
    AnsibleFilters.withFullName)

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
    result("timedout", "Whether the task ran out of time.") { result in
      guard let timeout = result["timedout"] else { return false }
      return timeout.map?["period"].map(isTrue) ?? isTrue(timeout)
    },
    result("started", "Whether the asynchronous task has started.") { $0["started"].map(isTrue) ?? true },
    result("finished", "Whether the asynchronous task has ended.") { $0["finished"].map(isTrue) ?? true },
  ]

  private static func result(
    _ name: String, aliases: [String] = [], _ summary: String, _ holds: @escaping @Sendable (Map) -> Bool
  ) -> TemplateFunction {
    TemplateFunction(name, "(result)", aliases: aliases, summary) { call in
      guard case .map(let map) = try call.value(0) else {
        throw call.failure("The '\(name)' test expects a dictionary")
      }
      return .bool(holds(map))
    }
  }

  private static func isTrue(_ value: Value) -> Bool {
    switch value {
    case .null, .bool(false), .int(0): false
    case .string(let text): !text.string.isEmpty && Coercion.bool(value) != false
    default: true
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
      case "match": return .bool(try find(call, anchored: true))
      case "fullmatch":
        let bytes = Array(try text(call).utf8)
        return .bool(try pattern(call).match(bytes, anchored: true)?.range.count == bytes.count)
      default: return .bool(try find(call, anchored: false))
      }
    },
    TemplateFunction("truthy", "(value, convert_bool=False)", "Whether the value counts as true.") { call in
      .bool(try truth(call))
    },
    TemplateFunction("falsy", "(value, convert_bool=False)", "Whether the value counts as false.") { call in
      .bool(try !truth(call))
    },
    TemplateFunction("vault_encrypted", "(value)", "Whether the text is encrypted.") { call in
      .bool(call.input.string?.hasPrefix("$ANSIBLE_VAULT;") ?? false)
    },
    TemplateFunction("uri", "(value, schemes=None)", "Whether the text is a URI.") { call in
      .bool(scheme(of: try call.anyText(0)) != nil)
    },
    TemplateFunction("url", "(value, schemes=None)", "Whether the text is a URL.") { call in
      let text = try call.anyText(0)
      return .bool(scheme(of: text) != nil && text.contains("://"))
    },
    TemplateFunction("urn", "(value)", "Whether the text is a URN.") { call in
      .bool(try call.anyText(0).hasPrefix("urn:"))
    },
  ]

  private static func truth(_ call: Call) throws -> Bool {
    if try call.bool(1), let bool = Coercion.bool(try call.value(0)) { return bool }
    return try call.input.isTrue()
  }

  private static func text(_ call: Call) throws -> String { try call.anyText(0) }

  private static func pattern(_ call: Call) throws -> PythonPattern {
    var flags: PythonPattern.Flags = []
    if try call.bool(2) { flags.insert(.ignoreCase) }
    if try call.bool(3) { flags.insert(.multiline) }
    return try PatternCache.pattern(try call.anyText(1), flags: flags)
  }

  private static func find(_ call: Call, anchored: Bool) throws -> Bool {
    try pattern(call).match(Array(try text(call).utf8), anchored: anchored) != nil
  }

  private static func scheme(of text: String) -> Substring? {
    guard let colon = text.firstIndex(of: ":"), colon != text.startIndex, text.first?.isLetter == true else {
      return nil
    }
    let scheme = text[..<colon]
    return scheme.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "+-.".contains($0)) }
      && text.count > scheme.count + 1 ? scheme : nil
  }

  /// On lists.
  private static let lists: [TemplateFunction] = [
    TemplateFunction("all", "(value)", "Whether every item is true.") { call in
      .bool(try call.elements(0).allSatisfy { try $0.isTrue() })
    },
    TemplateFunction("any", "(value)", "Whether some item is true.") { call in
      .bool(try call.elements(0).contains { try $0.isTrue() })
    },
    TemplateFunction("contains", "(value, item)", "Whether the item is in it.") { call in
      let item = try call.value(1)
      if let text = call.input.string, let part = item.string {
        return .bool(text.range(of: part) != nil || part.isEmpty)
      }
      return .bool(try call.values(0).contains(item))
    },
    TemplateFunction("subset", "(a, b)", aliases: ["issubset"], "Whether all of it is in the other list.") { call in
      .bool(Set(try call.values(0)).isSubset(of: try call.values(1)))
    },
    TemplateFunction("superset", "(a, b)", aliases: ["issuperset"], "Whether all of the other list is in it.") { call in
      .bool(Set(try call.values(0)).isSuperset(of: try call.values(1)))
    },
    TemplateFunction("nan", "(x)", aliases: ["isnan"], "Whether it is not a number.") { call in
      guard let number = call.input.double else {
        throw call.failure("isnan() can only be used on numbers: must be real number, not \(call.input.typeName)")
      }
      return .bool(number.isNaN)
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
      var first = stat()
      var second = stat()
      guard stat(try call.string(0), &first) == 0, stat(try call.string(1), &second) == 0 else { return .bool(false) }
      return .bool(first.st_dev == second.st_dev && first.st_ino == second.st_ino)
    },
    TemplateFunction("vaulted_file", "(path)", "Whether the file is encrypted.") { call in
      .bool(ProjectFiles.isVaulted(try LocalFile.read(try call.string(0))))
    },
  ]

  private static func file(
    _ name: String, aliases: [String] = [], _ summary: String, _ holds: @escaping @Sendable (String) -> Bool
  ) -> TemplateFunction {
    TemplateFunction(name, "(path)", aliases: aliases, summary) { call in .bool(holds(try call.anyText(0))) }
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
      let relation = try call.string(2)
      let value = try call.anyText(0)
      guard !value.isEmpty else { throw call.failure("Input version value cannot be empty") }
      let type = try call.optionalString(4) ?? (call[3].isNone ? "loose" : try call.bool(3) ? "strict" : "loose")
      let order = try VersionOrder.compare(value, try call.anyText(1), type: type)
      switch relation {
      case "==", "=", "eq": return .bool(order == 0)
      case "<", "lt": return .bool(order < 0)
      case "<=", "le": return .bool(order <= 0)
      case ">", "gt": return .bool(order > 0)
      case ">=", "ge": return .bool(order >= 0)
      case "!=", "<>", "ne": return .bool(order != 0)
      default:
        throw call.failure(
          "Invalid operator type (\(relation)). Must be one of ==, =, eq, <, lt, <=, le, >, gt, >=, ge, !=, <>, ne")
      }
    }
  ]
}

/// How versions are put in order.
enum VersionOrder {
  /// Below zero, zero or above.
  static func compare(_ left: String, _ right: String, type: String) throws(Diagnostic) -> Int {
    switch type {
    case "loose", "strict": return try compareLoose(left, right)
    case "semver", "semantic", "pep440": return compareSemantic(left, right)
    default:
      throw Diagnostic(
        .template, "Invalid version type (\(type)). Must be one of loose, strict, semver, semantic, pep440")
    }
  }

  private enum Part {
    case number(Int)
    case text(String)
  }

  /// Runs of digits and of letters, compared one by one.
  private static func parts(_ version: String) -> [Part] {
    var parts: [Part] = []
    var rest = Substring(version)
    while let first = rest.first {
      if first.isNumber {
        let digits = rest.prefix { $0.isASCII && $0.isNumber }
        if digits.isEmpty {
          rest.removeFirst()
          continue
        }
        parts.append(Int(digits).map { .number($0) } ?? .text(String(digits)))
        rest = rest.dropFirst(digits.count)
      } else if first.isLetter {
        let letters = rest.prefix { $0.isLetter }
        parts.append(.text(String(letters)))
        rest = rest.dropFirst(letters.count)
      } else {
        if first != "." { parts.append(.text(String(first))) }
        rest.removeFirst()
      }
    }
    return parts
  }

  private static func compareLoose(_ left: String, _ right: String) throws(Diagnostic) -> Int {
    let a = parts(left)
    let b = parts(right)
    for (x, y) in zip(a, b) {
      switch (x, y) {
      case (.number(let m), .number(let n)) where m != n: return m < n ? -1 : 1
      case (.text(let s), .text(let t)) where s != t: return s < t ? -1 : 1
      case (.number, .text), (.text, .number):
        throw Diagnostic(.template, "Version comparison failed: '<' not supported between instances of 'str' and 'int'")
      default: continue
      }
    }
    return a.count == b.count ? 0 : a.count < b.count ? -1 : 1
  }

  private static func compareSemantic(_ left: String, _ right: String) -> Int {
    func split(_ version: String) -> (core: [Int], pre: [Substring]) {
      let text = version.hasPrefix("v") ? version.dropFirst() : Substring(version)
      let withoutBuild = text.split(separator: "+", maxSplits: 1).first ?? ""
      let halves = withoutBuild.split(separator: "-", maxSplits: 1)
      return (
        (halves.first ?? "").split(separator: ".").map { Int($0) ?? 0 },
        halves.count > 1 ? halves[1].split(separator: ".") : []
      )
    }
    let a = split(left)
    let b = split(right)
    for index in 0..<max(a.core.count, b.core.count) {
      let m = index < a.core.count ? a.core[index] : 0
      let n = index < b.core.count ? b.core[index] : 0
      if m != n { return m < n ? -1 : 1 }
    }
    if a.pre.isEmpty || b.pre.isEmpty { return a.pre.isEmpty == b.pre.isEmpty ? 0 : a.pre.isEmpty ? 1 : -1 }
    for (x, y) in zip(a.pre, b.pre) where x != y {
      switch (Int(x), Int(y)) {
      case (let m?, let n?): return m < n ? -1 : 1
      case (nil, nil): return x < y ? -1 : 1
      case (let m, _): return m != nil ? -1 : 1
      }
    }
    return a.pre.count == b.pre.count ? 0 : a.pre.count < b.pre.count ? -1 : 1
  }
}
