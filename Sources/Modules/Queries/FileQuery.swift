import Transport
import Values

/// All about one path: what is there, where it leads, what it holds.
package struct FileQuery: Query {
  package enum Checksum: String, Sendable, Hashable {
    case md5, sha1, sha224, sha256, sha384, sha512
  }

  /// As the user wrote it; `~` and `$NAME` are expanded on the host.
  package var path: String
  /// Whether checksum and content are those of the file that a link leads to (else of the path itself, and a link has none).
  package var follows: Bool
  package var checksum: Checksum?
  /// Ask for the content of a regular file, up to so many bytes.
  package var contentLimit: Int?
  /// Ask what `lsattr` says.
  package var wantsAttributes: Bool
  /// Ask what `file` says.
  package var wantsType: Bool

  package init(
    _ path: String, follows: Bool = true, checksum: Checksum? = nil, contentLimit: Int? = nil,
    wantsAttributes: Bool = false, wantsType: Bool = false
  ) {
    self.path = path
    self.follows = follows
    self.checksum = checksum
    self.contentLimit = contentLimit
    self.wantsAttributes = wantsAttributes
    self.wantsType = wantsType
  }

  package var isText: Bool { contentLimit == nil }

  package func script(_ traits: HostTraits) -> ShellScript {
    let format = FileStatus.format(traits)
    var script: ShellScript = """
      p=\(HostPath(path).word)
      w=$p
      while case $p in ?*/) :;; *) false;; esac; do p=${p%/}; done
      case $p in */*) q=${p%/*}/;; *) q=./;; esac
      set --; a=$p; l=
      while :; do
      set -- "$a" "$@"
      case $a in
      /) break;;
      */*) a=${a%/*}; [ -n "$a" ] || a=/; if [ -h "$a" ]; then l=1; fi;;
      *) break;;
      esac
      done
      s=$(stat -c \(format) -- "$@" 2>/dev/null)
      k= t= f= g= m= c= x= y=
      if [ -n "$l" ]; then k=$(readlink -f -- "$q"; echo .); fi
      if [ -h "$p" ]; then t=$(readlink -- "$p"; echo .) f=$(readlink -f -- "$p"; echo .) g=$(stat -L -c \(format) -- "$p"); fi
      if [ -r "$p" ]; then m=r; fi
      if [ -w "$p" ]; then m=w$m; fi
      if [ -x "$p" ]; then m=x$m; fi
      if ! [ -e "$p" ] && ! [ -h "$p" ] && [ -d "$q" ] && ! [ -x "$q" ]; then m=-; fi

      """
    let isRegular: ShellScript = follows ? "[ -f \"$p\" ]" : "[ -f \"$p\" ] && ! [ -h \"$p\" ]"
    if let checksum {
      let command = ShellScript(words: ["\(checksum.rawValue)sum"])
      script += "if \(isRegular) && [ -r \"$p\" ]; then c=$(\(command) <\"$p\"); fi\n"
    }
    if wantsAttributes { script += "if [ -f \"$p\" ] || [ -d \"$p\" ]; then x=$(lsattr -vd -- \"$p\"); fi\n" }
    if wantsType { script += "if [ -e \"$p\" ] || [ -h \"$p\" ]; then y=$(file -b --mime -- \"$p\"); fi\n" }
    // All in one write: every other one is a packet of its own, for the server to send and for us to wake up for. Names may hold
    // any byte but NUL, which a shell's variable can't hold: so lengths come first.
    script += """
      w=${w#"$p"} k=${k%.} t=${t%.} f=${f%.}
      printf '%s %s %s %s %s %s %s %s %s %s %s %s %s %s\\n%s%s%s%s%s%s%s%s%s%s%s.' \(traits.userID) "$(umask)" $# \
        ${#p} ${#w} ${#s} ${#k} ${#t} ${#f} ${#g} ${#m} ${#c} ${#x} ${#y} \
        "$p" "$w" "$s" "$k" "$t" "$f" "$g" "$m" "$c" "$x" "$y"

      """
    if let contentLimit {
      let (limit, overflow) = contentLimit.addingReportingOverflow(1)
      script +=
        "if \(isRegular) && [ -r \"$p\" ]; then head -c \(overflow ? contentLimit : limit) <\"$p\"; else false; fi"
    } else {
      script += ":"
    }
    return script
  }

  package func answer(_ output: QueryOutput) throws(ModuleFailure) -> FileAnswer {
    guard let sections = Sections(output.stdout) else { throw ModuleFailure("the host did not tell about \(path)") }
    func text(_ part: Sections.Part) -> String { String(lossless: sections[part]) }
    func line(_ part: Sections.Part) -> String? {
      let text = text(part)
      return text.isEmpty ? nil : text.hasSuffix("\n") ? String(text.dropLast()) : text
    }

    let userID = sections.userID
    let chain = sections[.statuses].split(separator: UInt8(ascii: "\n")).compactMap { FileStatus(line: $0) }
    let length = sections.pathLength
    let own = chain.count == length ? chain.last : nil
    let ancestors = own == nil ? chain[...] : chain.dropLast()

    var answer = FileAnswer(path: text(.path))
    answer.umask = sections.umask
    answer.writtenPath = answer.path + text(.slashes)
    answer.own = own
    answer.missingAncestors = max(0, length - 1 - ancestors.count)
    if own == nil, let kind = ancestors.last?.kind { answer.isBelowFile = kind != .directory && kind != .link }
    answer.parent = answer.missingAncestors == 0 ? ancestors.last : nil
    if let parent = line(.canonicalParent) {
      answer.canonicalParent = parent.hasSuffix("/") ? String(parent.dropLast()) : parent
    }
    // A link in the way that somebody else may turn is a trap for root.
    if let index = ancestors.firstIndex(where: { $0.kind == .link && $0.uid != 0 && $0.uid != userID }) {
      answer.untrustedAncestor = FileAnswer.ancestor(of: answer.path, up: length - 1 - index)
    }
    answer.isLinkUntrusted = own.map { $0.kind == .link && $0.uid != 0 && $0.uid != userID } ?? false
    answer.linkTarget = line(.linkTarget)
    answer.resolvedPath = line(.resolvedPath)
    answer.target = own?.kind == .link ? FileStatus(line: sections[.targetStatus]) : own
    let access = text(.access)
    answer.isReadable = access.contains("r")
    answer.isWritable = access.contains("w")
    answer.isExecutable = access.contains("x")
    answer.isUnreachable = access.contains("-")
    // An escaped name puts a backslash before the digest.
    answer.checksum = line(.checksum)?.split(separator: " ").first.map { String($0.drop { $0 == "\\" }) }
    if let fields = line(.attributes)?.split(separator: " "), fields.count >= 2 {
      answer.attributes = (String(fields[0]), String(fields[1].filter { $0 != "-" }))
    }
    if let parts = line(.type)?.split(separator: ";"), let type = parts.first {
      answer.mimeType = type.trimmed
      answer.charset = parts.dropFirst().first?.split(separator: "=").last.map(String.init)
    }
    if let contentLimit, output.status == 0 {
      answer.isContentTooLarge = sections.content.count > contentLimit
      answer.content = answer.isContentTooLarge ? nil : Array(sections.content)
    }
    return answer
  }

  package func answer(_ answer: FileAnswer, after predictions: PredictedState) -> FileAnswer {
    answer.after(predictions, query: self)
  }
}

