import Modules
import Synchronization
import Values

/// The modules that the project and its machine bring as files, by the names of the files without their extensions.
///
/// Places are searched as ansible searches them: `library/` beside the playbook and of each role from where the role is loaded
/// on, then the paths of the setting `library`. Modules of collections are found by their full names; short ones become full by `ActionCatalog.resolve`.
package final class ModuleLibrary: Sendable {
  private struct State {
    /// Folders of the playbook and its roles, in the order in which they came.
    var folders: [String] = []
    /// The files by the names of their modules; the first folder wins.
    var paths: [String: String] = [:]
    /// What was looked up; `nil`: nothing is there.
    var modules: [String: ModuleFile?] = [:]
    var warnings: [Diagnostic] = []
  }

  private let state: Mutex<State>
  let collections: CollectionTree
  /// The files of the configured folders, weaker than those of the project.
  private let configured: [String: String]

  /// - Parameters:
  ///   - folders: the setting `library`, with one and two levels of folders below each.
  ///   - collections: where modules with full names are.
  package init(folders: [String] = [], collections: CollectionTree = CollectionTree()) {
    self.collections = collections
    var configured: [String: String] = [:]
    for folder in folders {
      let below = Self.subfolders(of: folder)
      for each in below + below.flatMap(Self.subfolders) + [folder] {
        configured.merge(Self.modules(in: each)) { first, _ in first }
      }
    }
    self.configured = configured
    state = Mutex(State())
  }

  /// What is odd about the files that tasks call, to be told before the run.
  package var warnings: [Diagnostic] { state.withLock { $0.warnings } }

  /// The files that lie beside a playbook.
  func addPlaybook(in directory: String) {
    add("\(directory)/library")
    collections.addPlaybook(in: directory)
  }

  /// A folder of modules, such as a role's `library/`; the run knows them from now on.
  func add(_ folder: String) {
    guard state.withLock({ !$0.folders.contains(folder) }) else { return }
    let found = Self.modules(in: folder)
    state.withLock { state in
      state.folders.append(folder)
      guard !found.isEmpty else { return }
      state.paths.merge(found) { first, _ in first }
      state.modules = [:]
    }
  }

  /// The module that a file is, by a short name, as `ansible.legacy.NAME` or by a collection's full name.
  func module(_ name: String) -> ModuleFile? {
    state.withLock { state in
      let isFull = name.utf8.contains(UInt8(ascii: "."))
      if !isFull, state.paths.isEmpty, configured.isEmpty { return nil }
      if let known = state.modules[name] { return known }
      let path =
        isFull
        ? path(ofFullName: name, state) : state.paths[name] ?? configured[name]
      let short = name.split(separator: ".").last.map(String.init) ?? name
      let collection = isFull ? String(name.dropLast(short.count + 1)) : "ansible.legacy"
      let module = path.flatMap { path in
        (try? LocalFile.read(path)).map {
          ModuleFile(name: short, collection: collection, path: path, content: $0)
        }
      }
      state.modules[name] = .some(module)
      return module
    }
  }

  /// Takes note that a file is passed over for a module of this program.
  func passOver(_ file: ModuleFile) {
    let warning = Diagnostic(
      .invalid,
      "swiftible's own module '\(file.name)' stands in for \(file.path), which imports ansible's Python library")
    state.withLock { if !$0.warnings.contains(warning) { $0.warnings.append(warning) } }
  }

  // MARK: files

  private func path(ofFullName name: String, _ state: State) -> String? {
    let parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard parts.count >= 3, parts.allSatisfy({ !$0.isEmpty && !$0.contains("/") }) else { return nil }
    if parts[0] == "ansible" {
      if parts[1] == "builtin" { return nil }
      if parts[1] == "legacy" { return parts.count == 3 ? state.paths[parts[2]] ?? configured[parts[2]] : nil }
    }
    let inside = (["plugins", "modules"] + parts[2...].dropLast()).joined(separator: "/")
    for folder in collections.folders(inside, of: "\(parts[0]).\(parts[1])") {
      if let path = Self.modules(in: folder)[parts[parts.count - 1]] { return path }
    }
    return nil
  }

  /// Whether a collection has a module or an action by that name, in whatever language.
  func hasAction(_ resource: String, of collection: String) -> Bool {
    let parts = resource.split(separator: ".").map(String.init)
    return ["plugins/modules", "plugins/action"].contains { folder in
      let inside = ([folder] + parts.dropLast()).joined(separator: "/")
      return collections.folders(inside, of: collection).contains { Self.modules(in: $0)[parts.last ?? ""] != nil }
    }
  }

  /// The modules' files in a folder. Of several with one name the first counts, but what is for Windows comes last.
  private static func modules(in folder: String) -> [String: String] {
    var found: [String: String] = [:]
    let names = LocalFile.names(in: folder).filter { name in
      !name.hasPrefix(".") && name != "__init__.py" && !ignoredEnds.contains(where: name.hasSuffix)
    }
    for name in names.filter({ !$0.hasSuffix(".ps1") }) + names.filter({ $0.hasSuffix(".ps1") }) {
      let module = name.lastIndex(of: ".").map { String(name[..<$0]) } ?? name
      let path = "\(folder)/\(name)"
      if found[module] == nil, LocalFile.isFile(path) { found[module] = path }
    }
    return found
  }

  private static func subfolders(of folder: String) -> [String] {
    LocalFile.names(in: folder).map { "\(folder)/\($0)" }.filter(LocalFile.isDirectory)
  }

  /// ansible-core's default for `module_ignore_exts`.
  private static let ignoredEnds = [
    ".pyc", ".pyo", ".swp", ".bak", "~", ".rpm", ".md", ".txt", ".rst", ".yaml", ".yml", ".ini",
  ]
}
