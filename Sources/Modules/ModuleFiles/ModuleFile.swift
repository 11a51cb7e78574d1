import Values

/// A module that a project brings as a file: a script or a program that reads its arguments on the host and prints its result
/// as JSON. What it must look like is told by ansible's "Developing modules", "non-native" and "old-style" modules.
package struct ModuleFile: Sendable {
  /// How it gets its arguments.
  enum Style: Sendable, Hashable {
    /// A program without an interpreter; a file of JSON is its first argument.
    case binary
    /// A script that names `WANT_JSON`: a file of JSON is its first argument.
    case wantsJSON
    /// A script in whose text the arguments are put, as JSON, where `placeholder` stands.
    case takesJSONInText
    /// Any other script: a file of `key=value` words is its first argument.
    case keyValues
  }

  /// Why a file can't be run as a module.
  package enum Obstacle: Sendable, Hashable {
    case needsAnsiblesPython
    case isPowerShell
    /// A text whose first line does not say what reads it.
    case hasNoInterpreter
  }

  /// As a task calls it.
  package let name: String
  /// The collection that it is of; `ansible.legacy` outside of any.
  let collection: String
  package let path: String
  let style: Style
  /// The words of the first line after `#!`; none for programs.
  let interpreter: [String]
  let content: [UInt8]
  package let obstacle: Obstacle?

  /// - Parameters:
  ///   - content: the whole file.
  ///   - path: of the file, on the controller.
  package init(name: String, collection: String = "ansible.legacy", path: String, content: [UInt8]) {
    self.name = name
    self.collection = collection
    self.path = path
    self.content = content
    guard !Self.isBinary(content) else {
      (style, interpreter, obstacle) = (.binary, [], nil)
      return
    }
    let text = String(lossless: content)
    let firstLine = text.prefix { $0 != "\n" && $0 != "\r\n" }
    interpreter =
      firstLine.hasPrefix("#!")
      ? CommandWords.split(String(firstLine.dropFirst(2)))
        ?? firstLine.dropFirst(2).split(separator: " ").map(String.init)
      : []
    style =
      text.contains(Self.placeholder) ? .takesJSONInText : text.contains("WANT_JSON") ? .wantsJSON : .keyValues
    obstacle =
      Self.needsAnsiblesPython(text)
      ? .needsAnsiblesPython
      : Self.isPowerShell(text, path) ? .isPowerShell : interpreter.isEmpty ? .hasNoInterpreter : nil
  }

  static let placeholder = "<<INCLUDE_ANSIBLE_MODULE_JSON_ARGS>>"

  /// Whether the module looks at check mode at all. One that never names the argument that tells of it can't but ignore it.
  var knowsCheckMode: Bool { content.contains(Array("_ansible_check_mode".utf8)) }

  /// What a catalogue of modules holds for it.
  package var definition: ModuleDefinition {
    ModuleDefinition(
      spec: ModuleSpec(
        name: name, collection: collection, summary: "The module in \(path).", freeForm: .unchecked,
        checkMode: .unknowable)
    ) { (arguments, context) throws(ModuleFailure) in
      try ModuleFileCall(self, arguments, context)
    }
  }

  // MARK: What kind of file it is

  /// Control characters that no text has, near the beginning.
  private static func isBinary(_ content: [UInt8]) -> Bool {
    content.prefix(1024).contains { byte in
      byte < 0x20 ? !(7...10).contains(byte) && ![12, 13, 27].contains(byte) : byte == 0x7F
    }
  }

  /// Python that imports something of ansible's, absolutely or from the collection around it.
  private static func needsAnsiblesPython(_ text: String) -> Bool {
    if text.contains("#<<INCLUDE_ANSIBLE_MODULE_COMMON>>") { return true }
    return text.split(whereSeparator: \.isNewline).contains { line in
      let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" })
      guard words.count > 1, words[0] == "import" || words[0] == "from" && words.contains("import") else {
        return false
      }
      let package = words[1].split(separator: ".").first ?? ""
      return ["ansible", "ansible_collections"].contains(package)
        || words[0] == "from" && words[1].hasPrefix("..") && words[1...].contains { $0.contains("module_utils") }
    }
  }

  private static func isPowerShell(_ text: String, _ path: String) -> Bool {
    if path.hasSuffix(".ps1") || text.contains("# POWERSHELL_COMMON") { return true }
    return text.split(whereSeparator: \.isNewline).contains { line in
      let line = line.lowercased()
      return line.contains("#requires -module") || line.contains("#requires -version")
        || line.contains("#ansiblerequires -")
    }
  }
}

extension ModuleFile.Obstacle {
  /// Why a task can't call the file, and what to do.
  package func message(_ name: String, _ path: String) -> String {
    switch self {
    case .needsAnsiblesPython:
      "The module '\(name)' (\(path)) imports ansible's Python library, which swiftible does not bring to the host."
    case .isPowerShell:
      "The module '\(name)' (\(path)) is written for Windows hosts (PowerShell), which swiftible does not reach."
    case .hasNoInterpreter: "module (\(name)) is missing interpreter line"
    }
  }

  package var help: String {
    switch self {
    case .needsAnsiblesPython, .isPowerShell:
      "Modules in any language run that need nothing of ansible's: they read their arguments from the file that is their first argument (JSON when the module names WANT_JSON) and print a JSON object."
    case .hasNoInterpreter: "Begin the file with the program that reads it, such as '#!/bin/sh'."
    }
  }
}
