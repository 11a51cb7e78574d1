import Synchronization
import Values

/// The files under `group_vars/` and `host_vars/`. Each directory is listed once and each file read once, and only when a host
/// or group that is asked for has one.
final class VariableFiles: Sendable {
  enum Kind: String {
    case group = "group_vars"
    case host = "host_vars"
  }

  private struct Cache {
    /// What stands in a directory; empty for one that does not exist.
    var names: [String: Set<String>] = [:]
    var files: [String: Map] = [:]
    /// The real path of a directory of variables.
    var realPaths: [String: String] = [:]
  }

  /// Endings in the order in which they are tried; the first that exists is the one.
  private static let endings = ["", ".yml", ".yaml", ".json"]
  private static let depthBudget = 32

  let vault: VaultEnvelopes
  private let cache = Mutex(Cache())

  init(vault: VaultEnvelopes) { self.vault = vault }

  /// The layers of `owners`, directory by directory, within one in the order of the owners.
  func layers(
    of owners: [String], kind: Kind, in directories: [String], level: VariableLayer.Level
  ) throws(Diagnostic) -> [VariableLayer] {
    var layers: [VariableLayer] = []
    for directory in directories {
      let folder = realPath("\(directory)/\(kind.rawValue)")
      let present = names(in: folder)
      if present.isEmpty { continue }
      for owner in owners {
        for path in files(of: owner, in: folder, present: present) {
          let values = try read(path)
          if !values.isEmpty { layers.append(VariableLayer(level: level, owner: owner, file: path, values: values)) }
        }
      }
    }
    return layers
  }

  /// The files of one owner: one file, or all that a directory of its name holds.
  private func files(of owner: String, in folder: String, present: Set<String>) -> [String] {
    // A name is never a path: `../../etc` has no variables.
    guard !owner.isEmpty, owner != ".", owner != "..", !owner.utf8.contains(UInt8(ascii: "/")) else { return [] }
    for ending in Self.endings where present.contains(owner + ending) {
      let path = "\(folder)/\(owner)\(ending)"
      switch FileSystem.kind(of: path) {
      case .file: return [path]
      case .directory: return files(inDirectory: path, depth: 0)
      case nil: continue
      }
    }
    return []
  }

  private func files(inDirectory directory: String, depth: Int) -> [String] {
    guard depth < Self.depthBudget else { return [] }
    var paths: [String] = []
    for name in FileSystem.names(in: directory) ?? [] {
      guard name.utf8.first != UInt8(ascii: "."), name.utf8.last != UInt8(ascii: "~") else { continue }
      let ending = FileSystem.pathExtension(of: name)
      let path = "\(directory)/\(name)"
      switch FileSystem.kind(of: path) {
      case .directory where ending.isEmpty: paths += files(inDirectory: path, depth: depth + 1)
      case .file where Self.endings.contains(ending): paths.append(path)
      default: break
      }
    }
    return paths
  }

  // MARK: - The caches

  private func realPath(_ folder: String) -> String {
    if let known = cache.withLock({ $0.realPaths[folder] }) { return known }
    let path = FileSystem.resolved(folder)
    cache.withLock { $0.realPaths[folder] = path }
    return path
  }

  private func names(in folder: String) -> Set<String> {
    if let known = cache.withLock({ $0.names[folder] }) { return known }
    let names = Set(FileSystem.names(in: folder) ?? [])
    cache.withLock { $0.names[folder] = names }
    return names
  }

  private func read(_ path: String) throws(Diagnostic) -> Map {
    if let known = cache.withLock({ $0.files[path] }) { return known }
    let values = try VariableFile.read(path, vault: vault)
    cache.withLock { $0.files[path] = values }
    return values
  }
}
