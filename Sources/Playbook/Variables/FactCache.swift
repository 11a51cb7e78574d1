import Glibc
import Values

/// Facts kept between runs, a JSON file a host: ansible's cache plugin `jsonfile`, so that either program reads the other's.
package struct FactCache: Sendable {
  private let directory: String
  private let prefix: String
  /// Seconds after which facts are forgotten; 0: never.
  private let timeout: Int

  /// - Returns: `nil` with the setting `memory`.
  /// - Throws: `Diagnostic(.invalid)` for a cache that is not known or has no directory.
  package init?(_ settings: Settings) throws(Diagnostic) {
    let name = settings.string("cache_plugin") ?? "memory"
    switch name.split(separator: ".").last.map(String.init) ?? name {
    case "memory": return nil
    case "jsonfile":
      guard let path = settings.string("cache_plugin_connection"), !path.isEmpty else {
        throw Diagnostic(
          .invalid, "the fact cache 'jsonfile' needs a directory",
          help: "Set fact_caching_connection or ANSIBLE_CACHE_PLUGIN_CONNECTION.")
      }
      directory = LocalFile.absolute(path)
    default:
      throw Diagnostic(
        .invalid, "the fact cache '\(name)' is not known", help: "swiftible keeps facts in 'memory' or as 'jsonfile'.")
    }
    prefix = settings.string("cache_plugin_prefix") ?? ""
    timeout = settings.int("cache_plugin_timeout") ?? 86_400
  }

  /// The facts of a host that are still fresh. A damaged file counts as none: facts are gathered again.
  package func facts(of host: String) -> Map? {
    let path = self.path(host)
    if timeout > 0 {
      var status = stat()
      guard stat(path, &status) == 0, time(nil) - status.st_mtim.tv_sec <= timeout else { return nil }
    }
    guard let bytes = try? LocalFile.read(path), case .map(let map)? = try? JSONReader.read(String(lossless: bytes))
    else {
      return nil
    }
    return map
  }

  /// Keeps the facts of a host; the file is replaced as a whole and readable by the user only.
  package func keep(_ facts: Map, of host: String) throws(Diagnostic) {
    mkdir(directory, 0o700)
    let path = self.path(host)
    let temporary = "\(directory)/.\(prefix)\(getpid()).tmp"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw failure(path) }
    let bytes = Array(JSONWriter(indent: 4, sortsKeys: true).string(.map(facts)).utf8)
    let isWritten = bytes.withUnsafeBytes { buffer in
      var offset = 0
      while offset < buffer.count {
        let count = write(descriptor, buffer.baseAddress?.advanced(by: offset), buffer.count - offset)
        if count < 0, errno == EINTR { continue }
        if count <= 0 { return false }
        offset += count
      }
      return true
    }
    guard close(descriptor) == 0, isWritten, rename(temporary, path) == 0 else {
      let problem = failure(path)
      unlink(temporary)
      throw problem
    }
  }

  package func forget(_ host: String) { unlink(path(host)) }

  /// A host's name can hold a slash; a file's can't.
  private func path(_ host: String) -> String {
    "\(directory)/\(prefix)\(host.map { $0 == "/" ? "_" : $0 }.map(String.init).joined())"
  }

  private func failure(_ path: String) -> Diagnostic {
    Diagnostic(.file, "the fact cache '\(path)' can't be written: \(String(cString: strerror(errno)))")
  }
}
