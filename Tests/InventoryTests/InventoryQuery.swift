import Values
import Vault

@testable import Inventory

/// One line of a `queries.txt`, and the answer that our inventory gives to it.
struct InventoryQuery {
  private var settings: [String: String] = [:]
  private var sources: [String] = []
  private var options = InventoryReport.Options()
  private var format = InventoryReport.Format.json
  private var limit: String?
  private var action = Action.list
  private var showsVariables = false
  private var secrets: [VaultSecret] = []

  private enum Action {
    case list
    case host(String)
    case graph(String?)
    case match(String)
  }

  /// - Parameter words: the words of the line.
  init(_ words: [String], in directory: String) {
    var words = words[...]
    while let setting = words.first, setting.hasPrefix("ANSIBLE_") {
      let parts = setting.split(separator: "=", maxSplits: 1).map(String.init)
      settings[parts[0]] = parts[1]
      words.removeFirst()
    }
    while let word = words.popFirst() {
      switch word {
      case "match": action = .match(words.popFirst() ?? "")
      case "-i": sources.append(words.popFirst() ?? "")
      case "--list": action = .list
      case "--host": action = .host(words.popFirst() ?? "")
      case "--graph": action = .graph(nil)
      case "--vars": showsVariables = true
      case "--yaml": format = .yaml
      case "--toml": format = .toml
      case "--vault-password-file":
        let password = (try? FileSystem.read("\(directory)/\(words.popFirst() ?? "")")) ?? []
        secrets.append(VaultSecret(password: Secret(String(lossless: password[...].trimmed))))
      case "--export": options.isExport = true
      case "--limit": limit = words.popFirst()
      case "--playbook-dir": options.playbookDirectory = "\(directory)/\(words.popFirst() ?? "")"
      case "-e":
        let parts = (words.popFirst() ?? "").split(separator: "=", maxSplits: 1).map(String.init)
        let place = Place(SourceFile(path: "<command line>", text: ""), line: 1, column: 1)
        options.extraVariables[parts[0]] = .string(Text(parts[1], writtenAt: place))
      default: if case .graph = action { action = .graph(word) }
      }
    }
  }

  /// The standard output, or `exit N`.
  func answer(in directory: String) async -> String {
    do throws(Diagnostic) {
      let inventory = try await load(in: directory).inventory
      let report = InventoryReport(inventory, options: options)
      switch action {
      case .list: return String(lossless: try report.list(limitedTo: limit, format: format).text)
      case .host(let name): return String(lossless: try report.host(name, format: format))
      case .graph(let root):
        return String(lossless: try report.graph(of: root ?? "all", showsVariables: showsVariables))
      case .match(let pattern):
        return try inventory.hosts(matching: pattern, limitedTo: limit).names.map { $0 + "\n" }.joined()
      }
    } catch {
      return "exit \(error.kind == .usage ? 5 : error.kind == .vault ? 4 : 1)\n"
    }
  }

  func load(in directory: String) async throws(Diagnostic) -> (inventory: Inventory, warnings: [Diagnostic]) {
    var options = InventoryOptions(workingDirectory: directory)
    options.extraVariables = self.options.extraVariables
    options.vault = VaultSecrets(secrets)
    options.keepsEncrypted = true
    for (name, value) in settings {
      let list = value.split(separator: ",").map(String.init)
      switch name {
      case "ANSIBLE_PRECEDENCE":
        options.groupPrecedence = list.compactMap { name in VariableLayer.Level.ofGroups.first { $0.key == name }?.value
        }
      case "ANSIBLE_HASH_BEHAVIOUR": options.mergesMaps = value == "merge"
      case "ANSIBLE_INVENTORY_IGNORE": options.ignoredExtensions = list
      case "ANSIBLE_INVENTORY_IGNORE_REGEX": options.ignoredPatterns = list
      case "ANSIBLE_INVENTORY_ENABLED": options.enabledPlugins = list
      case "ANSIBLE_INVENTORY_USE_EXTRA_VARS": options.usesExtraVariables = true
      case "ANSIBLE_TRANSFORM_INVALID_GROUP_CHARS":
        options.groupNamePolicy = InventoryOptions.GroupNamePolicy(rawValue: value) ?? .never
      case "ANSIBLE_INVENTORY_UNPARSED_FAILED": options.unparsedIsFailed = true
      case "ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": options.anyUnparsedIsFailed = true
      default: throw Diagnostic(.usage, "the test knows no setting \(name)")
      }
    }
    return try await Inventory.load(sources: sources, options: options)
  }
}
