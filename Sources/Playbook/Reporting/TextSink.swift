/// Where a listener's text goes: the terminal, a file, a test.
package protocol TextSink: Sendable {
  /// Writes a text, line end included, in the order of the calls.
  func write(_ text: String, to stream: TextStream)
}

package enum TextStream: Sendable {
  case standardOutput
  case standardError
}
