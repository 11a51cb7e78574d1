import Crypto
import Values

/// What a dynamic source answered, kept in a file for as long as the settings say.
///
/// Only `jsonfile` keeps anything between runs; `memory`, the default, ends with the process.
package struct InventoryCache: Sendable {
  /// `[inventory] cache`, `cache_plugin`…; a source's own options win.
  package struct Settings: Sendable {
    package var isOn = false
    package var plugin = "memory"
    /// Seconds; 0 for ever.
    package var timeout = 3600
    /// `cache_connection`: the directory of the files.
    package var directory: String?
    package var prefix = "ansible_inventory_"
    /// `--flush-cache`: nothing is taken from the cache, and what is there is replaced.
    package var isFlushed = false

    package init() {}
  }

  private let path: String?
  private let timeout: Int
  private let isFlushed: Bool

  /// - Parameters:
  ///   - configuration: of the source.
  ///   - file: the source's own file, absolute: each has an entry of its own.
  init(_ settings: Settings, _ configuration: SourceConfiguration, file: String) throws(Diagnostic) {
    isFlushed = settings.isFlushed
    timeout = configuration.options["cache_timeout"]?.int ?? settings.timeout
    guard configuration.flag("cache", default: settings.isOn) else {
      path = nil
      return
    }
    let plugin = configuration.string("cache_plugin") ?? settings.plugin
    switch plugin.split(separator: ".").last {
    case "memory": path = nil
    case "jsonfile":
      guard let directory = configuration.string("cache_connection") ?? settings.directory else {
        throw Diagnostic(
          .invalid, "error, 'jsonfile' cache plugin requires the 'fact_caching_connection' config option to be set",
          at: configuration.place, help: "Name a directory as cache_connection.")
      }
      let key = AWSSignature.hex(SHA256.hash(data: Array(file.utf8)).prefix(8))
      let prefix = configuration.string("cache_prefix") ?? settings.prefix
      path =
        "\(FileSystem.absolute(directory, in: FileSystem.directory(of: file)))/\(prefix)\(configuration.plugin)_\(key)"
    default:
      throw Diagnostic(
        .invalid, "swiftible does not know the cache plugin '\(plugin)'", at: configuration.place,
        help: "Known are jsonfile and memory.")
    }
  }

  /// What was kept, if it is there, readable and young enough. Its texts are others', so they are never templates.
  var value: Value? {
    guard let path, !isFlushed, let age = FileSystem.age(of: path), timeout == 0 || age <= timeout,
      let bytes = try? FileSystem.read(path)
    else { return nil }
    return try? JSONReader.read(bytes)
  }

  /// - Returns: a warning where it can't be kept.
  func store(_ value: Value) -> Diagnostic? {
    guard let path else { return nil }
    do throws(Diagnostic) {
      try FileSystem.replace(path, with: JSONWriter(ensuresASCII: false).bytes(value))
      return nil
    } catch {
      return error
    }
  }
}
