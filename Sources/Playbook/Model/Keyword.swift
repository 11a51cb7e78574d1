/// Every keyword that a play, role, block, task or handler may have: the one table behind parsing, inheritance, error
/// messages and documentation (ansible-core 2.19, "Playbook Keywords").
package enum Keyword: String, Sendable, CaseIterable {
  case action
  case anyErrorsFatal = "any_errors_fatal"
  case args
  case async
  case become
  case becomeExe = "become_exe"
  case becomeFlags = "become_flags"
  case becomeMethod = "become_method"
  case becomeUser = "become_user"
  case changedWhen = "changed_when"
  case checkMode = "check_mode"
  case collections
  case connection
  case debugger
  case delay
  case delegateFacts = "delegate_facts"
  case delegateTo = "delegate_to"
  case diff
  case environment
  case failedWhen = "failed_when"
  case gatherSubset = "gather_subset"
  case gatherTimeout = "gather_timeout"
  case factPath = "fact_path"
  case ignoreErrors = "ignore_errors"
  case ignoreUnreachable = "ignore_unreachable"
  case listen
  case localAction = "local_action"
  case loop
  case loopControl = "loop_control"
  case maxFailPercentage = "max_fail_percentage"
  case moduleDefaults = "module_defaults"
  case name
  case noLog = "no_log"
  case notify
  case order
  case poll
  case port
  case register
  case remoteUser = "remote_user"
  case retries
  case runOnce = "run_once"
  case serial
  case strategy
  case tags
  case throttle
  case timeout
  case until
  case validateArgspec = "validate_argspec"
  case vars
  case when

  /// Where a keyword may stand.
  package struct Scopes: OptionSet, Sendable {
    package let rawValue: Int
    package init(rawValue: Int) { self.rawValue = rawValue }
    package static let play = Scopes(rawValue: 1)
    package static let role = Scopes(rawValue: 2)
    package static let block = Scopes(rawValue: 4)
    package static let task = Scopes(rawValue: 8)
    package static let handler = Scopes(rawValue: 16)
    static let everywhere: Scopes = [.play, .role, .block, .task, .handler]
    static let insidePlay: Scopes = [.role, .block, .task, .handler]
    static let tasks: Scopes = [.task, .handler]
  }

  /// How a child's value meets its parent's.
  package enum Inheritance: Sendable {
    /// The child's value replaces the parent's.
    case override
    /// The child's values come after the parent's.
    case append
    /// It belongs to the one that has it.
    case none
  }

  package var scopes: Scopes {
    switch self {
    case .anyErrorsFatal, .become, .becomeExe, .becomeFlags, .becomeMethod, .becomeUser, .checkMode, .collections,
      .connection,
      .debugger, .diff, .environment, .ignoreErrors, .ignoreUnreachable, .moduleDefaults, .name, .noLog, .port,
      .remoteUser,
      .runOnce, .tags, .throttle, .timeout, .vars:
      .everywhere
    case .delegateFacts, .delegateTo, .when: .insidePlay
    case .notify: [.block, .task, .handler]
    case .gatherSubset, .gatherTimeout, .factPath, .maxFailPercentage, .order, .serial, .strategy, .validateArgspec:
      .play
    case .listen: .handler
    case .action, .args, .async, .changedWhen, .delay, .failedWhen, .localAction, .loop, .loopControl, .poll, .register,
      .retries, .until:
      .tasks
    }
  }

  package var inheritance: Inheritance {
    switch self {
    case .environment, .moduleDefaults, .notify, .tags, .vars, .when: .append
    case .anyErrorsFatal, .become, .becomeExe, .becomeFlags, .becomeMethod, .becomeUser, .checkMode, .collections,
      .connection,
      .debugger, .delegateFacts, .delegateTo, .diff, .ignoreErrors, .ignoreUnreachable, .maxFailPercentage, .noLog,
      .port,
      .remoteUser, .runOnce, .throttle, .timeout:
      .override
    case .action, .args, .async, .changedWhen, .delay, .failedWhen, .factPath, .gatherSubset, .gatherTimeout, .listen,
      .localAction, .loop, .loopControl, .name, .order, .poll, .register, .retries, .serial, .strategy, .until,
      .validateArgspec:
      .none
    }
  }

  /// The form a value must have; templates are checked when they are rendered.
  package enum Form: Sendable {
    case bool
    case int
    case number
    case text
    /// A string, a list of strings, or a comma-separated string.
    case names
    case map
    /// A map or a list of maps.
    case maps
    /// One condition or a list of them.
    case conditions
    case any
  }

  package var form: Form {
    switch self {
    case .anyErrorsFatal, .become, .checkMode, .delegateFacts, .diff, .ignoreErrors, .ignoreUnreachable, .noLog,
      .runOnce,
      .validateArgspec:
      .bool
    case .async, .gatherTimeout, .poll, .port, .retries, .throttle, .timeout: .int
    case .delay, .maxFailPercentage: .number
    case .becomeExe, .becomeFlags, .becomeMethod, .becomeUser, .connection, .debugger, .delegateTo, .factPath, .name,
      .order,
      .register, .remoteUser, .strategy:
      .text
    case .collections, .gatherSubset, .listen, .notify, .tags: .names
    case .vars, .args, .loopControl: .map
    case .moduleDefaults, .environment: .maps
    case .changedWhen, .failedWhen, .until, .when: .conditions
    case .action, .localAction, .loop, .serial: .any
    }
  }
}
