import Transport
import Values

/// Tells about a file; changes nothing.
struct Stat: Module {
  static let spec = ModuleSpec(
    name: "stat", summary: "Tell about a file",
    arguments: [
      ArgumentSpec("path", .path, aliases: ["dest", "name"], required: true, "The path to look at."),
      ArgumentSpec("follow", .bool, default: false, "Tell about what a link leads to."),
      ArgumentSpec("get_checksum", .bool, default: true, "Compute a checksum of the content."),
      ArgumentSpec(
        "get_mime", .bool, aliases: ["mime", "mime_type", "mime-type"], default: true,
        "Find out the type of the content."),
      ArgumentSpec(
        "get_attributes", .bool, aliases: ["attr", "attributes"], default: true, "Read the flags of `lsattr`."),
      ArgumentSpec(
        "checksum_algorithm", .string, aliases: ["checksum", "checksum_algo"], default: "sha1",
        choices: ["md5", "sha1", "sha224", "sha256", "sha384", "sha512"], "How to compute the checksum."),
    ],
    returns: [ReturnSpec("stat", "All that is known of the file; `exists` is always there.")])

  private let query: FileQuery

  init(_ arguments: Arguments, _ context: ModuleContext) throws(ModuleFailure) {
    let algorithm = arguments.string("checksum_algorithm").flatMap(FileQuery.Checksum.init) ?? .sha1
    query = FileQuery(
      arguments.string("path") ?? "", follows: arguments.flag("follow"),
      checksum: arguments.flag("get_checksum") ? algorithm : nil, wantsAttributes: arguments.flag("get_attributes"),
      wantsType: arguments.flag("get_mime"))
  }

  func queries() -> [any Query] { [query] }

  func plan(_ observed: Observations) throws(ModuleFailure) -> Planning {
    guard let found = observed(query) else { return .ask([query]) }
    if found.isUnreachable { throw ModuleFailure("Permission denied") }
    guard let status = query.follows ? found.target : found.own else {
      return .done(Plan(changed: false, values: ["stat": ["exists": false]]))
    }
    var stat: Map = ["exists": true, "path": .string(found.writtenPath)]
    stat.merge(status.facts)
    stat["block_size"] = .int(status.blockSize)
    stat["blocks"] = .int(status.blocks)
    stat["device_type"] = .int(status.deviceType)
    stat["readable"] = .bool(found.isReadable)
    stat["writeable"] = .bool(found.isWritable)
    stat["executable"] = .bool(found.isExecutable)
    if status.kind == .link {
      stat["lnk_source"] = .string(found.resolvedPath ?? "")
      stat["lnk_target"] = .string(found.linkTarget ?? "")
    }
    if status.kind == .regular, let checksum = found.checksum { stat["checksum"] = .string(checksum) }
    if query.wantsType {
      stat["mimetype"] = .string(mimeType(found))
      stat["charset"] = .string(found.charset ?? "unknown")
    }
    if query.wantsAttributes {
      let flags = status.kind == .link ? nil : found.attributes
      stat["version"] = flags.map { .string($0.version) } ?? .null
      stat["attributes"] = .list((flags?.flags ?? "").compactMap { Self.flagNames[$0] }.map { .string($0) })
      stat["attr_flags"] = .string(flags?.flags ?? "")
    }
    return .done(Plan(changed: false, values: ["stat": .map(stat.sortedByName)]))
  }

  /// A link to nothing has no content to have a type.
  private func mimeType(_ found: FileAnswer) -> String {
    found.isLink && found.target == nil ? "unknown" : found.mimeType ?? "unknown"
  }

  /// ansible's names for the letters of `lsattr`.
  private static let flagNames: [Character: String] = [
    "A": "noatime", "a": "append", "c": "compressed", "C": "nocow", "d": "nodump", "D": "dirsync", "e": "extents",
    "E": "encrypted", "h": "blocksize", "i": "immutable", "I": "indexed", "j": "journalled", "N": "inline",
    "s": "zero", "S": "synchronous", "t": "notail", "T": "blockroot", "u": "undelete", "X": "compressedraw",
    "Z": "compresseddirty",
  ]
}

extension FileStatus {
  /// The keys that `stat` and `find` have in common.
  var facts: Map {
    func has(_ bit: Int) -> Value { .bool(mode & bit != 0) }
    return [
      "mode": .string(FileMode.fourDigits(mode)), "isdir": .bool(kind == .directory),
      "ischr": .bool(kind == .characterDevice),
      "isblk": .bool(kind == .blockDevice), "isreg": .bool(kind == .regular), "isfifo": .bool(kind == .fifo),
      "islnk": .bool(kind == .link), "issock": .bool(kind == .socket), "uid": .int(uid), "gid": .int(gid),
      "size": .int(size), "inode": .int(inode), "dev": .int(device), "nlink": .int(linkCount),
      "atime": .double(accessTime), "mtime": .double(modificationTime), "ctime": .double(changeTime),
      "wusr": has(0o200), "rusr": has(0o400), "xusr": has(0o100), "wgrp": has(0o020), "rgrp": has(0o040),
      "xgrp": has(0o010), "woth": has(0o002), "roth": has(0o004), "xoth": has(0o001), "isuid": has(0o4000),
      "isgid": has(0o2000), "pw_name": .string(owner), "gr_name": .string(group),
    ]
  }
}
