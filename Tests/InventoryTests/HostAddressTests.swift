import Testing

@testable import Inventory

@Suite struct HostAddressTests {
  @Test(
    arguments: [
      ("a", "a", nil), ("a:22", "a", 22), ("a_b", "a_b", nil), ("_a", "_a", nil), ("::", "::", nil),
      ("::1", "::1", nil),
      ("1::", "1::", nil), ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8", nil), ("::ffff:1.2.3.4", "::ffff:1.2.3.4", nil),
      ("[::1]:22", "::1", 22), ("[a]:22", "a", 22), ("1.2.3.4:5", "1.2.3.4", 5), ("1.2.3.[1:5]", "1.2.3.[1:5]", nil),
      ("256.1.1.1", "256.1.1.1", nil), ("a[1:3]", "a[1:3]", nil), ("a[a:c]:22", "a[a:c]", 22),
      ("a[1:3:2]", "a[1:3:2]", nil), ("::[1:f]", "::[1:f]", nil), ("é.com", "é.com", nil),
      ("x[1:2]y[3:4].z", "x[1:2]y[3:4].z", nil), ("[1:2]", "[1:2]", nil), ("1::3:4:5:6:7:8", "1::3:4:5:6:7:8", nil),
    ] as [(String, String, Int?)])
  func isTakenApart(_ text: String, _ host: String, _ port: Int?) throws {
    let address = try #require(HostAddress(text))
    #expect(address.host == host)
    #expect(address.port == port)
  }

  @Test(arguments: [
    "", "-a", "a-", "a.b.", "1:2:3:4:5:6:7", "a:b", "1::2::3", ":::", "a@b", "a b", "a..b", "fe80::1%eth0", "[::1]",
    "a:", "a:x", "a.-b", "a[b:9]", "a[aa:bb]", "[", "]", "[]:1", ":22", "a]:22",
  ])
  func anythingElseIsNone(_ text: String) {
    #expect(HostAddress(text) == nil)
  }
}
