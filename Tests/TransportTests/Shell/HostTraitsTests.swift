import Testing

@testable import Transport

@Suite struct HostTraitsTests {
  @Test(arguments: [
    (
      "Linux\n1\n0 root\n/root",
      HostTraits(system: "Linux", hasGNUTools: true, user: "root", userID: 0, home: "/root")
    ),
    (
      "FreeBSD\n0\n1001 DOM\\some user\n/home/a\nb",
      HostTraits(system: "FreeBSD", hasGNUTools: false, user: "DOM\\some user", userID: 1001, home: "/home/a\nb")
    ),
    (
      "Linux\n0\n1000 \n",
      HostTraits(system: "Linux", hasGNUTools: false, user: "1000", userID: 1000, home: "")
    ),
  ])
  func theProbeIsRead(_ output: String, _ traits: HostTraits) throws {
    #expect(try HostTraits(probed: Array(output.utf8)) == traits)
  }

  @Test(arguments: ["", "Linux", "Linux\n1\n\n/root", "Linux\n1\nroot 0\n/root"])
  func nonsenseIsAnError(_ output: String) {
    let error = #expect(throws: TransportError.self) { try HostTraits(probed: Array(output.utf8)) }
    #expect(error?.kind == .protocolMismatch)
  }
}
