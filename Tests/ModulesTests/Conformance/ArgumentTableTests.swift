import Foundation
import Testing
import Values

@testable import Modules

/// Our table of arguments beside what ansible-core documents (`make-arguments.py` wrote it down).
@Suite struct ArgumentTableTests {
  static let documented = fixture("arguments")
  static let returns = fixture("returns")
  /// What works on a host; the engine's own actions are `ActionTableTests`' business.
  static let modules = documented.keys.compactMap(\.string).filter { ModuleRegistry.find($0) != nil }

  private static func fixture(_ name: String) -> Map {
    let path = ModuleCases.folder.replacingOccurrences(of: "/cases", with: "/\(name).json")
    return (try? JSONReader.read(String(contentsOfFile: path, encoding: .utf8)))?.map ?? [:]
  }

  @Test func everyModuleIsCompared() {
    #expect(ModuleRegistry.all.map { $0.spec.name }.filter { Self.documented[.string($0)] == nil } == [])
  }

  @Test(arguments: modules)
  func namesEveryDocumentedKey(_ module: String) throws {
    let ours = try #require(ModuleRegistry.find(module)).spec.returns.map(\.name)
    let documented = Self.returns[.string(module)]?.list?.compactMap(\.string) ?? []
    #expect(documented.filter { !ours.contains($0) } == Self.missingKeys[module] ?? [])
  }

  /// Keys that ansible documents and we don't have.
  private static let missingKeys: [String: [String]] = [
    // The module has neither: it says `key_options`.
    "authorized_key": ["key_option", "unique"],
    // Hosts without SELinux have none.
    "get_url": ["secontext"],
  ]

  /// Where the documents differ from what ansible's modules really take, or we from both.
  private static let knownDifferences: [String: [String]] = [
    // The module calls `package` what the document calls `name`.
    "apt": ["name is missing", "package is not ansible's"],
    // It is taken with a warning.
    "command": ["_raw_params is not ansible's", "executable is not ansible's"], "raw": ["_raw_params is not ansible's"],
    "shell": ["_raw_params is not ansible's", "argv is not ansible's", "strip_empty_ends is not ansible's"],
    // What ansible hands on to the module for systemd.
    "service": [
      "daemon_reexec is not ansible's", "daemon_reload is not ansible's", "force is not ansible's",
      "masked is not ansible's", "no_block is not ansible's",
    ],
    "script": ["_raw_params is not ansible's"],
    // A name or a list of names.
    "package": ["name: the type is raw, ansible has str", "state: required is false, ansible has true"],
    // A structure stands for its JSON.
    "copy": ["content: the type is raw, ansible has str", "local_follow: the default is true, ansible has null"],
    "template": [
      "comment_end_string: the default is \"#}\", ansible has null",
      "comment_start_string: the default is \"{#\", ansible has null",
      // ansible takes the characters themselves too, though its document does not say so.
      #"newline_sequence: the choices is ["\\n", "\\r", "\\r\\n", "\n", "\r", "\r\n"], ansible has ["\\n", "\\r", "\\r\\n"]"#,
    ],
    // No value and this default mean the same.
    "user": [
      "generate_ssh_key: the default is null, ansible has false", "local: the default is null, ansible has false",
      "ssh_key_bits: the default is 0, ansible has null",
      "ssh_key_comment: the default is null, ansible has \"ansible-generated on $HOSTNAME\"",
    ],
  ]

  @Test(arguments: modules)
  func takesEveryDocumentedArgument(_ module: String) throws {
    let spec = try #require(ModuleRegistry.find(module)).spec
    let options = try #require(Self.documented[module]?.map)
    #expect(Self.differences(spec.arguments, options) == Self.knownDifferences[module] ?? [])
  }

  private static func differences(_ arguments: [ArgumentSpec], _ options: Map) -> [String] {
    var differences: [String] = []
    let ours = Dictionary(arguments.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    for (key, option) in options {
      guard let name = key.string, let option = option.map, name != "free_form" else { continue }
      guard let argument = ours[name] else {
        differences.append("\(name) is missing")
        continue
      }
      func expect(_ what: String, _ wanted: Value, _ got: Value) {
        if wanted != got { differences.append("\(name): \(what) is \(text(got)), ansible has \(text(wanted))") }
      }
      expect("the type", option["type"] ?? "str", .string(argument.kind.name))
      expect("required", option["required"] ?? false, .bool(argument.isRequired))
      if let choices = option["choices"]?.list, argument.kind != .bool {
        expect(
          "the choices", .list(choices.map { .string($0.pythonString) }.sorted { "\($0)" < "\($1)" }),
          .list(argument.choices.map { .string($0) }.sorted { "\($0)" < "\($1)" }))
      }
      expect(
        "the aliases", .list((option["aliases"]?.list ?? []).sorted { "\($0)" < "\($1)" }),
        .list(argument.aliases.sorted().map { .string($0) }.sorted { "\($0)" < "\($1)" }))
      let wanted =
        option["default"].flatMap { try? ArgumentConversion.convert($0, to: argument.kind) } ?? option["default"]
      expect("the default", wanted ?? .null, argument.defaultValue ?? .null)
      if let suboptions = option["suboptions"]?.map {
        differences += self.differences(argument.suboptions, suboptions).map { "\(name).\($0)" }
      }
    }
    for name in ours.keys.sorted() where options[name] == nil {
      differences.append("\(name) is not ansible's")
    }
    return differences.sorted()
  }

  private static func text(_ value: Value) -> String {
    value.string.map { $0.contains { !$0.isLetter } || $0.isEmpty ? JSONWriter().string(value) : $0 }
      ?? JSONWriter().string(value)
  }
}

extension ArgumentSpec.Kind {
  /// ansible's word for the type.
  fileprivate var name: String {
    switch self {
    case .string: "str"
    case .int: "int"
    case .float: "float"
    case .bool: "bool"
    case .path: "path"
    case .list: "list"
    case .map: "dict"
    case .raw: "raw"
    case .json: "json"
    case .bytes: "bytes"
    }
  }
}
