/// Two texts compared, in the unified format of Python's `difflib`.
struct UnifiedDiff {
  /// The lines, each with its end; empty where the texts are equal.
  let lines: [String]

  init(before: String, after: String, beforeHeader: String, afterHeader: String, context: Int) {
    let old = Self.lines(of: before)
    let new = Self.lines(of: after)
    let hunks = Self.hunks(Self.changes(old, new), context: max(0, context))
    guard !hunks.isEmpty else {
      lines = []
      return
    }
    var lines = ["--- \(beforeHeader)\n", "+++ \(afterHeader)\n"]
    for hunk in hunks {
      guard let first = hunk.first, let last = hunk.last else { continue }
      let oldRange = first.old.lowerBound..<last.old.upperBound
      let newRange = first.new.lowerBound..<last.new.upperBound
      lines.append("@@ -\(Self.text(oldRange)) +\(Self.text(newRange)) @@\n")
      for change in hunk {
        if change.isEqual {
          lines += old[change.old].map { " \($0)" }
        } else {
          lines += old[change.old].map { "-\($0)" }
          lines += new[change.new].map { "+\($0)" }
        }
      }
    }
    self.lines = lines
  }

  private struct Change {
    var isEqual: Bool
    var old: Range<Int>
    var new: Range<Int>
  }

  private static func changes(_ old: [String], _ new: [String]) -> [Change] {
    var changes: [Change] = []
    var (i, j) = (0, 0)
    for block in LineMatcher(before: old, after: new).blocks() {
      if i < block.before || j < block.after {
        changes.append(Change(isEqual: false, old: i..<block.before, new: j..<block.after))
      }
      (i, j) = (block.before + block.count, block.after + block.count)
      changes.append(Change(isEqual: true, old: block.before..<i, new: block.after..<j))
    }
    if i < old.count || j < new.count {
      changes.append(Change(isEqual: false, old: i..<old.count, new: j..<new.count))
    }
    return changes
  }

  /// Cuts long equal parts and begins a new hunk there.
  private static func hunks(_ changes: [Change], context: Int) -> [[Change]] {
    var hunks: [[Change]] = []
    var hunk: [Change] = []
    for (index, change) in changes.enumerated() {
      guard change.isEqual else {
        hunk.append(change)
        continue
      }
      let isFirst = index == 0
      let isLast = index == changes.count - 1
      let count = change.old.count
      if !isFirst, !isLast, count > context * 2 {
        hunk.append(Change(isEqual: true, old: head(change.old, context), new: head(change.new, context)))
        hunks.append(hunk)
        hunk = [Change(isEqual: true, old: tail(change.old, context), new: tail(change.new, context))]
      } else {
        hunk.append(
          Change(
            isEqual: true,
            old: isFirst ? tail(change.old, context) : isLast ? head(change.old, context) : change.old,
            new: isFirst ? tail(change.new, context) : isLast ? head(change.new, context) : change.new))
      }
    }
    hunks.append(hunk)
    return hunks.filter { $0.contains { !$0.isEqual } }
  }

  private static func head(_ range: Range<Int>, _ count: Int) -> Range<Int> {
    range.lowerBound..<min(range.upperBound, range.lowerBound + count)
  }

  private static func tail(_ range: Range<Int>, _ count: Int) -> Range<Int> {
    max(range.lowerBound, range.upperBound - count)..<range.upperBound
  }

  private static func text(_ range: Range<Int>) -> String {
    switch range.count {
    case 1: "\(range.lowerBound + 1)"
    case 0: "\(range.lowerBound),0"
    default: "\(range.lowerBound + 1),\(range.count)"
    }
  }

  /// Lines with their ends, split as Python's `splitlines`; a last line without an end says so.
  private static func lines(of text: String) -> [String] {
    var lines: [String] = []
    var line = String.UnicodeScalarView()
    var scalars = text.unicodeScalars.makeIterator()
    var pending = scalars.next()
    while let scalar = pending {
      pending = scalars.next()
      line.append(scalar)
      switch scalar {
      case "\r":
        if pending == "\n" { continue }
      case "\n", "\u{B}", "\u{C}", "\u{1C}", "\u{1D}", "\u{1E}", "\u{85}", "\u{2028}", "\u{2029}": break
      default: continue
      }
      lines.append(String(line))
      line = String.UnicodeScalarView()
    }
    if !line.isEmpty { lines.append(String(line)) }
    if let last = lines.last, last.unicodeScalars.last != "\n" {
      lines[lines.count - 1] = last + "\n\\ No newline at end of file\n"
    }
    return lines
  }
}
