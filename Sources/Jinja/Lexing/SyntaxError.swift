/// A fault of a template's text, at a byte offset; the engine turns it into a `Diagnostic` with a place.
struct SyntaxError: Error {
  let message: String
  let offset: Int
  var help: String?
}
