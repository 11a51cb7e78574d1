import Patterns
import Values

/// A version as Python packages number themselves (PEP 440).
package struct PEP440Version: Sendable {
  let epoch: Int
  /// Without zeros at the end, which count for nothing.
  let release: [Int]
  /// The numbers that are written.
  let releaseLength: Int
  /// Rank (`a`, `b`, `rc`) and number.
  let pre: [Int]?
  let post: Int?
  let dev: Int?
  var local: [Substring]

  private static let pattern =
    #"\s*v?(?:(\d+)!)?(\d+(?:\.\d+)*)(?:[-_.]?(alpha|beta|preview|pre|a|b|c|rc)[-_.]?(\d*))?(?:-(\d+)|[-_.]?(post|rev|r)[-_.]?(\d*))?(?:[-_.]?(dev)[-_.]?(\d*))?(?:\+([a-z0-9]+(?:[-_.][a-z0-9]+)*))?\s*\Z"#

  /// `nil` for a text that is no such version.
  package init?(_ version: String) {
    let bytes = Array(version.lowercased().utf8)
    guard let pattern = try? PatternCache.pattern(Self.pattern), let match = try? pattern.match(bytes, anchored: true)
    else { return nil }
    func group(_ index: Int) -> String? { PythonPattern.text(match.ranges[index], of: bytes) }
    var isReadable = true
    func number(_ index: Int) -> Int? {
      guard let text = group(index) else { return nil }
      if text.isEmpty { return 0 }
      let number = Int(text)
      if number == nil { isReadable = false }
      return number
    }
    epoch = number(1) ?? 0
    var release: [Int] = []
    for piece in (group(2) ?? "").split(separator: ".") {
      guard let number = Int(piece) else { return nil }
      release.append(number)
    }
    releaseLength = release.count
    while release.last == 0 { release.removeLast() }
    self.release = release
    let (preNumber, plainPost, postNumber, devNumber) = (number(4), number(5), number(7), number(9))
    pre = group(3).map { name in [name.hasPrefix("a") ? 0 : name.hasPrefix("b") ? 1 : 2, preNumber ?? 0] }
    post = plainPost ?? (group(6) == nil ? nil : postNumber ?? 0)
    dev = group(8) == nil ? nil : devNumber ?? 0
    local = (group(10) ?? "").split { "-_.".contains($0) }.map { Substring(String($0)) }
    guard isReadable else { return nil }
  }

  /// Development releases come before pre-releases, these before the release, and that before post-releases.
  private var key: [Int] {
    let preKey = pre ?? (post == nil && dev != nil ? [-1, 0] : [3, 0])
    return preKey + [post ?? -1, dev ?? .max]
  }

  /// Below zero, zero or above.
  package func compare(to other: PEP440Version) -> Int {
    if epoch != other.epoch { return epoch < other.epoch ? -1 : 1 }
    let order = release.order(other.release)
    if order != 0 { return order }
    let keyOrder = key.order(other.key)
    if keyOrder != 0 { return keyOrder }
    for (a, b) in zip(local, other.local) where a != b {
      switch (Int(a), Int(b)) {
      case (let m?, let n?) where m != n: return m < n ? -1 : 1
      case (nil, nil): return a.utf8.lexicographicallyPrecedes(b.utf8) ? -1 : 1
      case (nil, _?): return -1
      case (_?, nil): return 1
      default: continue
      }
    }
    return local.count - other.local.count
  }
}

extension Array where Element == Int {
  /// The order of two lists of numbers, the shorter one first.
  package func order(_ other: [Int]) -> Int {
    for (a, b) in zip(self, other) where a != b { return a < b ? -1 : 1 }
    return count == other.count ? 0 : count < other.count ? -1 : 1
  }
}
