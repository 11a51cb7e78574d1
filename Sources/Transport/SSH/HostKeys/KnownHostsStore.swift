import Synchronization
import Values

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Reads each known_hosts file once, until it changes, and adds keys one after the other. Blocks its thread.
final class KnownHostsStore: Sendable {
  static let shared = KnownHostsStore()

  private struct Stamp: Hashable {
    var size: Int64
    var seconds: Int64
    var nanoseconds: Int64
    var inode: UInt64
  }

  private typealias Cache = [String: (stamp: Stamp, file: KnownHostsFile)]
  private let cache = Mutex<Cache>([:])

  /// - Throws: when a file is there but can't be read: what it says of the host's key must not be ignored.
  func load(_ paths: [String]) throws(KnownHostsError) -> KnownHosts {
    try exclusively { cache throws(KnownHostsError) in
      var files: [KnownHostsFile] = []
      for path in paths {
        if let file = try Self.load(path, &cache) { files.append(file) }
      }
      return KnownHosts(files: files)
    }
  }

  private func exclusively<Value: Sendable>(
    _ work: (inout Cache) throws(KnownHostsError) -> Value
  ) throws(KnownHostsError) -> Value {
    let result: Result<Value, KnownHostsError> = cache.withLock { cache in
      do throws(KnownHostsError) {
        return .success(try work(&cache))
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  private static func load(_ path: String, _ cache: inout Cache) throws(KnownHostsError) -> KnownHostsFile? {
    let stamp = Self.stamp(path)
    if let stamp, let cached = cache[path], cached.stamp == stamp { return cached.file }
    do {
      let file = KnownHostsFile(path: path, content: try LocalFile.read(path, limit: 64 << 20))
      if let stamp { cache[path] = (stamp, file) }
      return file
    } catch {
      if error.isMissing { return nil }
      throw KnownHostsError(path: path, reason: error.text)
    }
  }

  /// Appends a line for a host's key; the file is made (0600, its directory 0700) when it is missing.
  func add(_ key: HostKey, host: String, port: Int, to path: String) throws(KnownHostsError) {
    try exclusively { cache throws(KnownHostsError) in
      try Self.add(key, host: host, port: port, to: path, &cache)
    }
  }

  private static func add(
    _ key: HostKey, host: String, port: Int, to path: String, _ cache: inout Cache
  ) throws(KnownHostsError) {
    let name = KnownHosts.name(of: host, port: port)
    let file = try load(path, &cache)
    // Another connection to the same host may have added it meanwhile.
    if let file, KnownHosts(files: [file]).verdict(on: key, host: host, port: port) == .known { return }
    var field = name
    if file?.isHashed == true {
      var generator = SystemRandomNumberGenerator()
      let salt = (0..<20).map { _ in UInt8.random(in: 0...255, using: &generator) }
      field = "|1|\(Base64.encode(salt))|\(Base64.encode(KnownHostsFile.Names.hash(name, salt: salt)))"
    }
    var line = "\(field) \(key.type) \(Base64.encode(key.bytes))\n"
    if let content = try? LocalFile.read(path, limit: 64 << 20), let last = content.last, last != UInt8(ascii: "\n") {
      line = "\n" + line
    }
    do {
      try LocalFile.append(Array(line.utf8), to: path)
    } catch {
      throw KnownHostsError(path: path, reason: error.text)
    }
  }

  private static func stamp(_ path: String) -> Stamp? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    #if canImport(Darwin)
      let time = status.st_mtimespec
    #else
      let time = status.st_mtim
    #endif
    return Stamp(
      size: Int64(status.st_size), seconds: Int64(time.tv_sec), nanoseconds: Int64(time.tv_nsec),
      inode: UInt64(status.st_ino))
  }
}

/// Why a known_hosts file can't be used.
struct KnownHostsError: Error, Hashable {
  var path: String
  var reason: String
}
