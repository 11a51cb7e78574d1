import Foundation
import Modules
import Playbook
import TestSupport
import Testing
import Values

/// The arguments of the engine's own actions beside what ansible-core documents.
@Suite struct ActionTableTests {
  private static let documented: Map = {
    let path = Repository.path("Tests/Fixtures/Modules/arguments.json")
    return (try? JSONReader.read(String(contentsOfFile: path, encoding: .utf8)))?.map ?? [:]
  }()

  /// `free_form` is the documents' word for what has no name; the rest they know and we take by other means.
  private static let knownDifferences: [String: [String]] = [:]

  @Test(arguments: ActionTable.all.map { $0.spec.name })
  func takesEveryDocumentedArgument(_ name: String) throws {
    let spec = try #require(ActionTable.all.first { $0.spec.name == name }).spec
    let documented = try #require(Self.documented[.string(name)]?.map)
    let names = Set(documented.keys.compactMap(\.string)).subtracting(["free_form"])
    #expect(names.subtracting(spec.arguments.map(\.name)).sorted() == Self.knownDifferences[name] ?? [])
    for argument in spec.arguments {
      guard let option = documented[.string(argument.name)]?.map else { continue }
      #expect(argument.isRequired == (option["required"] == true), "\(argument.name)")
      #expect(argument.aliases.sorted() == (option["aliases"]?.list ?? []).compactMap(\.string).sorted())
    }
  }
}
