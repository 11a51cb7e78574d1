/// What earlier tasks of a check run would have made of one host: laid over the answers to later questions, so that a check
/// on a fresh host foretells the whole run. Engine-owned, one a host; empty outside check mode.
package struct PredictedState: Sendable {
  /// In the order in which the tasks planned them; later ones win.
  package private(set) var files: [FilePrediction] = []
  package private(set) var users: [String: UserPrediction] = [:]
  package private(set) var groups: [String: GroupPrediction] = [:]
  package private(set) var packages: [String: PackagePrediction] = [:]
  package private(set) var units: [String: UnitPrediction] = [:]
  private var reasons: [String] = []

  package init() {}

  package var isEmpty: Bool {
    files.isEmpty && users.isEmpty && groups.isEmpty && packages.isEmpty && units.isEmpty && reasons.isEmpty
  }

  /// Why things may be there that no question can find yet: a package to be installed brings files, users and units, a
  /// command anything. Completes "unknown, because …"; `nil` when everything that would change is known.
  package var uncertainty: String? {
    guard let first = reasons.first else { return nil }
    return reasons.count == 1 ? first : "\(first) (and \(reasons.count - 1) more)"
  }

  /// Whether something would be at an absolute path; `nil` when no prediction bears on it.
  package func exists(_ path: String) -> Bool? {
    var exists: Bool?
    for file in files {
      if file.path == path {
        switch file.kind {
        case .absent: exists = false
        case .same: break
        case .file, .directory, .link: exists = true
        }
      } else if file.kind == .absent, path.hasPrefix(file.path + "/") {
        exists = false
      }
    }
    return exists
  }

  package mutating func record(_ new: [Prediction]) {
    for prediction in new {
      switch prediction {
      case .file(let file):
        files.append(file)
      case .user(let name, let user):
        users[name] = users[name].map { user.laidOver($0) } ?? user
      case .group(let name, let group):
        groups[name] = GroupPrediction(exists: group.exists, gid: group.gid ?? groups[name]?.gid)
      case .package(let name, let package):
        packages[name] = package
        add(reason: "package \(name) would be \(package.isInstalled ? "installed" : "removed")")
      case .unit(let name, let unit):
        units[name] = units[name].map { unit.laidOver($0) } ?? unit
      case .vague(let reason):
        add(reason: reason)
      }
    }
  }

  private mutating func add(reason: String) {
    if !reasons.contains(reason) { reasons.append(reason) }
  }
}

extension UserPrediction {
  /// This prediction where it says something, the earlier one where it doesn't.
  fileprivate func laidOver(_ earlier: UserPrediction) -> UserPrediction {
    guard exists, earlier.exists else { return self }
    return UserPrediction(
      exists: true, uid: uid ?? earlier.uid, primaryGroup: primaryGroup ?? earlier.primaryGroup,
      groups: groups ?? earlier.groups, home: home ?? earlier.home, shell: shell ?? earlier.shell,
      comment: comment ?? earlier.comment)
  }
}

extension UnitPrediction {
  fileprivate func laidOver(_ earlier: UnitPrediction) -> UnitPrediction {
    UnitPrediction(
      exists: exists ?? earlier.exists, active: isActive ?? earlier.isActive, enabled: isEnabled ?? earlier.isEnabled,
      masked: isMasked ?? earlier.isMasked)
  }
}
