import Values

extension RemoteLoop {
  /// The shell text of one request: one command for the worker, all or nothing, so that a request cut in the middle by a dying
  /// link never runs in part.
  ///
  /// - Parameters:
  ///   - id: counts the requests of this shell.
  ///   - input: standard input; empty means none (`/dev/null`). It goes through a pipe from the shell's own `printf`, so it is
  ///     seen in no argument vector and no file.
  func request(id: Int, _ script: [UInt8], input: [UInt8], isolation: ShellRequest.Isolation) -> [UInt8] {
    let isFed = !input.isEmpty
    // What stands before and after the script's word.
    let (head, tail): (String, String) =
      switch isolation {
      case .full: ("_si \(id) ", isFed ? "" : " </dev/null")
      case .none where !isFed: ("{ eval ", ";} </dev/null;_se \(id) $?")
      case .question where !isFed: ("(eval ", ") </dev/null 2>/dev/null;_sq \(id) $?")
      case .textQuestion where !isFed: ("_sa \(id) ", " </dev/null 2>/dev/null")
      case .subshell, .question, .textQuestion, .none: ("(eval ", "\(isFed ? ")" : ") </dev/null");_se \(id) $?")
      }
    var text: [UInt8] = isolation == .full ? Array("_st;".utf8) : []
    text.reserveCapacity(script.count + input.count + 128)
    if isFed { text += Self.feeding(input) }
    text += head.utf8
    text += Self.quoted(script)
    text += tail.utf8
    text.append(UInt8(ascii: "\n"))
    return text
  }

  /// Asks the worker to leave; what it had started in the background goes on.
  static let exitRequest = Array("exit\n".utf8)

  /// Bytes as one word in single quotes.
  static func quoted(_ bytes: [UInt8]) -> [UInt8] {
    let quote = UInt8(ascii: "'")
    var word: [UInt8] = [quote]
    word.reserveCapacity(bytes.count + 16)
    for (index, part) in bytes.split(separator: quote, omittingEmptySubsequences: false).enumerated() {
      if index > 0 { word += "'\\''".utf8 }
      word += part
    }
    word.append(quote)
    return word
  }

  /// A command that prints the bytes by the builtin `printf`, in pieces so that no word grows without bound. It fails when a
  /// piece can't be written.
  static func printing(_ bytes: [UInt8]) -> [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity(bytes.count + bytes.count / 8 + 64)
    var start = 0
    repeat {
      let end = min(start + 65_536, bytes.count)
      text += (start == 0 ? "printf %b '" : "&&printf %b '").utf8
      for byte in bytes[start..<end] {
        switch byte {
        case 0: text += "\\0000".utf8
        case UInt8(ascii: "\\"): text += "\\\\".utf8
        case UInt8(ascii: "'"): text += "'\\''".utf8
        default: text.append(byte)
        }
      }
      text.append(UInt8(ascii: "'"))
      start = end
    } while start < bytes.count
    return text
  }

  /// The head of a pipeline that gives the bytes to a command that may not read them all.
  private static func feeding(_ bytes: [UInt8]) -> [UInt8] {
    Array("{ ".utf8) + printing(bytes) + Array(";} 2>/dev/null|".utf8)
  }
}
