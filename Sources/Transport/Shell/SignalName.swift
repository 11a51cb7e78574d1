/// The numbers of signals by their names without `SIG`, as Linux has them on x86 and ARM; SSH sends names.
enum SignalName {
  private static let numbers: [String: Int] = [
    "HUP": 1, "INT": 2, "QUIT": 3, "ILL": 4, "TRAP": 5, "ABRT": 6, "BUS": 7, "FPE": 8, "KILL": 9, "USR1": 10,
    "SEGV": 11,
    "USR2": 12, "PIPE": 13, "ALRM": 14, "TERM": 15, "XCPU": 24, "XFSZ": 25,
  ]

  static func number(_ name: String) -> Int? { numbers[name] }

  /// `nil` for a signal without a name of its own.
  static func name(_ number: Int) -> String? { numbers.first { $0.value == number }?.key }
}
