import Patterns
import Values

/// A version as Python packages number themselves (PEP 440).
struct PEP440Version {
  private let epoch: Int
  private let release: [Int]
  /// Rank (`a`, `b`, `rc`) and number.
  private let pre: [Int]?
  private let post: Int?
  private let dev: Int?
  private let local: [Substring]

  private static let pattern =
    #"\s*v?(?:(\d+)!)?(\d+(?:\.\d+)*)(?:[-_.]?(alpha|beta|preview|pre|a|b|c|rc)[-_.]?(\d*))?(?:-(\d+)|[-_.]?(post|rev|r)[-_.]?(\d*))?(?:[-_.]?(dev)[-_.]?(\d*))?(?:\+([a-z0-9]+(?:[-_.][a-z0-9]+)*))?\s*\Z"#

  init(_ version: String) throws(Diagnostic) {
    let invalid = VersionType.invalid(version, "PEP 440", "'1.2.3', '1.2rc1', '1.2.post3' or '1.2.dev4'")
    let bytes = Array(version.lowercased().utf8)
    guard let match = try PatternCache.pattern(Self.pattern).match(bytes, anchored: true) else { throw invalid }
    func group(_ index: Int) -> String? { PythonPattern.text(match.ranges[index], of: bytes) }
    func number(_ index: Int) throws(Diagnostic) -> Int? {
      guard let text = group(index) else { return nil }
      if text.isEmpty { return 0 }
      guard let number = Int(text) else { throw invalid }
      return number
    }
    epoch = try number(1) ?? 0
    var release: [Int] = []
    for piece in (group(2) ?? "").split(separator: ".") {
      guard let number = Int(piece) else { throw invalid }
      release.append(number)
    }
    // Zeros at the end count for nothing.
    while release.last == 0 { release.removeLast() }
    self.release = release
    let (preNumber, plainPost, postNumber, devNumber) = (try number(4), try number(5), try number(7), try number(9))
    pre = group(3).map { name in [name.hasPrefix("a") ? 0 : name.hasPrefix("b") ? 1 : 2, preNumber ?? 0] }
    post = plainPost ?? (group(6) == nil ? nil : postNumber ?? 0)
    dev = group(8) == nil ? nil : devNumber ?? 0
    local = (group(10) ?? "").split { "-_.".contains($0) }.map { Substring(String($0)) }
  }

  /// Development releases come before pre-releases, these before the release, and that before post-releases.
  private var key: [Int] {
    let preKey = pre ?? (post == nil && dev != nil ? [-1, 0] : [3, 0])
    return preKey + [post ?? -1, dev ?? .max]
  }

  func compare(to other: PEP440Version) -> Int {
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
