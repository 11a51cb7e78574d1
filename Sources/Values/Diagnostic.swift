/// What went wrong, where, why and what to do: the one form in which every error reaches the user.
package struct Diagnostic: Error, Sendable, Hashable {
  /// What family the error is of; it decides the exit code where no host's status does.
  package enum Kind: Sendable, Hashable {
    /// A text that can't be read: YAML, JSON, INI, `k=v`.
    case syntax
    /// A well-formed text that says something impossible: unknown keyword, module, argument, wrong type.
    case invalid
    /// A template that can't be parsed or rendered.
    case template
    /// A name without a value.
    case undefined
    /// A file or directory that is missing or can't be read.
    case file
    /// The command line.
    case usage
    /// A budget was exceeded (size, depth, fuel, time).
    case limit
    /// Encrypted text that can't be opened.
    case vault
    /// A host, or the way to it.
    case host
  }

  package var kind: Kind
  /// One sentence, without the place.
  package var message: String
  package var place: Place?
  /// What the reader can do about it.
  package var help: String?
  /// What led to it, nearest first.
  package var causes: [Diagnostic]

  package init(
    _ kind: Kind, _ message: String, at place: Place? = nil, help: String? = nil, causes: [Diagnostic] = []
  ) {
    self.kind = kind
    self.message = message
    self.place = place
    self.help = help
    self.causes = causes
  }
}
