import Transport
import Values

/// One group, and who else has the number that it is to get.
struct GroupQuery: Query {
  var name: String
  var gid: Int?
  /// Look at the host's own file only.
  var isLocal: Bool

  struct Answer: Sendable, Hashable {
    var group: GroupEntry?
    /// The other group that has `gid`.
    var ownerOfNumber: String?
  }

  var isText: Bool { true }

  func script(_ traits: HostTraits) -> ShellScript {
    var script: ShellScript = #"""
      x=$(N=\#(name) G=\#(gid.map(String.init) ?? "") awk -F: '$1 == ENVIRON["N"] { print; next }
      ENVIRON["G"] != "" && $3 == ENVIRON["G"] { print "o:" $1 }' /etc/group) || exit

      """#
    if !isLocal {
      script += #"""
        case "
        $x" in *"
        "\#(name):*) ;; *) e=$(getent group \#(name) 2>/dev/null) && x="$x
        $e" ;; esac

        """#
    }
    return script + "printf '%s\\nend:\\n' \"$x\""
  }

  func answer(_ output: QueryOutput) throws(ModuleFailure) -> Answer {
    var answer = Answer()
    let lines = output.text.split(separator: "\n")
    guard lines.last == "end:" else { throw ModuleFailure("The host's group file could not be read.") }
    for line in lines.dropLast() {
      if line.hasPrefix("o:"), !line.dropFirst(2).contains(":") {
        answer.ownerOfNumber = String(line.dropFirst(2))
      } else if let group = GroupEntry(line: line), group.name.sameScalars(as: name) {
        answer.group = group
      }
    }
    return answer
  }

  func answer(_ answer: Answer, after predictions: PredictedState) -> Answer {
    var answer = answer
    if let owner = answer.ownerOfNumber, predictions.groups[owner]?.exists == false { answer.ownerOfNumber = nil }
    if let prediction = predictions.groups[name] {
      guard prediction.exists else {
        answer.group = nil
        return answer
      }
      let known = answer.group ?? GroupEntry(name: name, gid: nil)
      answer.group = GroupEntry(name: name, gid: prediction.gid ?? known.gid, members: known.members)
    } else if answer.group == nil, let user = predictions.users[name], user.exists,
      user.primaryGroup == nil || user.primaryGroup == name
    {
      // A new user brings a group of its own name.
      answer.group = GroupEntry(name: name, gid: nil)
    }
    return answer
  }
}
