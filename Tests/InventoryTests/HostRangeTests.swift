import Testing

@testable import Inventory

@Suite struct HostRangeTests {
  @Test(arguments: [
    ("plain", ["plain"]), ("h[1:3]", ["h1", "h2", "h3"]), ("h[:2]", ["h0", "h1", "h2"]),
    ("h[08:10].x", ["h08.x", "h09.x", "h10.x"]), ("h[1:7:3]", ["h1", "h4", "h7"]), ("h[a:c]", ["ha", "hb", "hc"]),
    ("h[y:B]", ["hy", "hz", "hA", "hB"]), ("[1:2]-[a:b]", ["1-a", "1-b", "2-a", "2-b"]), ("h[5:1]", []),
    ("h[5:1][1:2]", []), ("h[3:1:-1]", ["h3", "h2", "h1"]),
    ("h[9223372036854775806:9223372036854775807:2]", ["h9223372036854775806"]),
    ("h[9223372036854775806:9223372036854775807]", ["h9223372036854775806", "h9223372036854775807"]),
  ])
  func standsForItsNames(_ range: String, _ names: [String]) throws {
    #expect(try HostRange.expand(range) == names)
  }

  @Test(arguments: [
    ("h[1:2:3:4]", "host range must be begin:end or begin:end:step"), ("h[1:]", "host range must specify end value"),
    ("h[01:3]", "host range must specify equal-length begin and end formats"),
    ("h[c:a]", "host range must have begin <= end"), ("h[x:9]", "'x' is not a whole number"),
    ("h[1:9:0]", "host range step must not be zero"),
    ("h[1:9999999999]", "the ranges stand for more than 2000000 hosts"),
    ("h[1:9999][1:9999]", "the ranges stand for more than 2000000 hosts"),
    ("h[0:-9223372036854775808:-1]", "the ranges stand for more than 2000000 hosts"),
    ("h[5:1][1:999999][1:999999]", "the ranges stand for more than 2000000 hosts"),
    ("h[-9223372036854775808:9223372036854775807]", "the ranges stand for more than 2000000 hosts"),
  ])
  func aBadOneSaysWhy(_ range: String, _ reason: String) {
    #expect { try HostRange.expand(range) } throws: { ($0 as? HostRangeError)?.reason == reason }
  }

  @Test func rangesWithoutEndAreNoDeeperThanOne() throws {
    let name = String(repeating: "[1:1]", count: 20_000)
    #expect(try HostRange.expand(name) == [String(repeating: "1", count: 20_000)])
  }
}
