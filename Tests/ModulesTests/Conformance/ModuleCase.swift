import Foundation
import Testing
import Values

/// One case of `Tests/Fixtures/Modules/cases/MODULE.yml` with what ansible-core makes of it (`MODULE.json`).
struct ModuleCase: Sendable {
  var name: String
  var module: String
  /// A shell script that fills the case's directory.
  var setup: String
  var arguments: Map
  var environment: Map
  /// `check`, `run` and `again` to ansible's results, `check_tree` and `run_tree` to what was on the disk after them.
  var expected: Map
  /// Where we mean to differ: `because`, and per phase (`all` for every one) the keys with our values (`null`: we have no
  /// such key). With `instead: true` nothing of ansible's result is looked at.
  var ours: Map
  /// The keys of the results to look at, when the file names them; `nil`: all.
  var compared: Set<String>?
  /// The facts to look at, as paths of keys; `nil`: all.
  var picked: [[String]]?

  /// The keys to look at when ansible's result is no model.
  func keysOfOurs(_ phase: String) -> Set<String>? {
    guard ours["instead"] == true else { return compared }
    let keys = (ours["all"]?.map ?? [:]).merging(ours[phase]?.map ?? [:]).keys
    return Set(keys.compactMap(\.string))
  }
}

/// The cases of one file.
struct ModuleCases: Sendable, CustomTestStringConvertible {
  static let folder =
    #filePath.components(separatedBy: "/Tests/").dropLast().joined(separator: "/Tests/")
    + "/Tests/Fixtures/Modules/cases"

  /// The names of all files whose cases run on this machine, or on a host of the fleet.
  static func all(fleet: Bool) -> [ModuleCases] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { $0.hasSuffix(".yml") }.sorted().compactMap { try? ModuleCases(String($0.dropLast(4))) }
      .filter { $0.isForFleet == fleet }
  }

  var name: String
  var isForFleet: Bool
  /// A command that says whether this machine has what the cases need.
  var needs: String?
  /// The script that prints what a case left on the host.
  var tree: String
  var cases: [ModuleCase]

  var testDescription: String { name }

  init(_ name: String) throws {
    self.name = name
    func bytes(_ file: String) throws -> [UInt8] {
      [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(Self.folder)/\(file)")))
    }
    let file = SourceFile(path: "\(name).yml", text: String(decoding: try bytes("\(name).yml"), as: UTF8.self))
    let document = try YAMLReader.read(file).root?.value(trusted: false).map ?? [:]
    isForFleet = document["fleet"] == true
    needs = document["needs"]?.string
    tree = try document["tree"]?.string ?? String(lossless: bytes("tree.sh"))
    let expected = try JSONReader.read(String(decoding: bytes("\(name).json"), as: UTF8.self)).list ?? []
    let common = document["setup"]?.string ?? ""
    cases = []
    for (item, outcome) in zip(document["cases"]?.list ?? [], expected) {
      let item = item.map ?? [:]
      let module = item["module"]?.string ?? document["module"]?.string ?? name
      let setup = common + "\n" + (item["setup"]?.string ?? "")
      cases.append(
        ModuleCase(
          name: item["name"]?.string ?? "", module: module, setup: setup, arguments: item["args"]?.map ?? [:],
          environment: item["environment"]?.map ?? [:], expected: outcome.map ?? [:],
          ours: (document["ours"]?.map ?? [:]).merging(item["ours"]?.map ?? [:]),
          compared: (document["compare"]?.list?.compactMap(\.string)).map { Set($0) },
          picked: document["pick"]?.list?.map { $0.list?.compactMap(\.string) ?? [] }))
    }
    guard cases.map(\.name) == expected.compactMap({ $0.map?["name"]?.string }) else {
      throw CocoaError(.fileReadCorruptFile)
    }
  }
}
