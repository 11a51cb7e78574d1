import Glibc
import Jinja
import Modules
import Values

/// Renders a template file for the module `template`.
struct TemplateFile: Sendable {
  let engine: JinjaEngine
  let lookup: VariableLookup
  let files: ProjectFiles
  let settings: Settings

  /// - Parameters:
  ///   - name: as written; looked for in `templates/`.
  ///   - arguments: the module's.
  /// - Throws: `ModuleFailure` when there is no such file, or with the template's error and its place.
  func render(_ name: String, _ arguments: Modules.Arguments) throws(ModuleFailure) -> (path: String, content: [UInt8])
  {
    let search = FileSearch(lookup)
    guard let path = search.find(name, in: "templates"), LocalFile.isFile(path) else {
      throw ModuleFailure(search.complaint(of: name, in: "templates"))
    }
    let scope = Templar(engine, lookup).scope.child(
      Self.variables(path, shownAs: name, destination: arguments.string("dest"), lookup))
    do throws(Diagnostic) {
      let rendered = try engine.render(try files.source(path), options: options(arguments), in: scope)
      guard case .secret(let secret) = rendered else {
        return (path, PlainText.of(rendered).losslessBytes)
      }
      return (path, secret.reveal().losslessBytes)
    } catch {
      throw ModuleFailure("\(error.brief)\(error.place.map { " (\($0))" } ?? "")")
    }
  }

  private func options(_ arguments: Modules.Arguments) -> JinjaOptions {
    var options = JinjaOptions()
    func take(_ name: String, _ path: WritableKeyPath<JinjaOptions, String>) {
      if let value = arguments.string(name) { options[keyPath: path] = value }
    }
    take("block_start_string", \.blockStart)
    take("block_end_string", \.blockEnd)
    take("variable_start_string", \.variableStart)
    take("variable_end_string", \.variableEnd)
    take("comment_start_string", \.commentStart)
    take("comment_end_string", \.commentEnd)
    switch arguments.string("newline_sequence") {
    case "\\r", "\r": options.newlineSequence = "\r"
    case "\\r\\n", "\r\n": options.newlineSequence = "\r\n"
    default: options.newlineSequence = "\n"
    }
    options.trimBlocks = arguments.bool("trim_blocks") ?? true
    options.lstripBlocks = arguments.flag("lstrip_blocks")
    return options
  }

  /// What a template file sees besides the task's own variables (ansible-core 2.19, `template`, notes).
  static func variables(
    _ path: String, shownAs name: String, destination: String?, _ lookup: VariableLookup
  ) -> [String: ScopeEntry] {
    var status = stat()
    stat(path, &status)
    let owner =
      getpwuid(status.st_uid).flatMap { $0.pointee.pw_name }.map { String(cString: $0) } ?? String(status.st_uid)
    var variables: [String: ScopeEntry] = [
      "template_path": .value(.string(name)), "template_fullpath": .value(.string(path)),
      "template_destpath": .value(.string(destination ?? "")), "template_uid": .value(.string(owner)),
      "template_host": .value(.string(controllerName)),
      "template_run_date": .value(.string(TimeText.format("%Y-%m-%d %H:%M:%S", seconds: nil, isUTC: false))),
      "template_mtime": .value(
        .string(TimeText.format("%Y-%m-%d %H:%M:%S", seconds: Double(status.st_mtim.tv_sec), isUTC: false))),
    ]
    // A variable of the user's own wins.
    if lookup.value("ansible_managed") == nil {
      variables["ansible_managed"] = .value(
        .string(lookup.snapshot.settings.string("ansible_managed") ?? "Ansible managed"))
    }
    return variables
  }

  private static let controllerName: String = {
    var parts = utsname()
    uname(&parts)
    return withUnsafeBytes(of: &parts.nodename) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }()
}
