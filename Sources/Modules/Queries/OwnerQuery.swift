import Transport
import Values

/// The numbers of a user and a group that a file shall belong to.
package struct OwnerQuery: Query {
  /// Names or numbers; `nil`: not asked.
  package var owner: String?
  package var group: String?

  package init(owner: String?, group: String?) {
    self.owner = owner
    self.group = group
  }

  package struct Answer: Sendable, Hashable {
    /// `nil`: no such user.
    package var uid: Int?
    package var gid: Int?
    /// The user or group is only predicted, so that it has no number yet.
    package var isOwnerPredicted = false
    package var isGroupPredicted = false
  }

  package var isText: Bool { true }

  package func script(_ traits: HostTraits) -> ShellScript {
    Self.lookUp(owner, "passwd") + "u=$f\n" + Self.lookUp(group, "group") + "printf '%s\\n%s' \"$u\" \"$f\""
  }

  /// The file first, without starting a program; then the other sources (LDAP…).
  private static func lookUp(_ name: String?, _ database: ShellScript) -> ShellScript {
    guard let name, Int(name) == nil else { return "f=\n" }
    return """
      f=
      while IFS=: read -r n x i x; do if [ "$n" = \(name) ]; then f=$i; break; fi; done </etc/\(database)
      if [ -z "$f" ]; then IFS=: read -r n x f x <<.
      $(getent \(database) \(name))
      .
      fi

      """
  }

  package func answer(_ output: QueryOutput) throws(ModuleFailure) -> Answer {
    let lines = output.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    var answer = Answer()
    answer.uid = owner.flatMap { Int($0) ?? lines.first.flatMap { Int($0) } }
    answer.gid = group.flatMap { Int($0) ?? lines.dropFirst().first.flatMap { Int($0) } }
    return answer
  }

  package func answer(_ answer: Answer, after predictions: PredictedState) -> Answer {
    var answer = answer
    if let owner, let user = predictions.users[owner] {
      answer.uid = user.exists ? user.uid ?? answer.uid : nil
      answer.isOwnerPredicted = user.exists && answer.uid == nil
    }
    if let group {
      // A new user commonly brings a group of the same name.
      let isUsersOwn = predictions.users[group].map { $0.exists && ($0.primaryGroup ?? group) == group } ?? false
      if let entry = predictions.groups[group] {
        answer.gid = entry.exists ? entry.gid ?? answer.gid : nil
        answer.isGroupPredicted = entry.exists && answer.gid == nil
      } else if isUsersOwn {
        answer.isGroupPredicted = answer.gid == nil
      }
    }
    return answer
  }
}
