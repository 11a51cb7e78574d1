import Glibc
import Modules
import Values

@testable import Playbook

extension Parser {
  /// A playbook file with its plays, blocks and tasks; no include is followed, for the folder holds nothing else.
  static let playbookLoader = Parser(name: "playbook-loader") { bytes in
    folder.write(bytes)
    let files = ProjectFiles { _, place throws(Diagnostic) in throw Diagnostic(.vault, "no secrets here", at: place) }
    let parser = PlaybookParser(files: files, catalog: catalog, settings: settings) { value, _ in value }
    do throws(Diagnostic) {
      _ = try parser.playbook(folder.file, extraVariables: Map())
    } catch {
      Promise.place(error, in: bytes)
    }
    for problem in parser.problems { Promise.place(problem, in: bytes) }
    for warning in files.warnings { Promise.place(warning, in: bytes) }
  }

  private static let catalog = ActionCatalog(modules: ModuleRegistry.all, actions: ActionTable.all)
  private static let settings: Settings = {
    do { return try Settings(environment: [:], directory: "/nonexistent") } catch { fatalError("\(error)") }
  }()
  private static let folder = MemoryFolder()
}

/// A folder of one file in the kernel's memory: the loader reads files, and a disk would be too slow for millions of them.
private struct MemoryFolder {
  let file: String

  init() {
    let folder = "/dev/shm/swiftible-fuzz-\(getpid())"
    mkdir(folder, 0o700)
    file = "\(folder)/playbook"
  }

  func write(_ bytes: [UInt8]) {
    let descriptor = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0, Glibc.write(descriptor, bytes, bytes.count) == bytes.count else { fatalError("no /dev/shm") }
    close(descriptor)
  }
}
