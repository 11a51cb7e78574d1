/// Why a host gave no answer.
package struct TransportError: Error, Sendable, Hashable {
  package enum Kind: Sendable, Hashable {
    /// What says how to reach the host can't be understood.
    case options
    /// The address could not be resolved.
    case nameResolution
    /// Nothing listens, or no route leads there.
    case connectionRefused
    /// The deadline over the whole connect passed.
    case connectTimedOut
    /// No common algorithm, not an SSH server, a broken handshake.
    case protocolMismatch
    /// The host key is not known.
    case hostKeyUnknown
    /// The host key is not the one that is known, or it is revoked.
    case hostKeyChanged
    /// No key or password was accepted.
    case authentication
    /// The become method refused, or wanted a password that was not given.
    case become
    /// The link died; what the last request did on the host is not known.
    case connectionLost
    /// The request's own timeout passed; what it started was killed. The connection can be used again.
    case timedOut
    /// The request can't be said in shell: a value holds a NUL byte.
    case invalidRequest
    /// A file on either side could not be read or written.
    case file
    /// The run was cancelled.
    case cancelled
  }

  package var kind: Kind
  /// One or two sentences for the user: what, why, and what to do.
  package var message: String

  package init(_ kind: Kind, _ message: String) {
    self.kind = kind
    self.message = message
  }

  /// Whether the host counts as `unreachable` (else the task as `failed`).
  package var isUnreachable: Bool {
    switch kind {
    case .become, .timedOut, .file, .invalidRequest: false
    default: true
    }
  }
}
