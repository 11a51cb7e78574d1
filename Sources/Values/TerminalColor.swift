/// The colours of ansible's screen output.
package enum TerminalColor: String, Sendable {
  case black = "0;30"
  case red = "0;31"
  case green = "0;32"
  case yellow = "0;33"
  case blue = "0;34"
  case purple = "0;35"
  case cyan = "0;36"
  case brightRed = "1;31"
  case brightGreen = "1;32"
  case brightPurple = "1;35"
  case darkGray = "1;30"
  case white = "1;37"

  /// The text in this colour, each line on its own so that a pager that cuts lines keeps the colour.
  package func paint(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { "\u{1B}[\(rawValue)m\($0)\u{1B}[0m" }
      .joined(separator: "\n")
  }
}
