/// Shell wildcards over names: `*`, `?`.
enum Wildcard {
  static func matches(_ name: String, _ pattern: String) -> Bool {
    guard pattern.contains(where: { $0 == "*" || $0 == "?" }) else { return name == pattern }
    let text = Array(name.unicodeScalars)
    let wild = Array(pattern.unicodeScalars)
    var (t, w) = (0, 0)
    var star: (t: Int, w: Int)?
    while t < text.count {
      if w < wild.count, wild[w] == "*" {
        star = (t, w)
        w += 1
      } else if w < wild.count, wild[w] == "?" || wild[w] == text[t] {
        t += 1
        w += 1
      } else if let last = star {
        star = (last.t + 1, last.w)
        t = last.t + 1
        w = last.w + 1
      } else {
        return false
      }
    }
    while w < wild.count, wild[w] == "*" { w += 1 }
    return w == wild.count
  }
}
