import Glibc
import Modules
import Transport
import Values

/// `fetch`: brings a file of a host to the controller.
enum FetchAction: Action {
  static let spec = ModuleSpec(
    name: "fetch", summary: "Bring files of hosts to the controller",
    arguments: [
      ArgumentSpec("src", .string, required: true, "The file on the host."),
      ArgumentSpec("dest", .string, required: true, "The directory to keep it in, under the host's name and its path."),
      ArgumentSpec("flat", .bool, default: false, "`dest` is the file itself, or its directory when it ends in `/`."),
      ArgumentSpec("fail_on_missing", .bool, default: true, "Fail when the file is not there."),
      ArgumentSpec("validate_checksum", .bool, default: true, "Compare the checksums afterwards."),
    ],
    returns: [
      ReturnSpec("dest", "Where the file is."), ReturnSpec("checksum", "SHA-1 of the file."),
      ReturnSpec("remote_checksum", "The same, as the host says."),
    ])

  static func run(_ call: ActionContext) async throws -> TaskResult {
    let asked = call.arguments.string("src") ?? ""
    guard let module = ModuleRegistry.find("stat") else { return .failure("no module stat") }
    let stat = try await call.runModule(
      module, ["path": .string(asked), "follow": true, "get_mime": false, "get_attributes": false])
    if stat.isFailed { return TaskResult(stat) }
    let found = stat.values["stat"]?.map ?? [:]
    guard found["exists"] == true else {
      // ansible says so even where it fails.
      let message = "the remote file does not exist, not transferring, ignored"
      if call.arguments.flag("fail_on_missing") { return .failure(message) }
      return TaskResult(changed: false, values: ["msg": .string(message), "file": .string(asked)])
    }
    if found["isdir"] == true {
      return missing("remote file is a directory, fetch cannot work on directories", asked, call)
    }
    let source = found["path"]?.string ?? asked
    guard let remote = found["checksum"]?.string else {
      return missing("the remote file is not readable", asked, call)
    }
    let destination = try path(source, call)
    let old = ControllerFileDigest.sha1(of: destination)
    var values: Map = [
      "dest": .string(destination), "checksum": .string(remote), "remote_checksum": .string(remote),
      "md5sum": .null, "remote_md5sum": .null,
    ]
    guard old != remote else {
      values["md5sum"] = ControllerFileDigest.md5(of: destination).map { .string($0) } ?? .null
      values["file"] = .string(asked)
      return TaskResult(changed: false, values: values)
    }
    guard !call.isCheckMode else { return TaskResult(changed: true, values: values) }
    let new = try await download(source, to: destination, call)
    guard new == remote || !call.arguments.flag("validate_checksum") else {
      values["checksum"] = new.map { .string($0) } ?? .null
      values["file"] = .string(asked)
      return .failure("checksum mismatch", values: values)
    }
    values["checksum"] = new.map { .string($0) } ?? .null
    values["md5sum"] = ControllerFileDigest.md5(of: destination).map { .string($0) } ?? .null
    return TaskResult(changed: true, values: values)
  }

  private static func missing(_ message: String, _ file: String, _ call: ActionContext) -> TaskResult {
    if call.arguments.flag("fail_on_missing") { return .failure(message, values: ["file": .string(file)]) }
    return TaskResult(
      changed: false, values: ["msg": .string("\(message), not transferring, ignored"), "file": .string(file)])
  }

  /// Where the file goes. Neither the host's name nor the file's path leads out of `dest`.
  private static func path(_ source: String, _ call: ActionContext) throws -> String {
    let directory = call.lookup.snapshot.play.play.directory
    let asked = call.arguments.string("dest") ?? ""
    let destination = LocalFile.absolute(asked, in: directory)
    let parts = source.split(separator: "/").filter { $0 != "." && $0 != ".." }
    if call.arguments.flag("flat") {
      if asked.hasSuffix("/") { return "\(destination)/\(parts.last ?? "")" }
      if LocalFile.isDirectory(destination) {
        throw ModuleFailure(
          "dest is an existing directory, use a trailing slash if you want to fetch src into that directory")
      }
      return destination
    }
    let host = call.host.replacing("/", with: "_")
    return ([destination, host == ".." || host == "." ? "_" : host] + parts.map(String.init)).joined(separator: "/")
  }

  /// The file is complete before it gets its name.
  private static func download(_ source: String, to destination: String, _ call: ActionContext) async throws -> String?
  {
    try LocalFile.makeDirectories(LocalFile.directory(of: destination))
    var generator = SystemRandomNumberGenerator()
    let random = String(UInt64.random(in: .min ... .max, using: &generator), radix: 16)
    let temporary = "\(LocalFile.directory(of: destination))/.swiftible-\(random)"
    do {
      try await call.connect().download(source, toLocalFile: temporary)
    } catch {
      unlink(temporary)
      throw error
    }
    guard rename(temporary, destination) == 0 else {
      let reason = String(cString: strerror(errno))
      unlink(temporary)
      throw ModuleFailure("could not write \(destination): \(reason)")
    }
    return ControllerFileDigest.sha1(of: destination)
  }
}
