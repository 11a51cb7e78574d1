/// Reads YAML 1.1 as PyYAML's safe loader does, into nodes that know their places.
package enum YAMLReader {
  /// The one document of a file.
  ///
  /// - Throws: `.syntax` with place and advice for a text that is no YAML, has a second document or an unhashable key;
  ///   `.limit` where the budget ends.
  package static func read(_ file: SourceFile, budget: YAMLBudget = .default) throws(Diagnostic) -> YAMLDocument {
    try read(file.text, in: file, budget: budget)
  }

  /// The one document of a text whose file must not be quoted, or that is only part of a file.
  package static func read(
    _ text: String, in file: SourceFile, budget: YAMLBudget = .default
  ) throws(Diagnostic) -> YAMLDocument {
    var composer = try YAMLComposer(text, file: file, budget: budget)
    let document = try composer.nextDocument()
    if let second = try composer.nextDocument(), let first = document {
      throw Diagnostic(
        .syntax, "YAML parsing failed: Expected a single document in the stream but found another document.",
        at: second.start, help: "The document that began at line \(first.start.line) ends here. Remove the '---'.")
    }
    return YAMLDocument(root: document?.root, warnings: composer.warnings)
  }

  /// All documents of a stream, in order.
  package static func readAll(
    _ text: String, in file: SourceFile, budget: YAMLBudget = .default
  ) throws(Diagnostic) -> [YAMLDocument] {
    var composer = try YAMLComposer(text, file: file, budget: budget)
    var documents: [YAMLDocument] = []
    while let document = try composer.nextDocument() {
      documents.append(YAMLDocument(root: document.root, warnings: composer.warnings))
      composer.warnings = []
    }
    return documents
  }
}
