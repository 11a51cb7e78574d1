import Transport

/// The environment variables of a task, as shell text.
enum ShellEnvironment {
  /// `export` lines for the variables. Names that no shell can export are left out.
  ///
  /// They travel inside the script over the channel, not in an argument vector: values may be secret.
  static func exports(_ environment: [(name: String, value: String)]) -> ShellScript {
    var script: ShellScript = ""
    for variable in environment where isName(variable.name) {
      script += ShellScript(unchecked: "export \(variable.name)=") + "\(variable.value)\n"
    }
    return script
  }

  private static func isName(_ name: String) -> Bool {
    guard let first = name.utf8.first, first < 0x80, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else {
      return false
    }
    return name.utf8.allSatisfy {
      switch $0 {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
        true
      default: false
      }
    }
  }
}
