/// A word that nothing on a host can know beforehand: it frames answers and names temporary files.
package struct Nonce: Sendable, Hashable {
  /// 32 hexadecimal digits.
  package let text: String

  /// 128 random bits.
  package init() {
    var generator = SystemRandomNumberGenerator()
    self.init(high: generator.next(), low: generator.next())
  }

  /// A given nonce, for tests.
  package init(high: UInt64, low: UInt64) {
    text = [high, low].map { word in
      let digits = String(word, radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }.joined()
  }
}
