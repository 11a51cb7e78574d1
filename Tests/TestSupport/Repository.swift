import Foundation

/// Where things are in the repository.
package enum Repository {
  package static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path

  package static func path(_ relative: String) -> String { "\(root)/\(relative)" }

  /// The folders in a folder of fixtures, by name.
  package static func fixtures(_ folder: String) -> [String] {
    let path = Self.path("Tests/Fixtures/EndToEnd/\(folder)")
    return ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
  }
}
