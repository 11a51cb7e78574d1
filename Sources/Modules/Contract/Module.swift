import Transport
import Values

/// Idempotent work on a host in three steps: **probe** (read-only questions), **plan** (pure: what was asked for and what is
/// there, to the changes) and **apply** (exactly those changes).
///
/// A module never talks to a host itself. So check mode and `--diff` are the plan, and can't say anything else.
package protocol Module: ModuleWork {
  static var spec: ModuleSpec { get }

  /// Takes arguments that `ArgumentValidator` has checked against `spec`.
  /// - Throws: what is wrong with the arguments beyond what `spec` can say, or with files on the controller.
  init(_ arguments: Arguments, _ context: ModuleContext) throws(ModuleFailure)
}

/// One call of a module, with its arguments.
package protocol ModuleWork: Sendable {
  /// The questions to ask first. They change nothing, so the engine may ask them early and many at once.
  func queries() -> [any Query]

  /// What to do, given the answers. Pure; asks for more when an answer raises a question.
  func plan(_ observed: Observations) throws(ModuleFailure) -> Planning
}

/// What `plan` comes to.
package enum Planning: Sendable {
  case done(Plan)
  /// More questions first; `plan` is then called again with all answers so far.
  case ask([any Query])
}

/// The circumstances in which a module runs: settings of the task and the controller's side of it.
package struct ModuleContext: Sendable {
  package var isCheckMode: Bool
  package var isDiffMode: Bool
  package var traits: HostTraits
  /// Environment variables of the task, set for every script that the module runs.
  package var environment: [(name: String, value: String)]
  /// The bound on each request to the host; `nil`: none.
  package var timeout: Duration?
  /// Finds a file on the controller by ansible's search path (`files/` of the role, the playbook…) and gives its path.
  package var findFile: @Sendable (String) throws(ModuleFailure) -> String
  /// Reads a file of the controller as the module should see it: vaulted files are decrypted when `decrypt` says so.
  package var readFile: @Sendable (_ path: String, _ decrypt: Bool) throws(ModuleFailure) -> [UInt8]
  /// Renders the template that `src` names (found by ansible's search path) with the task's variables and the arguments of
  /// `template` that bear on it; gives the template's path and the text. The engine provides it.
  package var renderTemplate:
    @Sendable (_ source: String, _ arguments: Arguments) throws(ModuleFailure) -> (path: String, content: [UInt8])
  /// The controller's clock, passed in so that planning stays pure.
  package var now: @Sendable () -> WallTime
  /// A variable of the host that does the work, rendered; `nil` when it has none; for interpreters.
  package var variable: @Sendable (_ name: String) throws(ModuleFailure) -> Value? = { _ in nil }
  /// What modules from files are told beside the task's arguments (`_ansible_check_mode`…).
  package var reservedArguments: @Sendable () -> Map = { [:] }

  package init(
    isCheckMode: Bool, isDiffMode: Bool, traits: HostTraits, environment: [(name: String, value: String)] = [],
    timeout: Duration? = nil,
    findFile: @escaping @Sendable (String) throws(ModuleFailure) -> String,
    readFile: @escaping @Sendable (String, Bool) throws(ModuleFailure) -> [UInt8],
    renderTemplate:
      @escaping @Sendable (String, Arguments) throws(ModuleFailure) -> (path: String, content: [UInt8]) = {
        (source, _) throws(ModuleFailure) in throw ModuleFailure("no variables are at hand to render \(source) with")
      },
    now: @escaping @Sendable () -> WallTime = WallTime.now
  ) {
    self.isCheckMode = isCheckMode
    self.isDiffMode = isDiffMode
    self.traits = traits
    self.environment = environment
    self.timeout = timeout
    self.findFile = findFile
    self.readFile = readFile
    self.renderTemplate = renderTemplate
    self.now = now
  }
}

/// Why a module could not do its work: the `msg` of a failed task and further keys of its result.
package struct ModuleFailure: Error, Sendable, Hashable {
  package var message: String
  package var values: Map

  package init(_ message: String, values: Map = [:]) {
    self.message = message
    self.values = values
  }
}
