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

  /// The documents' words for what has no name.
  private static let nameless: Set<String> = ["free_form", "free-form", "key_value"]

  @Test(arguments: ActionTable.all.map { $0.spec.name })
  func takesEveryDocumentedArgument(_ name: String) throws {
    let spec = try #require(ActionTable.all.first { $0.spec.name == name }).spec
    let documented = try #require(Self.documented[.string(name)]?.map)
    let names = Set(documented.keys.compactMap(\.string)).subtracting(Self.nameless)
    #expect(names.subtracting(spec.arguments.map(\.name)).sorted() == [])
    for argument in spec.arguments {
      guard let option = documented[.string(argument.name)]?.map else { continue }
      #expect(argument.isRequired == (option["required"] == true), "\(argument.name)")
      let aliases = (option["aliases"]?.list ?? []).compactMap(\.string)
      #expect(Set(aliases).isSubset(of: argument.aliases), "\(argument.name)")
    }
  }
}
