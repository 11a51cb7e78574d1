import Glibc

/// The shells to test with: those of this machine that exist.
enum TestShells {
  static let all: [String] = (["/bin/sh", "/bin/dash", "/bin/bash"] + [posixBash, ash].compactMap { $0 })
    .filter { access($0, X_OK) == 0 }

  /// bash as it behaves under the name `sh`.
  private static let posixBash = link("sh", to: "/bin/bash")
  private static let ash = link("ash", to: "/bin/busybox")

  /// A link in a directory of this test run.
  private static func link(_ name: String, to target: String) -> String? {
    var template = Array("/tmp/swiftible-tests-XXXXXX".utf8CString)
    guard access(target, X_OK) == 0, mkdtemp(&template) != nil else { return nil }
    let directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let path = "\(directory)/\(name)"
    return symlink(target, path) == 0 ? path : nil
  }
}
