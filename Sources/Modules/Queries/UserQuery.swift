import Transport
import Values

/// Everything that is known of one user, and all groups: one `awk` over the account files.
struct UserQuery: Query {
  var name: String
  /// Look at the host's own files only, not at the directory services that `nsswitch.conf` names.
  var isLocal: Bool
  /// The home directory to look for; `nil`: the user's own.
  var home: String?
  /// The private key to look for, relative to the home directory; `nil`: none.
  var sshKey: String?

  struct Answer: Sendable, Hashable {
    var account: PasswdEntry?
    /// `nil` when it may not be read, or does not exist yet.
    var shadow: ShadowEntry?
    var groups: [GroupEntry] = []
    /// The primary group by name, for a user that is only predicted.
    var predictedPrimaryGroup: String?
    var homeExists = false
    var sshKey = SSHKeyState()

    /// The names of the groups that list the user as a member.
    func memberships(of name: String) -> [String] { groups.filter { $0.members.contains(name) }.map(\.name) }

    var primaryGroup: GroupEntry? {
      if let gid = account?.gid { return groups.first { $0.gid == gid } }
      return predictedPrimaryGroup.flatMap { name in groups.first { $0.name == name } }
    }
  }

  struct SSHKeyState: Sendable, Hashable {
    var privateExists = false
    var publicExists = false
    var publicKey: String?
    var fingerprint: String?
  }

  var isText: Bool { true }

  func script(_ traits: HostTraits) -> ShellScript {
    var script: ShellScript = #"""
      n='
      '
      s=
      [ -r /etc/shadow ] && s=/etc/shadow
      x=$(N=\#(name) awk 'FILENAME == "/etc/group" { print "g:" $0; next }
      index($0, ENVIRON["N"] ":") == 1 { print (FILENAME == "/etc/passwd" ? "p:" : "s:") $0 }' /etc/passwd $s /etc/group)

      """#
    if !isLocal {
      script += #"""
        case $x in p:*) ;; *) e=$(getent passwd \#(name) 2>/dev/null) && x=p:$e$n$x ;; esac

        """#
    }
    script += #"""
      h=
      case $x in p:*) l=${x%%"$n"*}; IFS=:; set -f; set -- $l; h=$7; unset IFS; set +f ;; esac

      """#
    if let home {
      script += "[ -e \(home) ] && x=$x${n}h:\n"
    } else {
      script += "[ -n \"$h\" ] && [ -e \"$h\" ] && x=$x${n}h:\n"
    }
    if let sshKey {
      script += "h=${h:-\(home ?? "")}\n"
      script += sshKey.hasPrefix("/") ? "k=\(sshKey)\n" : "k=$h/\(sshKey)\n"
      script += #"""
        if [ -e "$k" ]; then
          f=$(ssh-keygen -l -f "$k" 2>&1 </dev/null)
          x=$x${n}k:${n}f:$f
        fi
        if [ -e "$k.pub" ]; then
          IFS= read -r l <"$k.pub"
          x=$x${n}P:$l
        fi

        """#
    }
    return script + "printf '%s\\nend:\\n' \"$x\""
  }

  func answer(_ output: QueryOutput) throws(ModuleFailure) -> Answer {
    var answer = Answer()
    var isWhole = false
    for line in output.text.split(separator: "\n") {
      let rest = line.dropFirst(2)
      switch line.prefix(2) {
      case "p:": answer.account = answer.account ?? PasswdEntry(line: rest)
      case "s:": answer.shadow = answer.shadow ?? ShadowEntry(line: rest)
      case "g:": if let group = GroupEntry(line: rest) { answer.groups.append(group) }
      case "h:": answer.homeExists = true
      case "k:": answer.sshKey.privateExists = true
      case "f:": answer.sshKey.fingerprint = String(rest)
      case "P:":
        answer.sshKey.publicExists = true
        answer.sshKey.publicKey = String(rest)
      case "en": isWhole = line == "end:"
      default: break
      }
    }
    guard isWhole else { throw ModuleFailure("The host's account files could not be read.") }
    return answer
  }

  func answer(_ answer: Answer, after predictions: PredictedState) -> Answer {
    var answer = answer
    for (name, group) in predictions.groups {
      let known = answer.groups.firstIndex { $0.name == name }
      if !group.exists {
        if let known { answer.groups.remove(at: known) }
      } else if let known {
        answer.groups[known].gid = group.gid ?? answer.groups[known].gid
      } else {
        answer.groups.append(GroupEntry(name: name, gid: group.gid))
      }
    }
    for (user, prediction) in predictions.users where user != name && prediction.exists {
      answer.ensurePrivateGroup(of: user, prediction)
    }
    guard let prediction = predictions.users[name] else { return answer }
    guard prediction.exists else {
      return Answer(
        groups: answer.groups.map { GroupEntry(name: $0.name, gid: $0.gid, members: $0.members.filter { $0 != name }) })
    }
    answer.lay(prediction, name: name)
    return answer
  }
}

extension UserQuery.Answer {
  fileprivate mutating func lay(_ prediction: UserPrediction, name: String) {
    if var account {
      account.uid = prediction.uid ?? account.uid
      account.comment = prediction.comment ?? account.comment
      account.home = prediction.home ?? account.home
      account.shell = prediction.shell ?? account.shell
      if let group = prediction.primaryGroup, primaryGroup?.name != group {
        account.gid = groups.first { $0.name == group }?.gid
        predictedPrimaryGroup = group
      }
      self.account = account
    } else {
      account = PasswdEntry(predicted: name, prediction)
      ensurePrivateGroup(of: name, prediction)
      predictedPrimaryGroup = prediction.primaryGroup ?? name
      account?.gid = groups.first { $0.name == predictedPrimaryGroup }?.gid
    }
    homeExists = true
    guard let supplementary = prediction.groups else { return }
    for index in groups.indices {
      groups[index].members.removeAll { $0 == name }
      if supplementary.contains(groups[index].name) { groups[index].members.append(name) }
    }
  }

  /// A new user without a group of its own choice gets one of its own name.
  fileprivate mutating func ensurePrivateGroup(of user: String, _ prediction: UserPrediction) {
    guard prediction.primaryGroup == nil || prediction.primaryGroup == user else { return }
    if !groups.contains(where: { $0.name == user }) { groups.append(GroupEntry(name: user, gid: prediction.uid)) }
  }
}
