/// A string that must never reach a screen, a log, an argument vector or a disk in the clear.
///
/// It has no way to be printed by accident: `description`, interpolation and encoding all redact. Whoever needs the
/// characters says `reveal()`, which is easy to find in a review.
package struct Secret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  private let characters: String
  /// Where the encrypted value stands, for error messages.
  package let place: Place?

  package init(_ characters: String, place: Place? = nil) {
    self.characters = characters
    self.place = place
  }

  /// What every sink shows instead.
  package static let redacted = "********"

  /// The clear text, for handing to the one consumer that needs it: standard input of a remote command, a cipher.
  package func reveal() -> String { characters }

  package static func == (left: Secret, right: Secret) -> Bool { left.characters == right.characters }
  package func hash(into hasher: inout Hasher) { hasher.combine(characters) }
  package var description: String { Secret.redacted }
  package var debugDescription: String { Secret.redacted }
  package var customMirror: Mirror { Mirror(self, children: []) }
}
