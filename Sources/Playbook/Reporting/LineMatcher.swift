/// Finds the blocks that two lists of lines share, as Python's `difflib.SequenceMatcher` does: the longest common run,
/// then the same left and right of it. So a diff has the hunks that ansible shows.
struct LineMatcher {
  struct Block: Equatable {
    let before: Int
    let after: Int
    let count: Int
  }

  // Lines are compared as numbers: equal lines have equal ones.
  private let before: [Int]
  private let after: [Int]
  /// Where each line of `after` stands, without the lines that are too frequent to be a good anchor.
  private let positions: [Int: [Int]]

  init(before: [String], after: [String]) {
    var numbers: [[UInt8]: Int] = [:]
    func number(_ line: String) -> Int {
      let key = Array(line.utf8)
      if let number = numbers[key] { return number }
      numbers[key] = numbers.count
      return numbers.count - 1
    }
    self.before = before.map(number)
    self.after = after.map(number)
    var positions: [Int: [Int]] = [:]
    for (position, line) in self.after.enumerated() { positions[line, default: []].append(position) }
    if after.count >= 200 {
      positions = positions.filter { $0.value.count <= after.count / 100 + 1 }
    }
    self.positions = positions
  }

  /// The blocks in order, neighbours joined, without the empty one that ends Python's list.
  func blocks() -> [Block] {
    var found: [Block] = []
    var queue = [(before: 0..<before.count, after: 0..<after.count)]
    while let range = queue.popLast() {
      guard let block = longest(range.before, range.after) else { continue }
      found.append(block)
      queue.append((range.before.lowerBound..<block.before, range.after.lowerBound..<block.after))
      queue.append(
        (block.before + block.count..<range.before.upperBound, block.after + block.count..<range.after.upperBound))
    }
    found.sort { ($0.before, $0.after) < ($1.before, $1.after) }
    var joined: [Block] = []
    for block in found {
      if let last = joined.last, last.before + last.count == block.before, last.after + last.count == block.after {
        joined[joined.count - 1] = Block(before: last.before, after: last.after, count: last.count + block.count)
      } else {
        joined.append(block)
      }
    }
    return joined
  }

  private func longest(_ a: Range<Int>, _ b: Range<Int>) -> Block? {
    var best = (before: a.lowerBound, after: b.lowerBound, count: 0)
    var lengths: [Int: Int] = [:]
    for i in a {
      var next: [Int: Int] = [:]
      for j in positions[before[i]] ?? [] where j >= b.lowerBound {
        if j >= b.upperBound { break }
        let length = (lengths[j - 1] ?? 0) + 1
        next[j] = length
        if length > best.count { best = (i - length + 1, j - length + 1, length) }
      }
      lengths = next
    }
    while best.before > a.lowerBound, best.after > b.lowerBound, before[best.before - 1] == after[best.after - 1] {
      best = (best.before - 1, best.after - 1, best.count + 1)
    }
    while best.before + best.count < a.upperBound, best.after + best.count < b.upperBound,
      before[best.before + best.count] == after[best.after + best.count]
    {
      best.count += 1
    }
    return best.count > 0 ? Block(before: best.before, after: best.after, count: best.count) : nil
  }
}
