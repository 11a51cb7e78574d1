/// One thing that will be true of the host once an earlier task's plan is carried out.
package enum Prediction: Sendable, Hashable {
  case file(FilePrediction)
  case user(name: String, UserPrediction)
  case group(name: String, GroupPrediction)
  case package(name: String, PackagePrediction)
  case unit(name: String, UnitPrediction)
  /// Something changes and nobody can say what; the reason completes "unknown, because …".
  case vague(reason: String)
}

/// What will be at a path.
package struct FilePrediction: Sendable, Hashable {
  package enum Kind: Sendable, Hashable {
    /// `content` is `nil` when it is not known.
    case file(content: [UInt8]?)
    case directory
    case link(target: String)
    /// Nothing: the file, or the whole tree, is gone.
    case absent
    /// What is there stays; only its attributes change.
    case same
  }

  /// Absolute, as the query's answer gave it.
  package var path: String
  package var kind: Kind
  /// `nil`: as it was, or the default for a new file.
  package var mode: Int?
  /// Name or number.
  package var owner: String?
  package var group: String?

  package init(path: String, _ kind: Kind, mode: Int? = nil, owner: String? = nil, group: String? = nil) {
    self.path = path
    self.kind = kind
    self.mode = mode
    self.owner = owner
    self.group = group
  }
}

/// What will be known of a user. `nil`: as it was, or not known for a new one.
package struct UserPrediction: Sendable, Hashable {
  package var exists: Bool
  package var uid: Int?
  /// The name of the primary group.
  package var primaryGroup: String?
  /// Supplementary groups.
  package var groups: [String]?
  package var home: String?
  package var shell: String?
  package var comment: String?

  package init(
    exists: Bool, uid: Int? = nil, primaryGroup: String? = nil, groups: [String]? = nil, home: String? = nil,
    shell: String? = nil, comment: String? = nil
  ) {
    self.exists = exists
    self.uid = uid
    self.primaryGroup = primaryGroup
    self.groups = groups
    self.home = home
    self.shell = shell
    self.comment = comment
  }
}

package struct GroupPrediction: Sendable, Hashable {
  package var exists: Bool
  /// `nil`: as it was, or not known for a new group.
  package var gid: Int?

  package init(exists: Bool, gid: Int? = nil) {
    self.exists = exists
    self.gid = gid
  }
}

package struct PackagePrediction: Sendable, Hashable {
  package var isInstalled: Bool
  /// `nil`: whatever the repositories have.
  package var version: String?

  package init(installed: Bool, version: String? = nil) {
    self.isInstalled = installed
    self.version = version
  }
}

/// What will be true of a service or another systemd unit. `nil`: as it was.
package struct UnitPrediction: Sendable, Hashable {
  package var exists: Bool?
  package var isActive: Bool?
  package var isEnabled: Bool?
  package var isMasked: Bool?

  package init(exists: Bool? = nil, active: Bool? = nil, enabled: Bool? = nil, masked: Bool? = nil) {
    self.exists = exists
    self.isActive = active
    self.isEnabled = enabled
    self.isMasked = masked
  }
}
