/// The hash functions BLAKE2b and BLAKE2s (RFC 7693), without a key.
enum BLAKE2 {
  static func b(_ message: [UInt8]) -> [UInt8] {
    digest(message, start: BLAKE2.wideStart, rounds: 12, turns: [32, 24, 16, 63])
  }

  static func s(_ message: [UInt8]) -> [UInt8] {
    digest(message, start: BLAKE2.wideStart.map { UInt32($0 >> 32) }, rounds: 10, turns: [16, 12, 8, 7])
  }

  /// The fractions of the square roots of the first eight primes, as for SHA-512; their upper halves are those of SHA-256.
  private static let wideStart: [UInt64] = [
    0x6A09_E667_F3BC_C908, 0xBB67_AE85_84CA_A73B, 0x3C6E_F372_FE94_F82B, 0xA54F_F53A_5F1D_36F1,
    0x510E_527F_ADE6_82D1, 0x9B05_688C_2B3E_6C1F, 0x1F83_D9AB_FB41_BD6B, 0x5BE0_CD19_137E_2179,
  ]

  private static let order: [[Int]] = [
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15], [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
    [11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4], [7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8],
    [9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13], [2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9],
    [12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11], [13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10],
    [6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5], [10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0],
  ]

  /// Which words of the state a round mixes: its columns, then its diagonals.
  private static let lanes = [
    [0, 4, 8, 12], [1, 5, 9, 13], [2, 6, 10, 14], [3, 7, 11, 15],
    [0, 5, 10, 15], [1, 6, 11, 12], [2, 7, 8, 13], [3, 4, 9, 14],
  ]

  private static func digest<Word: FixedWidthInteger & UnsignedInteger>(
    _ message: [UInt8], start: [Word], rounds: Int, turns: [Word]
  ) -> [UInt8] {
    let size = Word.bitWidth / 8
    var state = start
    // The parameters: a digest of full length, no key.
    state[0] ^= 0x0101_0000 ^ Word(size * 8)
    var offset = 0
    repeat {
      let end = min(offset + size * 16, message.count)
      let isLast = end == message.count
      let block = Array(message[offset..<end]) + [UInt8](repeating: 0, count: offset + size * 16 - end)
      let words = (0..<16).map { index in
        block[index * size..<(index + 1) * size].reversed().reduce(0 as Word) { $0 << 8 | Word($1) }
      }
      var v = state + start
      v[12] ^= Word(truncatingIfNeeded: end)
      if isLast { v[14] = ~v[14] }
      for round in 0..<rounds {
        let order = order[round % order.count]
        for (index, lane) in lanes.enumerated() {
          mix(&v, lane, words[order[2 * index]], words[order[2 * index + 1]], turns)
        }
      }
      for index in 0..<8 { state[index] ^= v[index] ^ v[index + 8] }
      offset = end
    } while offset < message.count
    return state.flatMap { word in (0..<size).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } }
  }

  private static func mix<Word: FixedWidthInteger & UnsignedInteger>(
    _ v: inout [Word], _ lane: [Int], _ x: Word, _ y: Word, _ turns: [Word]
  ) {
    let (a, b, c, d) = (lane[0], lane[1], lane[2], lane[3])
    v[a] = v[a] &+ v[b] &+ x
    v[d] = rotate(v[d] ^ v[a], turns[0])
    v[c] = v[c] &+ v[d]
    v[b] = rotate(v[b] ^ v[c], turns[1])
    v[a] = v[a] &+ v[b] &+ y
    v[d] = rotate(v[d] ^ v[a], turns[2])
    v[c] = v[c] &+ v[d]
    v[b] = rotate(v[b] ^ v[c], turns[3])
  }

  private static func rotate<Word: FixedWidthInteger & UnsignedInteger>(_ word: Word, _ turns: Word) -> Word {
    word >> turns | word << (Word(Word.bitWidth) - turns)
  }
}
