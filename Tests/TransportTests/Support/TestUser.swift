import Foundation

/// A user of this machine with a password, for root to make; goes with `remove`.
struct TestUser: Sendable {
  let name: String
  let password: String

  init(password: String = "p%{{1+1}}s é'$w") async throws {
    name = "swt-\(String(UInt32.random(in: 0...UInt32.max), radix: 36))"
    self.password = password
    // Another program that changes users at this moment holds the lock on the database.
    let script = """
      for try in 1 2 3 4 5 6 7 8 9 10; do useradd --create-home --shell /bin/sh "$1" && break; sleep 1; done &&
      for try in 1 2 3 4 5 6 7 8 9 10; do printf '%s:%s\\n' "$1" "$2" | chpasswd && exit; sleep 1; done; exit 1
      """
    try await TestProcess.run("/bin/sh", ["-c", script, "sh", name, password])
  }

  /// Processes of the user may still be ending; userdel refuses until they have.
  func remove() async {
    let script = """
      for try in 1 2 3 4 5 6 7 8 9 10; do userdel -r "$1" 2>/dev/null; id "$1" >/dev/null 2>&1 || exit 0; sleep 1; done
      userdel -rf "$1"
      """
    _ = try? await TestProcess.run("/bin/sh", ["-c", script, "sh", name])
  }

  /// Runs the body with users, who are removed afterwards however it ends.
  static func with(_ count: Int = 1, _ body: ([TestUser]) async throws -> Void) async throws {
    var users: [TestUser] = []
    do {
      for _ in 0..<count { users.append(try await TestUser()) }
      try await body(users)
    } catch {
      for user in users { await user.remove() }
      throw error
    }
    for user in users { await user.remove() }
  }
}
