import Testing
import Values

@Suite struct LosslessBytesTests {
  @Test(
    arguments: [[0xFF, 0x41], [0x41, 0x80, 0xC3, 0xA9], [0xC3], [0xF4, 0x8F, 0xB8, 0x81], [], [0xED, 0xA0, 0x80]]
      as [[UInt8]])
  func bytesComeBackAsTheyWere(_ bytes: [UInt8]) {
    #expect(String(lossless: bytes).losslessBytes == bytes)
  }

  @Test func validTextStaysItself() {
    #expect(String(lossless: Array("né".utf8)) == "né")
  }
}
