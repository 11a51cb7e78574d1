import Driver
import Glibc
import Values

/// One parser of user input: what it is called on the command line of `Fuzz/run`, and what must hold of each input.
struct Parser: Sendable {
  let name: String
  /// Reads one made-up input. An error is fine; a trap, a hang or a broken promise (`Promise.hold`) is a find.
  let test: @Sendable ([UInt8]) -> Void

  static let all = [iniInventory, hostPattern, scriptAnswer, playbookLoader, keyValueArguments, vaultEnvelope]

  /// The one that `PARSER` names; libFuzzer has the arguments to itself.
  static let chosen: Parser = {
    let name = getenv("PARSER").map { String(cString: $0) } ?? ""
    guard let parser = all.first(where: { $0.name == name }) else {
      fatalError("PARSER must be one of \(all.map(\.name))")
    }
    return parser
  }()
}

@main enum Parsers {
  static func main() {
    _ = Parser.chosen
    Driver.run { bytes, count in
      Parser.chosen.test(Array(UnsafeBufferPointer(start: bytes, count: count)))
      return 0
    }
  }
}

/// What every parser owes its user, whatever the input.
enum Promise {
  static func hold(_ condition: Bool, _ what: @autoclosure () -> String) {
    guard condition else { fatalError(what()) }
  }

  /// An error says where: a line and column of the text, and it can be shown.
  static func place(_ error: Diagnostic, in text: [UInt8]) {
    guard let place = error.place else { fatalError("an error without a place: \(error.message)") }
    // YAML knows three more ends of a line than a newline and a return.
    let lines = String(decoding: text, as: UTF8.self).unicodeScalars.count {
      ["\n", "\r", "\u{85}", "\u{2028}", "\u{2029}"].contains($0)
    }
    hold(place.line >= 1 && place.line <= lines + 1, "line \(place.line) of \(lines): \(error.message)")
    hold(place.column >= 1 && place.column <= text.count + 1, "column \(place.column): \(error.message)")
    // Drawing the excerpt costs more than most parsers; some of the inputs are enough for it.
    if text.count % 8 == 0 { hold(!error.rendered().isEmpty, "an empty text") }
  }
}
