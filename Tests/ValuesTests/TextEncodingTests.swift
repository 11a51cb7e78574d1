import Testing
import Values

@Suite struct TextEncodingTests {
  @Test(
    arguments: [
      ("utf-8", [0x47, 0xC3, 0xB6]), ("ISO-8859-1", [0x47, 0xF6]), ("utf_16_le", [0x47, 0, 0xF6, 0]),
      ("utf-16", [0xFF, 0xFE, 0x47, 0, 0xF6, 0]), ("utf-16-be", [0, 0x47, 0, 0xF6]),
    ] as [(String, [UInt8])])
  func writesAndReads(_ name: String, _ bytes: [UInt8]) throws {
    let encoding = try TextEncoding(name)
    #expect(try encoding.bytes("Gö") == bytes)
    #expect(try encoding.text(bytes) == "Gö")
  }

  @Test func refusesWhatAnEncodingHasNot() {
    let error = #expect(throws: Diagnostic.self) { try TextEncoding("ascii").bytes("Gö") }
    #expect(error?.message == "the character 'ö' can't be written in the encoding ascii")
    #expect(throws: Diagnostic.self) { try TextEncoding("klingon") }
  }
}
