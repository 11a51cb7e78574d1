/// The Python of a host, for what can't do without: scripts that are written in it, and pip.
enum HostPython {
  /// The programs that ansible-core 2.19 looks for, in its order (`interpreter_python_fallback`).
  static let candidates = [
    "python3.13", "python3.12", "python3.11", "python3.10", "python3.9", "python3.8", "/usr/bin/python3", "python3",
  ]
}
