import Values

@testable import Playbook

extension Parser {
  /// The short form of arguments, `src=a dest="b c"`.
  static let keyValueArguments = Parser(name: "key-values") { bytes in
    let source = String(decoding: bytes, as: UTF8.self)
    let text = Text(source, writtenAt: Place(SourceFile(path: "playbook", text: source), line: 1, column: 1))
    do throws(Diagnostic) {
      let arguments = try KeyValueArguments(text)
      for (key, value) in arguments.pairs {
        Promise.hold(key.string?.isEmpty == false, "an argument without a name")
        Promise.hold(value.text?.origin != nil, "a value that lost its trust")
      }
      let rest = try KeyValueArguments(text, accepting: [])
      Promise.hold(rest.pairs.isEmpty, "an argument that nobody accepts")
    } catch {
      Promise.place(error, in: bytes)
    }
  }
}
