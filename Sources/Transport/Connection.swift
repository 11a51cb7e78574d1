/// A way to run commands as one user on one host: a persistent shell that answers one request at a time.
///
/// Conforming types are safe to call from many tasks at once; requests queue. After a `TransportError` that says the link is
/// gone (`connectionLost`), every further call fails with the same error.
///
/// A connection to the local machine, for tests:
///
///     let connection = try await ShellConnection.start(on: LocalHost())
package protocol Connection: Sendable {
  /// What the far end can do, learnt once when the connection was made.
  var traits: HostTraits { get }

  /// Runs a script and waits for its end.
  /// - Throws: `TransportError` when no answer could be had. A script that exits non-zero is an answer, not an error.
  func run(_ request: ShellRequest) async throws(TransportError) -> ShellResult

  /// Writes a new file (O_EXCL, mode 0600, owned by this connection's user) and checks its size.
  ///
  /// `destination` is a temporary name that the caller chose beside the final one; putting it in place is the caller's next
  /// script. Large sources are streamed, never held whole in memory.
  func upload(_ source: UploadSource, to destination: String) async throws(TransportError)

  /// Reads a whole file, at most `limit` bytes.
  func download(_ path: String, limit: Int) async throws(TransportError) -> [UInt8]

  /// Streams a remote file into a local one, which must not exist yet.
  func download(_ path: String, toLocalFile: String) async throws(TransportError)

  /// Ends the idle shells that this run keeps for another user on the same host; they come back at the next request. A
  /// host does not remove a user who still has a process.
  func closeShells(ofUser user: String) async

  /// Ends the shell and what it started.
  func close() async
}

extension Connection {
  /// A connection of its own knows of no others.
  package func closeShells(ofUser user: String) async {}
}

/// Where the bytes of an upload come from.
package enum UploadSource: Sendable {
  case bytes([UInt8])
  /// A file on the controller.
  case file(path: String)
}

/// A script, what it reads, and the bounds on it.
package struct ShellRequest: Sendable {
  package var script: ShellScript
  /// Standard input of the script. May hold secrets: it is sent through the channel, never through argv or a file.
  package var input: [UInt8]
  /// `nil`: no bound. When it passes, everything the script started is killed and `TransportError.timedOut` is thrown.
  package var timeout: Duration?
  /// How many bytes of each of standard output and error are kept; the rest is read and dropped.
  package var outputLimit: Int
  package var isolation: Isolation

  /// How far a script is kept from the persistent shell that runs it, and so what it costs.
  package enum Isolation: Sendable, Hashable {
    /// In a subshell, with files for its output: what it leaves running can't write into a later answer. For the user's own
    /// commands, services, and whatever else may stay behind. About 1 ms, 2 ms when it prints something.
    case full
    /// In a subshell that writes to the channel itself, for what leaves nothing running. About 0.3 ms and the programs.
    case subshell
    /// As `subshell`, without standard error: for questions whose standard output tells all. The answer is a packet fewer.
    case question
    /// As `question`, for an output without NUL bytes; line breaks at its end are lost. The whole answer is one packet, when it is
    /// small enough for one.
    case textQuestion
    /// By the persistent shell itself: for scripts of ours made of builtins and subshells, that neither exit nor change the
    /// shell's state. Under 0.1 ms.
    case none
  }

  package init(
    _ script: ShellScript, input: [UInt8] = [], timeout: Duration? = nil, outputLimit: Int = 64 << 20,
    isolation: Isolation = .full
  ) {
    self.script = script
    self.input = input
    self.timeout = timeout
    self.outputLimit = outputLimit
    self.isolation = isolation
  }
}

/// What a script answered.
package struct ShellResult: Sendable, Hashable {
  /// The exit status as a shell gives it in `$?` (128 + n for a process ended by signal n).
  package var status: Int
  package var stdout: [UInt8]
  package var stderr: [UInt8]
  /// Whether output is missing: dropped because of `ShellRequest.outputLimit`, or never written because the shell itself died.
  package var isTruncated: Bool

  package init(status: Int, stdout: [UInt8] = [], stderr: [UInt8] = [], isTruncated: Bool = false) {
    self.status = status
    self.stdout = stdout
    self.stderr = stderr
    self.isTruncated = isTruncated
  }
}

/// What a remote shell and its tools can do, probed once a host when its shell starts.
package struct HostTraits: Sendable, Hashable {
  /// `uname -s`: `Linux`, `FreeBSD`, `Darwin`…
  package var system: String
  /// Whether `stat`, `find` and the other tools take GNU's options.
  package var hasGNUTools: Bool
  /// The user the shell runs as.
  package var user: String
  package var userID: Int
  /// The home directory of that user.
  package var home: String

  package init(system: String, hasGNUTools: Bool, user: String, userID: Int, home: String) {
    self.system = system
    self.hasGNUTools = hasGNUTools
    self.user = user
    self.userID = userID
    self.home = home
  }
}
