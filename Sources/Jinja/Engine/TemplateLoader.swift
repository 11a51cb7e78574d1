import Values

/// Finds the templates that `include`, `import` and `extends` name.
package protocol TemplateLoader: Sendable {
  /// - Parameters:
  ///   - name: as the template wrote it.
  ///   - path: of the template that asks, if it is a file.
  ///   - scope: the variables of the render.
  /// - Returns: the text, or `nil` if there is no such template.
  func load(_ name: String, from path: String?, in scope: Scope) throws -> SourceFile?
}

/// Templates by name, for tests and generated texts.
package struct FixedLoader: TemplateLoader {
  private let files: [String: String]
  package init(_ files: [String: String]) { self.files = files }
  package func load(_ name: String, from path: String?, in scope: Scope) throws -> SourceFile? {
    files[name].map { SourceFile(path: name, text: $0) }
  }
}
