import Glibc
import Jinja
import Values

/// `community.general.filetree`: everything in folders of the controller, with what `file`, `copy` and `template` need to make
/// it again. A path that several folders have counts in the first of them.
enum FileTreeLookup {
  static let all: [LookupFunction] = [
    LookupFunction("filetree", aliases: ["community.general.filetree"], "Everything in folders, with its attributes.") {
      call in
      var seen: Set<String> = []
      var items: [Value] = []
      for term in try call.strings() {
        // A folder in the search path that exists; the rest of the term is taken as it is, as for ansible.
        guard let root = call.files.find(term, in: "files"), LocalFile.isDirectory(root) else { continue }
        try walk(root, "", &seen, &items)
      }
      return items
    }
  ]

  private static let maximumItems = 100_000

  private static func walk(
    _ root: String, _ folder: String, _ seen: inout Set<String>, _ items: inout [Value], depth: Int = 0
  ) throws(Diagnostic) {
    guard depth < 200, items.count < maximumItems else {
      throw Diagnostic(.limit, "the folder '\(root)' holds more than \(maximumItems) files, or too many levels")
    }
    var folders: [String] = []
    var entries: [(path: String, status: stat)] = []
    for name in LocalFile.names(in: PathText.join([root, folder])).sorted() {
      let path = folder.isEmpty ? name : "\(folder)/\(name)"
      var status = stat()
      guard lstat(PathText.join([root, path]), &status) == 0 else { continue }
      if status.st_mode & S_IFMT == S_IFDIR { folders.append(path) }
      entries.append((path, status))
    }
    // Folders come before what is not one, as Python's os.walk gives them.
    let ordered = entries.filter { $0.status.isFolder } + entries.filter { !$0.status.isFolder }
    for (path, status) in ordered where seen.insert(path).inserted {
      if let item = item(root, path, status) { items.append(item) }
    }
    for inner in folders { try walk(root, inner, &seen, &items, depth: depth + 1) }
  }

  private static func item(_ root: String, _ path: String, _ status: stat) -> Value? {
    var item: Map = ["root": .string(root), "path": .string(path)]
    switch status.st_mode & S_IFMT {
    case S_IFLNK:
      item["state"] = "link"
      item["src"] = .string(target(of: PathText.join([root, path])))
    case S_IFDIR: item["state"] = "directory"
    case S_IFREG:
      item["state"] = "file"
      item["src"] = .string(PathText.join([root, path]))
    default: return nil
    }
    item["uid"] = .int(Int(status.st_uid))
    item["gid"] = .int(Int(status.st_gid))
    item["owner"] =
      getpwuid(status.st_uid).map { .string(String(cString: $0.pointee.pw_name)) } ?? .int(Int(status.st_uid))
    item["group"] =
      getgrgid(status.st_gid).map { .string(String(cString: $0.pointee.gr_name)) } ?? .int(Int(status.st_gid))
    let mode = String(status.st_mode & 0o7777, radix: 8)
    item["mode"] = .string("0" + String(repeating: "0", count: max(0, 3 - mode.utf8.count)) + mode)
    item["size"] = .int(Int(status.st_size))
    item["mtime"] = .double(seconds(status.st_mtim))
    item["ctime"] = .double(seconds(status.st_ctim))
    return .map(item)
  }

  private static func seconds(_ time: timespec) -> Double { Double(time.tv_sec) + Double(time.tv_nsec) / 1e9 }

  private static func target(of path: String) -> String {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlink(path, &buffer, buffer.count)
    return String(lossless: buffer.prefix(max(count, 0)).map { UInt8(bitPattern: $0) })
  }
}

extension stat {
  fileprivate var isFolder: Bool { st_mode & S_IFMT == S_IFDIR }
}
