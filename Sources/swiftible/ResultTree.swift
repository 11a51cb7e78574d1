import Glibc
import Playbook
import Values

/// `ansible --tree DIRECTORY`: each host's result as a file of JSON by its name, besides what the screen shows.
struct ResultTree: RunListener {
  let directory: String
  let verbosity: Int
  let next: any RunListener

  func receive(_ event: RunEvent) {
    if case .taskFinished(let report) = event, report.status != .skipped {
      do {
        try write(report)
      } catch {
        next.receive(.warning(error))
      }
    }
    next.receive(event)
  }

  private func write(_ report: TaskReport) throws(Diagnostic) {
    try makeFolders()
    let json = Array(report.json(verbosity: verbosity).utf8)
    try OutputFile.replace("\(directory)/\(fileName(report.host))", with: json, keepingMode: false)
  }

  /// A host's name may hold what a file's can't.
  private func fileName(_ host: String) -> String {
    let name = String(host.map { $0 == "/" ? "_" : $0 })
    return name == "." || name == ".." ? "_" : name
  }

  private func makeFolders() throws(Diagnostic) {
    var path = ""
    for part in directory.split(separator: "/") {
      path += "/\(part)"
      guard mkdir(path, 0o700) != 0, errno != EEXIST else { continue }
      throw Diagnostic(
        .file, "unable to make the folder '\(path)' for results: \(String(cString: strerror(errno)))")
    }
  }
}