/// The pieces of the script's output: a line of numbers, the pieces one after the other, a full stop, the content.
private struct Sections {
  enum Part: Int, CaseIterable {
    case path, slashes, statuses, canonicalParent, linkTarget, resolvedPath, targetStatus, access
    case checksum, attributes, type
  }

  let userID: Int
  let umask: Int
  /// How many names the path has, the root included.
  let pathLength: Int
  let content: ArraySlice<UInt8>
  private let parts: [ArraySlice<UInt8>]

  init?(_ output: [UInt8]) {
    guard let lineEnd = output.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
    let words = output[..<lineEnd].split(separator: UInt8(ascii: " ")).map { String(decoding: $0, as: UTF8.self) }
    guard words.count == 3 + Part.allCases.count, let userID = Int(words[0]), let umask = Int(words[1], radix: 8),
      let pathLength = Int(words[2])
    else { return nil }
    var parts: [ArraySlice<UInt8>] = []
    var rest = output[(lineEnd + 1)...]
    for word in words[3...] {
      guard let length = Int(word), length >= 0, length < rest.count else { return nil }
      parts.append(rest.prefix(length))
      rest = rest.dropFirst(length)
    }
    guard rest.first == UInt8(ascii: ".") else { return nil }
    self.userID = userID
    self.umask = umask
    self.pathLength = pathLength
    self.parts = parts
    content = rest.dropFirst()
  }

  subscript(part: Part) -> ArraySlice<UInt8> { parts[part.rawValue] }
}
