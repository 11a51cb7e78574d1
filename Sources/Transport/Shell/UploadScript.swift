import Values

/// The shell text that writes an uploaded file: never over something that exists, readable by its owner alone from the first
/// byte, its size checked, nothing left behind when that fails.
enum UploadScript {
  private enum Status {
    static let exists = 81
    static let noDirectory = 82
    static let notWritable = 83
    static let incomplete = 84
  }

  /// A script that holds the content.
  static func inline(_ bytes: [UInt8], to destination: String) -> [UInt8] {
    var text = Array("D=".utf8) + RemoteLoop.quoted(destination.losslessBytes)
    text += frame(content: RemoteLoop.printing(bytes), size: bytes.count)
    return text
  }

  /// The line for a starter shell, after which the content follows on standard input.
  static func streaming(_ size: Int, to destination: String, marker: String) -> [UInt8] {
    // The line can't hold a newline, so the name is spelt for `printf %b`; the x keeps newlines at its end.
    var text = Array("N='\(marker)';D=$(printf %bx ".utf8)
    text += RemoteLoop.quoted(
      destination.losslessBytes.flatMap { byte -> [UInt8] in
        switch byte {
        case UInt8(ascii: "\n"): Array("\\n".utf8)
        case UInt8(ascii: "\\"): Array("\\\\".utf8)
        default: [byte]
        }
      })
    text += ");D=${D%x};(".utf8
    text += frame(content: Array("head -c \(size)".utf8), size: size).dropFirst()
    text += ");r=$?;printf '%s 1 %s d\\n' \"$N\" $r;printf '%s 1\\n' \"$N\" >&2\n".utf8
    return text
  }

  static func check(_ result: ShellResult, _ destination: String) throws(TransportError) {
    let reason: String
    switch result.status {
    case 0: return
    case Status.exists: reason = "a file of that name exists already"
    case Status.noDirectory: reason = "its directory does not exist"
    case Status.notWritable: reason = "permission denied (its directory is not writable)"
    default: reason = FileRemark.text(of: result)
    }
    throw TransportError(.file, "Can't write \(destination): \(reason)")
  }

  /// `noclobber` opens with O_EXCL. `c` tells a file that could not be made from one that could not be filled;
  /// then `cat` names the reason (No space left on device), which dash's own `printf` does not.
  private static func frame(content: [UInt8], size: Int) -> [UInt8] {
    Array(";LC_ALL=C;umask 077;set -C;c=0;{ c=1;".utf8) + content
      + Array(
        """
        ;} >"$D"&&s=$(wc -c <"$D")&&[ $s -eq \(size) ]&&exit 0;\
        if [ $c = 1 ];then printf x|cat >>"$D";rm -f -- "$D";exit \(Status.incomplete);fi;\
        if [ -e "$D" ]||[ -h "$D" ];then exit \(Status.exists);fi;\
        case $D in */*)d=${D%/*}/;;*)d=.;;esac;[ -d "$d" ]||exit \(Status.noDirectory);\
        [ -w "$d" ]||exit \(Status.notWritable);exit 1
        """.utf8)
  }
}

/// What a failing program said about a file, cut down to the reason.
enum FileRemark {
  /// `head: cannot open 'x' for reading: No such file` gives `No such file`.
  static func text(of result: ShellResult) -> String {
    let line = String(lossless: result.stderr.prefix(4_096)).split(whereSeparator: \.isNewline).last.map(String.init)
    guard let line else { return "exit status \(result.status)" }
    let words = line.split(separator: ": ")
    return words.count > 1 ? String(words[words.count - 1]) : line
  }
}
