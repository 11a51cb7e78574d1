/// How the screen shows a run: ansible's settings of its default callback, under the same names.
package struct ScreenOptions: Sendable {
  package enum ResultFormat: String, Sendable {
    case json
    case yaml
  }

  /// The number of `-v`.
  package var verbosity = 0
  /// `ANSIBLE_DEBUG`: every detail, whatever the verbosity.
  package var isDebugging = false
  package var isColored = false
  /// The width of banners; see `columns(ofTerminal:)`.
  package var columns = 79
  package var displaysSkippedHosts = true
  package var displaysOKHosts = true
  /// Failures go to standard error.
  package var sendsFailuresToStandardError = false
  package var showsCustomStatistics = false
  package var showsHostStarts = false
  package var showsTaskPathOnFailure = false
  package var marksCheckMode = false
  package var displaysArguments = false
  package var resultFormat = ResultFormat.json
  /// `nil`: JSON in one line, YAML in many.
  package var pretty: Bool?
  /// Lines of context around a change.
  package var diffContext = 3

  package init() {}

  /// Whether to use colours: forced by `ANSIBLE_FORCE_COLOR`, else on a terminal unless `ANSIBLE_NOCOLOR` or `NO_COLOR`
  /// says no.
  ///
  /// - Parameters:
  ///   - isTerminal: whether standard output is one.
  ///   - environment: the process environment.
  package static func isColored(isTerminal: Bool, environment: [String: String]) -> Bool {
    func holds(_ name: String) -> Bool {
      ["1", "yes", "true", "on", "y", "t"].contains(environment[name]?.lowercased() ?? "")
    }
    if holds("ANSIBLE_FORCE_COLOR") { return true }
    // The convention of NO_COLOR: any value but none says no.
    if holds("ANSIBLE_NOCOLOR") || environment["NO_COLOR"]?.isEmpty == false { return false }
    return isTerminal && environment["TERM"] != "dumb"
  }

  /// One column less than the terminal has, and never less than 79.
  package static func columns(ofTerminal width: Int?) -> Int { max(79, (width ?? 0) - 1) }
}
