import Transport
import Values

/// Sets a parameter of the kernel, now and in a file for the next start.
struct Sysctl: Module {
  static let spec = ModuleSpec(
    name: "sysctl", collection: "ansible.posix", summary: "Set parameters of the kernel",
    arguments: [
      ArgumentSpec("name", .string, aliases: ["key"], required: true, "The parameter."),
      ArgumentSpec("value", .string, aliases: ["val"], "Its value."),
      ArgumentSpec(
        "state", .string, default: "present", choices: ["absent", "present"], "Whether it stands in the file."),
      ArgumentSpec("ignoreerrors", .bool, default: false, "Let `sysctl` fail for parameters that are not known."),
      ArgumentSpec("reload", .bool, default: true, "Have the file read after it has changed."),
      ArgumentSpec("sysctl_file", .path, default: "/etc/sysctl.conf", "The file."),
      ArgumentSpec("sysctl_set", .bool, default: false, "Set the running kernel's parameter too."),
    ],
    rules: [.requiredIf(argument: "state", equals: "present", ["value"], any: false)])

  private let arguments: Arguments
  private let name: String
  private let value: String
  private let isWanted: Bool
  private let file: String

  init(_ arguments: Arguments, _ context: ModuleContext) throws(ModuleFailure) {
    self.arguments = arguments
    name = (arguments.string("name") ?? "").trimmed
    isWanted = arguments.string("state") != "absent"
    let text = (arguments.string("value") ?? "").trimmed
    // Truth and falsehood are numbers to the kernel.
    value =
      ["true", "yes", "on"].contains(text.lowercased())
      ? "1" : ["false", "no", "off"].contains(text.lowercased()) ? "0" : text
    file = arguments.string("sysctl_file") ?? "/etc/sysctl.conf"
    guard !name.isEmpty else { throw ModuleFailure("name cannot be blank") }
    guard !name.hasPrefix("-"), !name.contains(where: { $0.isWhitespace || $0 == "=" }), !value.contains("\n") else {
      throw ModuleFailure("a parameter's name is one word and its value one line: \(name)")
    }
    if isWanted, value.isEmpty { throw ModuleFailure("value cannot be blank") }
  }

  private var fileQuery: FileQuery { FileQuery(file, contentLimit: 4 << 20) }
  private var currentQuery: ScriptQuery { ScriptQuery("sysctl -e -n -- \(name)") }

  func queries() -> [any Query] { isWanted ? [fileQuery, currentQuery] : [fileQuery] }

  func plan(_ observed: Observations) throws(ModuleFailure) -> Planning {
    guard let found = observed(fileQuery) else { return .ask(queries()) }
    try found.checkTrust(following: found.isLink)
    let old = String(lossless: found.content ?? [])
    let new = edited(old)
    var plan = Plan(changed: false)
    let ignore: ShellScript = arguments.flag("ignoreerrors") ? "-e" : ""
    let current = observed(currentQuery)
    if isWanted, arguments.flag("sysctl_set") {
      guard let current else { return .ask(queries()) }
      if Self.words(current.text) != Self.words(value) {
        plan.isChanged = true
        plan.steps.append(
          .run(
            "sysctl \(ignore) -w -- \(name + "=" + value) >/dev/null", failure: "setting \(name) failed",
            mayFail: arguments.flag("ignoreerrors")))
      }
    }
    if new != old {
      guard found.missingAncestors == 0 else {
        throw ModuleFailure("the directory of \(found.path) does not exist")
      }
      plan.isChanged = true
      let target = found.effectivePath(following: true)
      plan.steps.append(.write(FileWrite(path: target, content: .bytes(new.losslessBytes))))
      plan.predictions.append(
        .file(FilePrediction(path: found.isLink ? target : found.canonicalPath, .file(content: new.losslessBytes))))
    }
    // A parameter that the kernel does not know is no success only because it stands in the file by now.
    let isUnknown = isWanted && current?.text.trimmed == "" && !arguments.flag("ignoreerrors")
    if arguments.bool("reload") ?? true, new != old || isUnknown {
      plan.isChanged = true
      plan.steps.append(
        .run(
          "sysctl \(ignore) -p \(found.effectivePath(following: true)) >/dev/null", failure: "Failed to reload sysctl",
          mayFail: arguments.flag("ignoreerrors")))
    }
    return .done(plan)
  }

  private static func words(_ text: String) -> [Substring] { text.split(whereSeparator: \.isWhitespace) }

  private func isParameter(_ line: String) -> Bool {
    let text = line.trimmed
    guard !text.hasPrefix("#"), !text.hasPrefix(";"), let sign = text.firstIndex(of: "=") else { return false }
    return text[..<sign].trimmed == name
  }

  /// The file's text with the parameter set once, or without it.
  private func edited(_ text: String) -> String {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if lines.last == "" { lines.removeLast() }
    let places = lines.indices.filter { isParameter(lines[$0]) }
    if isWanted {
      if let first = places.first {
        let sign = lines[first].firstIndex(of: "=") ?? lines[first].endIndex
        let present = lines[first][sign...].dropFirst().trimmed
        if places.count == 1, Self.words(present) == Self.words(value) { return text }
        lines[first] = "\(name)=\(value)"
        for place in places.dropFirst().reversed() { lines.remove(at: place) }
      } else {
        lines.append("\(name)=\(value)")
      }
    } else {
      guard !places.isEmpty else { return text }
      for place in places.reversed() { lines.remove(at: place) }
    }
    return lines.isEmpty ? "" : lines.joined(separator: "\n") + "\n"
  }
}
