import Synchronization
import Values

/// The collections that the project and its machine have, and what each says of its names.
package final class CollectionTree: Sendable {
  private struct State {
    /// The folders that hold `ansible_collections`.
    var roots: [String]
    var routings: [String: CollectionRouting?] = [:]
  }

  private let state: Mutex<State>

  /// - Parameter roots: the setting `collections_path`; a path may end with `ansible_collections` itself.
  package init(roots: [String] = []) {
    let ending = "/ansible_collections"
    state = Mutex(State(roots: roots.map { $0.hasSuffix(ending) ? String($0.dropLast(ending.count)) : $0 }))
  }

  /// The `collections/` beside a playbook; it comes first.
  func addPlaybook(in directory: String) {
    let root = "\(directory)/collections"
    state.withLock { state in
      guard !state.roots.contains(root) else { return }
      state.roots.insert(root, at: 0)
      state.routings = [:]
    }
  }

  /// The folders that a collection may have, such as `roles`, in all roots that have one.
  func folders(_ path: String, of collection: String) -> [String] {
    let parts = collection.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty && !$0.contains("/") }) else { return [] }
    return state.withLock(\.roots).map { "\($0)/ansible_collections/\(parts[0])/\(parts[1])/\(path)" }
      .filter(LocalFile.isDirectory)
  }

  func contains(_ collection: String) -> Bool { !folders("", of: collection).isEmpty }

  /// A playbook by its full name: `acme.tools.site` is `playbooks/site.yml` of the collection `acme.tools`.
  func playbook(_ name: String) -> String? {
    guard let (collection, resource) = ActionCatalog.parts(name), !resource.contains("/") else { return nil }
    let path = resource.split(separator: ".").joined(separator: "/")
    return folders("playbooks", of: collection).flatMap { folder in ["yml", "yaml"].map { "\(folder)/\(path).\($0)" } }
      .first(where: LocalFile.isFile)
  }

  /// The collection of whose playbooks a folder holds some.
  static func collection(ofPlaybooksIn folder: String) -> String? {
    let parts = folder.split(separator: "/")
    guard let index = parts.lastIndex(of: "ansible_collections"), index + 3 < parts.count,
      parts[index + 3] == "playbooks"
    else { return nil }
    return "\(parts[index + 1]).\(parts[index + 2])"
  }

  /// - Throws: `Diagnostic` when the file is no YAML.
  func routing(of collection: String) throws(Diagnostic) -> CollectionRouting? {
    if let known = state.withLock({ $0.routings[collection] }) { return known }
    var routing: CollectionRouting?
    if let folder = folders("", of: collection).first {
      let path = "\(folder)meta/runtime.yml"
      var runtime = Value.null
      if LocalFile.isFile(path) {
        let file = SourceFile(path: path, text: String(lossless: try LocalFile.read(path)))
        runtime = try YAMLReader.read(file).root?.value() ?? .null
      }
      routing = CollectionRouting(collection: collection, runtime: runtime)
    }
    state.withLock { $0.routings[collection] = .some(routing) }
    return routing
  }
}
