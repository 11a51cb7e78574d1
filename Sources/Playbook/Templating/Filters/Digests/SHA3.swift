/// SHA3-224 (FIPS 202), the one member of the family that no library here offers.
enum SHA3 {
  static func digest224(_ message: [UInt8]) -> [UInt8] {
    let rate = 144
    var padded = message + [0x06]
    while padded.count % rate != 0 { padded.append(0) }
    padded[padded.count - 1] |= 0x80
    var state = [UInt64](repeating: 0, count: 25)
    for offset in stride(from: 0, to: padded.count, by: rate) {
      for index in 0..<rate { state[index / 8] ^= UInt64(padded[offset + index]) << (8 * UInt64(index % 8)) }
      permute(&state)
    }
    return (0..<28).map { UInt8(truncatingIfNeeded: state[$0 / 8] >> (8 * UInt64($0 % 8))) }
  }

  /// Keccak-f[1600]: 24 rounds of theta, rho with pi, chi and iota.
  private static func permute(_ state: inout [UInt64]) {
    var register: UInt8 = 1
    for _ in 0..<24 {
      let columns = (0..<5).map { x in stride(from: x, to: 25, by: 5).reduce(0) { $0 ^ state[$1] } }
      for index in state.indices {
        state[index] ^= columns[(index + 4) % 5] ^ rotated(columns[(index + 1) % 5], 1)
      }
      var (x, y) = (1, 0)
      var moving = state[1]
      for step in 0..<24 {
        (x, y) = (y, (2 * x + 3 * y) % 5)
        let next = state[x + 5 * y]
        state[x + 5 * y] = rotated(moving, (step + 1) * (step + 2) / 2 % 64)
        moving = next
      }
      for row in stride(from: 0, to: 25, by: 5) {
        let lanes = Array(state[row..<row + 5])
        for x in 0..<5 { state[row + x] = lanes[x] ^ ~lanes[(x + 1) % 5] & lanes[(x + 2) % 5] }
      }
      for bit in 0..<7 {
        if register & 1 == 1 { state[0] ^= 1 << (UInt64(1) << bit - 1) }
        register = register << 1 ^ (register >> 7 == 1 ? 0x71 : 0)
      }
    }
  }

  private static func rotated(_ word: UInt64, _ turns: Int) -> UInt64 {
    turns == 0 ? word : word << turns | word >> (64 - turns)
  }
}
