import Testing
import Values

@Suite struct MapTests {
  @Test(arguments: [3, 12, 13, 200])
  func membersKeepTheOrderInWhichTheyWereFirstWritten(_ count: Int) {
    var map = map(of: count)
    map["k1"] = "again"
    #expect(map.keys.map(\.string) == (0..<count).map { "k\($0)" })
    #expect(map["k1"] == "again")
    #expect(map["k\(count - 1)"] == .int(count - 1))
    #expect(map["nope"] == nil)
  }

  @Test(arguments: [3, 13, 200])
  func whatIsLeftAfterARemovalIsFound(_ count: Int) {
    var map = map(of: count)
    #expect(map.removeValue(forKey: "k1") == 1)
    #expect(map.removeValue(forKey: "k1") == nil)
    map["k0"] = nil
    #expect(map.count == count - 2)
    #expect(map["k\(count - 1)"] == .int(count - 1))
    map["k1"] = "last"
    #expect(map.keys.last == "k1")
  }

  @Test(arguments: [2, 50])
  func aCopyKeepsItsMembers(_ count: Int) {
    let map = map(of: count)
    var copy = map
    copy["k0"] = "changed"
    copy["new"] = "added"
    #expect(map["k0"] == 0)
    #expect(map["new"] == nil)
    #expect(map.merging(copy).count == count + 1)
  }

  @Test(arguments: [0, 50])
  func numbersThatAreEqualAreOneKey(_ count: Int) {
    var map = map(of: count)
    map[.int(1)] = "int"
    map[.double(1)] = "float"
    map[.bool(true)] = "bool"
    #expect(map.count == count + 1)
    #expect(map[.int(1)] == "bool")
    #expect(map.keys.last?.value == 1)
  }

  /// Python compares code points: Swift's own `==` would take these two for one key.
  @Test(arguments: [0, 50])
  func spellingsOfALetterAreTwoKeys(_ count: Int) {
    var map = map(of: count)
    map["\u{e9}"] = 1
    map["e\u{301}"] = 2
    #expect(map.count == count + 2)
    #expect(map["\u{e9}"] == 1)
  }

  @Test func aWrongHintIsPutRight() {
    let map = map(of: 5)
    for start in [-1, 0, 3, 4, 99] {
      var hint = start
      #expect(map.value(of: "k3", near: &hint) == 3)
      #expect(hint == 3)
    }
  }

  @Test func mapsWithTheSameMembersAreEqualInAnyOrder() {
    let map = map(of: 20)
    var other = Map()
    for (key, value) in map.reversed() { other[key] = value }
    #expect(map == other)
    other["k3"] = "x"
    #expect(map != other)
  }

  private func map(of count: Int) -> Map {
    var map = Map()
    for number in 0..<count { map["k\(number)"] = .int(number) }
    return map
  }
}
