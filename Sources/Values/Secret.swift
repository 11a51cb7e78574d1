/// A string that must never reach a screen, a log, an argument vector or a disk in the clear.
///
/// It has no way to be printed by accident: `description`, interpolation and encoding all redact. Whoever needs the
/// characters says `reveal()`, which is easy to find in a review.
package struct Secret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  private let characters: String
  /// Where the encrypted value stands, for error messages.
  package let place: Place?
  /// Why it can't be read: an encrypted value to which no password is known. Nobody may use such a value; who comes across
  /// one throws this. So a playbook with encrypted variables can be listed, and run as far as they are not needed.
  package let sealed: Diagnostic?

  package init(_ characters: String, place: Place? = nil) {
    self.characters = characters
    self.place = place
    sealed = nil
  }

  /// An encrypted value that could not be opened.
  package init(sealed problem: Diagnostic, envelope: String, place: Place) {
    characters = envelope
    self.place = place
    sealed = problem
  }

  /// What every sink shows instead.
  package static let redacted = "********"

  /// The clear text, for handing to the one consumer that needs it: standard input of a remote command, a cipher.
  package func reveal() -> String { characters }

  /// Whether it was written (encrypted) in the project and looks like a template: then it is rendered when used.
  package var isTemplate: Bool { place != nil && Text.hasTemplateDelimiter(characters) }

  package static func == (left: Secret, right: Secret) -> Bool { left.characters == right.characters }
  package func hash(into hasher: inout Hasher) { hasher.combine(characters) }
  package var description: String { Secret.redacted }
  package var debugDescription: String { Secret.redacted }
  package var customMirror: Mirror { Mirror(self, children: []) }
}
