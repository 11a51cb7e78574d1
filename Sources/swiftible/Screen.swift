import Glibc
import Playbook
import Values

/// Where a command's text goes: the process's streams, with or without colour.
struct Screen {
  func show(_ problem: Diagnostic, _ severity: DiagnosticRendering.Severity = .error) {
    let rendering = DiagnosticRendering(severity, isColored: isatty(STDERR_FILENO) == 1)
    Console.standard.write(problem.rendered(rendering), to: .standardError)
  }

  func write(_ text: String) { Console.standard.write(text, to: .standardOutput) }

  /// A text that need not be UTF-8.
  func write(_ bytes: [UInt8]) { Console.standard.write(bytes, to: .standardOutput) }

  /// The listener that prints a playbook's run as ansible's default callback does.
  func playbookScreen(_ line: CommandLineOptions, _ options: RunOptions) -> DefaultScreen {
    DefaultScreen(options: screenOptions(line, options), sink: Console.standard)
  }

  /// The listener for a single module call.
  func adhocScreen(_ line: CommandLineOptions, _ options: RunOptions, isOneLine: Bool) -> AdhocScreen {
    AdhocScreen(options: screenOptions(line, options), isOneLine: isOneLine, sink: Console.standard)
  }

  private func screenOptions(_ line: CommandLineOptions, _ options: RunOptions) -> ScreenOptions {
    let settings = line.settings
    var screen = ScreenOptions()
    screen.verbosity = options.verbosity
    screen.isDebugging = settings.flag("debug")
    screen.isColored = ScreenOptions.isColored(isTerminal: isatty(STDOUT_FILENO) == 1, environment: line.environment)
    screen.columns = ScreenOptions.columns(ofTerminal: terminalWidth)
    screen.displaysSkippedHosts = settings.flag("display_skipped_hosts")
    screen.displaysOKHosts = settings.flag("display_ok_hosts")
    screen.sendsFailuresToStandardError = settings.flag("display_failed_stderr")
    screen.showsCustomStatistics = settings.flag("show_custom_stats")
    screen.showsHostStarts = settings.flag("show_per_host_start")
    screen.showsTaskPathOnFailure = settings.flag("show_task_path_on_failure")
    screen.marksCheckMode = settings.flag("check_mode_markers")
    screen.displaysArguments = settings.flag("display_args_to_stdout")
    screen.pretty = settings.string("callback_format_pretty") == nil ? nil : settings.flag("callback_format_pretty")
    screen.resultFormat = settings.string("callback_result_format").flatMap(ScreenOptions.ResultFormat.init) ?? .json
    screen.diffContext = settings.int("diff_context") ?? 3
    return screen
  }

  private var terminalWidth: Int? {
    var size = winsize()
    guard isatty(STDOUT_FILENO) == 1, ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
      return nil
    }
    return Int(size.ws_col)
  }
}
