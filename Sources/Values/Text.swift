import Glibc

/// A string that knows whether its author may be trusted to write templates.
///
/// Only text that a reader of the project's own files made has an `origin`; everything that came from a host, a fact, a
/// lookup, a prompt or the environment has none, and nothing can give it one. So host output is never compiled as a
/// template, whatever way it travels: the property moves with the value (CVE-2021-3583 and its many kin).
package struct Text: Sendable {
  package let string: String
  private let mark: Mark

  /// What else there is to say about a text. One reference, so that a `Text` stays three words.
  private enum Mark: Sendable {
    case none
    /// HTML: what escapes other texts leaves it as it is.
    case markup
    case written(Origin)
  }

  /// Where it was written; `nil` for text that must never be treated as a template.
  package var origin: Origin? {
    if case .written(let origin) = mark { origin } else { nil }
  }

  /// Whether it is HTML that was escaped already. Only a render knows such texts; no variable keeps the mark.
  package var isMarkup: Bool {
    if case .markup = mark { true } else { false }
  }

  /// Text from outside: data, never a template.
  package init(_ string: String) {
    self.string = string
    mark = .none
  }

  /// HTML that a render made: data, never a template.
  package init(markup string: String) {
    self.string = string
    mark = .markup
  }

  /// Text written by the project's author at `place`: may be a template.
  package init(_ string: String, writtenAt place: Place) {
    self.string = string
    mark = .written(Origin(place: place, mayBeTemplate: Text.hasTemplateDelimiter(string)))
  }

  /// Text derived from trusted text by the reader itself (for instance a split `k=v` string), keeping its trust.
  package init(_ string: String, sharing origin: Origin?) {
    self.string = string
    mark =
      origin.map { .written(Origin(place: $0.place, mayBeTemplate: Text.hasTemplateDelimiter(string))) } ?? .none
  }

  /// Whether it both may be and looks like a template; anything else is returned as it stands without parsing.
  package var isTemplate: Bool { origin?.mayBeTemplate ?? false }

  /// Where it was written, if it was written in the project.
  package var place: Place? { origin?.place }

  /// Whether `{{`, `{%` or `{#` occurs.
  package static func hasTemplateDelimiter(_ string: String) -> Bool {
    var previousWasBrace = false
    for byte in string.utf8 {
      if previousWasBrace, byte == UInt8(ascii: "{") || byte == UInt8(ascii: "%") || byte == UInt8(ascii: "#") {
        return true
      }
      previousWasBrace = byte == UInt8(ascii: "{")
    }
    return false
  }

  /// The mark of trusted text.
  package final class Origin: Sendable {
    package let place: Place
    package let mayBeTemplate: Bool

    fileprivate init(place: Place, mayBeTemplate: Bool) {
      self.place = place
      self.mayBeTemplate = mayBeTemplate
    }
  }
}

extension Text: Hashable, ExpressibleByStringLiteral {
  /// Equality is of the code points, as in Python: who wrote a text is no part of what it says, and two spellings of `é`
  /// are two texts (Swift's own `==` takes them for one).
  package static func == (left: Text, right: Text) -> Bool { left.string.sameScalars(as: right.string) }
  package func hash(into hasher: inout Hasher) { hasher.combine(string) }
  package init(stringLiteral value: String) { self.init(value) }
}

extension String {
  /// Whether both are the same sequence of code points.
  package func sameScalars(as other: String) -> Bool {
    guard utf8.count == other.utf8.count else { return false }
    let fast = utf8.withContiguousStorageIfAvailable { left in
      other.utf8.withContiguousStorageIfAvailable { right in
        guard let left = left.baseAddress, let right = right.baseAddress else { return true }
        return memcmp(left, right, utf8.count) == 0
      }
    }
    return (fast ?? nil) ?? utf8.elementsEqual(other.utf8)
  }
}
