import Transport

/// The SELinux context of a path; `nil` on a host without SELinux, and for a path that is not there.
struct SELinuxQuery: Query {
  var path: String

  init(_ path: String) { self.path = path }

  func script(_ traits: HostTraits) -> ShellScript {
    "if [ -e /sys/fs/selinux/enforce ]; then stat -c %C -- \(HostPath(path).word); fi"
  }

  func answer(_ output: QueryOutput) throws(ModuleFailure) -> String? {
    let context = output.text.trimmed
    return context.contains(":") ? context : nil
  }
}
