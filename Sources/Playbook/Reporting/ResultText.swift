import Values

/// The result of a task as text behind `=>`.
struct ResultText {
  let options: ScreenOptions

  /// The result of a report, without what the screen never shows.
  /// - Parameter isFinal: whether it is no attempt of several, of which `debug` shows more than its message.
  func text(of report: TaskReport, isFinal: Bool = true) -> String {
    let isIndented =
      report.isAlwaysVerbose || options.verbosity > 2 || options.pretty == true
      || options.pretty == nil && options.resultFormat == .yaml
    return text(shown(report, isFinal: isFinal), indent: isIndented && options.pretty != false ? 4 : nil)
  }

  /// A map that is no task's result: custom statistics.
  func text(_ map: Map, indent: Int?) -> String {
    switch options.resultFormat {
    case .json:
      return JSONWriter(indent: indent, itemSeparator: indent == nil ? ", " : ",", sortsKeys: true, ensuresASCII: false)
        .string(.map(map))
    case .yaml:
      let isReadable = options.pretty != false
      var map = map
      if isReadable {
        for name in ["stdout", "stderr"] where map[name] != nil && map[name + "_lines"] != nil {
          map[name + "_lines"] = "<omitted>"
        }
      }
      let writer = YAMLWriter(
        indent: indent ?? 2, usesFlowStyle: false, multilineText: isReadable ? .readableBlock : .block)
      return "\n" + Self.indented(yaml(.map(map), writer), by: indent ?? 4)
    }
  }

  /// The state of a diff, a key a line.
  func text(ofState value: Value) -> String {
    guard case .map = value else { return value.isNull ? "" : value.pythonText }
    switch options.resultFormat {
    case .json: return JSONWriter(indent: 4, sortsKeys: true).string(value) + "\n"
    case .yaml:
      let writer = YAMLWriter(
        indent: 4, usesFlowStyle: false, multilineText: options.pretty != false ? .readableBlock : .block)
      return Self.indented(yaml(value, writer), by: 4) + "\n"
    }
  }

  private func yaml(_ value: Value, _ writer: YAMLWriter) -> String {
    do throws(Diagnostic) {
      return try writer.string(value)
    } catch {
      return "(\(error.message))\n"
    }
  }

  /// Every line that is not empty moves in.
  private static func indented(_ text: String, by count: Int) -> String {
    let space = String(repeating: " ", count: count)
    return text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.allSatisfy { $0 == " " } ? String($0) : space + $0 }
      .joined(separator: "\n")
  }

  // MARK: - What is shown

  private func shown(_ report: TaskReport, isFinal: Bool) -> Map {
    if report.isHidden { return censored(report.result) }
    var result = Self.withoutInternalKeys(report.result)
    if report.task.isDebug, isFinal { Self.cleanDebug(&result) }
    for name in ["failed", "skipped", "exception", "warnings", "deprecations"] { result.removeValue(forKey: name) }
    if options.verbosity < 3 {
      result.removeValue(forKey: "invocation")
      result.removeValue(forKey: "diff")
    }
    return result
  }

  /// What `no_log` leaves of a result.
  private func censored(_ result: Map) -> Map {
    var shown = Map()
    for name in ["attempts", "changed", "retries"] { shown[name] = result[name] }
    shown["censored"] =
      "the output has been hidden due to the fact that 'no_log: true' was specified for this result"
    return shown
  }

  /// `debug` shows its message or variable and nothing else.
  static func cleanDebug(_ result: inout Map) {
    if result["msg"] != nil {
      for key in result.keys.map({ $0 }) where key != "msg" {
        if let name = key.string { result.removeValue(forKey: name) }
      }
    } else {
      for name in ["changed", "skip_reason", "invocation", "ansible_loop_var", "ansible_index_var", "ansible_loop"] {
        result.removeValue(forKey: name)
      }
    }
  }

  private static func withoutInternalKeys(_ map: Map, depth: Int = 0) -> Map {
    var clean = Map(minimumCapacity: map.count)
    for (key, value) in map where key.string?.hasPrefix("_ansible_") != true {
      clean[key] = depth < 100 ? withoutInternalKeys(value, depth: depth) : value
    }
    return clean
  }

  private static func withoutInternalKeys(_ value: Value, depth: Int) -> Value {
    switch value {
    case .map(let map): .map(withoutInternalKeys(map, depth: depth + 1))
    case .list(let list): .list(list.map { withoutInternalKeys($0, depth: depth + 1) })
    default: value
    }
  }
}

extension TaskAnnouncement {
  private var shortAction: Substring {
    for prefix in ["ansible.builtin.", "ansible.legacy."] where actionName.hasPrefix(prefix) {
      return actionName.dropFirst(prefix.count)
    }
    return actionName[...]
  }

  var isDebug: Bool { shortAction == "debug" }

  /// Facts are too many to be dumped at `-v`.
  var gathersFacts: Bool { shortAction == "setup" || shortAction == "gather_facts" }
}
