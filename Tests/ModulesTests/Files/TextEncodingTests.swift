import Testing
import Values

@testable import Modules

@Suite struct TextEncodingTests {
  @Test(
    arguments: [
      ("utf-8", [0x47, 0xC3, 0xB6]), ("ISO-8859-1", [0x47, 0xF6]), ("utf_16_le", [0x47, 0, 0xF6, 0]),
      ("utf-16", [0xFF, 0xFE, 0x47, 0, 0xF6, 0]), ("utf-16-be", [0, 0x47, 0, 0xF6]),
    ] as [(String, [UInt8])])
  func writes(_ name: String, _ bytes: [UInt8]) throws {
    #expect(try TextEncoding.encode(Array("Gö".utf8), as: name) == bytes)
  }

  @Test func refusesWhatAnEncodingHasNot() {
    #expect(throws: ModuleFailure("'ascii' codec can't encode character U+f6 in position 1")) {
      try TextEncoding.encode(Array("Gö".utf8), as: "ascii")
    }
    #expect(throws: ModuleFailure.self) { try TextEncoding.encode([], as: "klingon") }
  }
}
