/// The sections of the script's answer.
struct FactsReport: Sendable {
  private var sections: [String: [UInt8]] = [:]
  /// The names in the order in which they came.
  private(set) var names: [String] = []

  /// `nil` when the answer breaks off.
  init?(_ output: [UInt8]) {
    var position = output.startIndex
    var name: String?
    var start = position
    while position < output.endIndex {
      let isLineStart =
        position == output.startIndex || output[position - 1] == UInt8(ascii: "\n") || output[position - 1] == 0
      if output[position] == 1, isLineStart, let end = output[position...].firstIndex(of: UInt8(ascii: "\n")) {
        if let name { sections[name] = Array(output[start..<position]) }
        let next = String(lossless: output[(position + 1)..<end])
        names.append(next)
        name = next
        start = end + 1
        position = start
      } else {
        position += 1
      }
    }
    guard name == "end" else { return nil }
  }

  /// A section's bytes; `nil` when it was not asked for.
  func bytes(_ name: String) -> [UInt8]? { sections[name] }

  func text(_ name: String) -> String { String(lossless: sections[name] ?? []) }

  func lines(_ name: String) -> [Substring] { text(name).split(separator: "\n") }

  /// What `grep '' FILES` printed: the lines of each file by its path.
  func files(_ name: String) -> [String: [String]] {
    var files: [String: [String]] = [:]
    for line in lines(name) {
      guard let (path, text) = line.cut(at: ":") else { continue }
      files[String(path), default: []].append(String(text))
    }
    return files
  }
}
