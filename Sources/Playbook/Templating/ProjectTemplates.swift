import Jinja
import Values

/// Finds what templates include, import and extend: in the `templates/` folders where a task's own templates are looked for,
/// then beside the template that asks.
struct ProjectTemplates: TemplateLoader {
  func load(_ name: String, from path: String?, in scope: Scope) throws -> SourceFile? {
    guard let context = scope.attachment as? TemplatingContext, let files = context.lookup.snapshot.projectFiles,
      let relative = Self.relative(name)
    else { return nil }
    var candidates = FileSearch(context.lookup).candidates(relative, in: "templates")
    if let path {
      let folder = PathText.split(path).head
      candidates += [PathText.join([folder, "templates", relative]), PathText.join([folder, relative])]
    }
    return try candidates.first(where: LocalFile.isFile).map { try files.source($0) }
  }

  /// A name without what could lead out of the folders: as for Jinja2, a leading `/` means nothing and `..` finds nothing.
  private static func relative(_ name: String) -> String? {
    let parts = name.split(separator: "/").filter { $0 != "." }
    return parts.isEmpty || parts.contains("..") ? nil : parts.joined(separator: "/")
  }
}
