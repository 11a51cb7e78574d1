import Values

/// Where ansible looks for files that a task names: the role's `files/` or `templates/`, the role, the task file's directory,
/// the playbook's.
package struct FileSearch: Sendable {
  private let roots: [String]

  package init(_ lookup: VariableLookup) {
    var roots: [String] = []
    for role in (lookup.task?.role?.chain ?? []).reversed() {
      roots.append(role.path)
    }
    if let directory = lookup.task?.directory {
      roots.append(directory)
      if LocalFile.name(of: directory) == "tasks" { roots.append(LocalFile.directory(of: directory)) }
    }
    roots.append(lookup.snapshot.play.play.directory)
    var seen: Set<String> = []
    self.roots = roots.filter { seen.insert($0).inserted }
  }

  /// - Parameters:
  ///   - name: as written; absolute names stand as they are.
  ///   - folder: `files`, `templates`, `vars`, `tasks`.
  package func find(_ name: String, in folder: String) -> String? {
    candidates(name, in: folder).first(where: LocalFile.exists)
  }

  /// Every path that is looked at, in order.
  package func candidates(_ name: String, in folder: String) -> [String] {
    if name.hasPrefix("/") || name.hasPrefix("~") { return [LocalFile.absolute(name)] }
    return roots.flatMap { root in
      [LocalFile.absolute("\(folder)/\(name)", in: root), LocalFile.absolute(name, in: root)].map {
        name.hasSuffix("/") ? $0 + "/" : $0
      }
    }
  }

  /// What is told of a file that is nowhere.
  func complaint(of name: String, in folder: String) -> String {
    let candidates = candidates(name, in: folder)
    let searched = candidates.count > 1 ? "\nSearched in:\n\t\(candidates.joined(separator: "\n\t"))" : ""
    return "Could not find or access '\(name)'\(searched) on the Ansible Controller.\n"
      + "If you are using a module and expect the file to exist on the remote, see the remote_src option"
  }
}
