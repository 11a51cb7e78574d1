import Values

/// What the command line asked of a run.
package struct RunOptions: Sendable {
  package var playbooks: [String] = []
  package var limit: String?
  package var tags: [String] = ["all"]
  package var skipTags: [String] = []
  /// `-e`, merged in order; the strongest variables there are.
  package var extraVariables: Map = [:]
  package var isCheckMode = false
  package var isDiffMode = false
  package var forks = 5
  package var verbosity = 0
  package var remoteUser: String?
  package var privateKeyFile: String?
  package var connection: String?
  package var timeout: Int?
  /// `-M`: further folders of modules.
  package var moduleFolders: [String] = []
  package var sshArguments: [String] = []
  package var become = false
  package var becomeMethod: String?
  package var becomeUser: String?
  package var loginPassword: Secret?
  package var becomePassword: Secret?
  /// `--flush-cache`.
  package var flushesCache = false
  package var forceHandlers = false
  package var startAtTask: String?
  package var isStepping = false
  package var inventorySources: [String] = []
  package var subset: String? { limit }

  package init() {}
}
