/// The sessions with hosts that lie on the way to others: one for all hosts behind it, closed after the last of them.
actor JumpHosts {
  static let shared = JumpHosts()

  struct Key: Hashable {
    var parameters: ConnectionParameters
    var environment: SSHEnvironment
    /// The hosts on the way to this one, where they are given; else its own configuration counts.
    var jumpsBefore: [SSHJump]
  }

  private struct Entry {
    var session: Task<SSHSession, any Error>
    var users: Int
  }

  private var entries: [Key: Entry] = [:]

  /// The session for a host, with one more user.
  func acquire(_ key: Key, behind: [Key]) async throws(TransportError) -> SSHSession {
    let task: Task<SSHSession, any Error>
    if let entry = entries[key] {
      task = entry.session
    } else {
      task = Task {
        try await SSHSession.connect(
          key.parameters, environment: key.environment,
          proxy: key.jumpsBefore.isEmpty ? nil : .jump(key.jumpsBefore), behind: behind)
      }
      entries[key] = Entry(session: task, users: 0)
    }
    entries[key]?.users += 1
    do {
      let session = try await task.value
      guard await session.isUsable else {
        drop(key, task)
        // The link to it died meanwhile.
        return try await acquire(key, behind: behind)
      }
      return session
    } catch {
      drop(key, task)
      throw error as? TransportError ?? TransportError(.cancelled, "The run was cancelled.")
    }
  }

  /// Gives the session back; the last one closes it.
  func release(_ key: Key, _ session: SSHSession) async {
    if let entry = entries[key], let current = try? await entry.session.value, current === session {
      entries[key]?.users -= 1
      if entries[key]?.users ?? 0 > 0 { return }
      entries[key] = nil
      await session.close()
    }
  }

  private func drop(_ key: Key, _ task: Task<SSHSession, any Error>) {
    if entries[key]?.session == task { entries[key] = nil }
  }
}
