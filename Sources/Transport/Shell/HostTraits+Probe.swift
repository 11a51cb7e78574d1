import Values

extension HostTraits {
  /// Asks for everything at once and, on a GNU/Linux host, by one program (`stat`) only. The home directory comes last, for it
  /// may hold any character.
  static let probe: ShellScript = #"""
    { read -r s </proc/sys/kernel/ostype||s=$(uname -s);} 2>/dev/null
    if i=$(stat --printf='%u %U' /proc/self/ 2>/dev/null);then g=1;else g=0;i="$(id -u) $(id -un)";fi
    printf '%s\n%s\n%s\n%s' "$s" $g "$i" "$HOME"
    """#

  /// Reads what `probe` printed.
  init(probed output: [UInt8]) throws(TransportError) {
    let lines = output.split(separator: UInt8(ascii: "\n"), maxSplits: 3, omittingEmptySubsequences: false)
      .map { String(lossless: $0) }
    let identity = lines.count == 4 ? lines[2].split(separator: " ", maxSplits: 1) : []
    guard let number = identity.first, let userID = Int(number) else {
      throw TransportError(
        .protocolMismatch, "The host's shell did not tell its system and user: \(String(lossless: output.prefix(200)))")
    }
    // A user without an entry in the user database (a container's) has a number only.
    let user = identity.count > 1 ? String(identity[1]) : String(number)
    self.init(
      system: lines[0], hasGNUTools: lines[1] == "1", user: user, userID: userID, home: lines[3])
  }
}
