import Foundation
import Values

@testable import Jinja

/// The files under Tests/Fixtures/Jinja.
enum Fixtures {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Fixtures/Jinja")
  static let separator = "\n=====\n"

  static func text(_ path: String) throws -> String {
    try String(contentsOf: folder.appendingPathComponent(path), encoding: .utf8)
  }

  /// The cases of a file.
  static func cases(_ path: String) throws -> [String] {
    var text = try text(path)
    if text.utf8.last == UInt8(ascii: "\n") { text.unicodeScalars.removeLast() }
    return text.components(separatedBy: separator)
  }

  /// The variables that all cases share; their texts may be templates.
  static func variables() throws -> Map {
    let file = SourceFile(path: "context.json", text: try text("context.json"))
    return try JSONReader.read(file.text, from: file, trusted: true).map ?? Map()
  }

  /// Writes a snapshot anew: `SWIFTIBLE_RECORD=1 swift test`.
  static func record(_ results: [String], _ path: String) throws {
    try (results.joined(separator: separator) + "\n")
      .write(to: folder.appendingPathComponent(path), atomically: true, encoding: .utf8)
  }

  static var isRecording: Bool { ProcessInfo.processInfo.environment["SWIFTIBLE_RECORD"] == "1" }
}

/// Template files of Tests/Fixtures/Jinja/Templates.
struct FolderLoader: TemplateLoader {
  func load(_ name: String, from path: String?, in scope: Scope) throws -> SourceFile? {
    (try? Fixtures.text("Templates/\(name)")).map { SourceFile(path: name, text: $0) }
  }
}
