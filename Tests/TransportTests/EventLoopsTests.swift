import Testing

@testable import Transport

@Suite struct EventLoopsTests {
  @Test func fewHostsShareALoopAndManyAreSpread() {
    let indices = (0..<40).map { EventLoops.index(ofHost: $0, loops: 2) }
    #expect(indices.prefix(8).allSatisfy { $0 == 0 })
    #expect(indices[8..<16].allSatisfy { $0 == 1 })
    #expect(indices[16..<24].allSatisfy { $0 == 0 })
    #expect(indices[32..<40].allSatisfy { $0 == 0 })
  }

  @Test func oneLoopTakesAll() {
    #expect((0..<40).allSatisfy { EventLoops.index(ofHost: $0, loops: 1) == 0 })
  }
}
