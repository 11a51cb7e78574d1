import Jinja
import Testing
import Values

@testable import Playbook

/// The tables of filters, tests and lookups.
@Suite struct TemplatingTableTests {
  private static func names(_ functions: [TemplateFunction]) -> Set<String> {
    Set(functions.flatMap { [$0.name] + $0.aliases })
  }

  @Test func everyNameStandsOnceInItsTable() {
    for table in [
      AnsibleFilters.builtin, AnsibleTests.builtin, AddressFilters.all, CommunityFilters.all, TrustFilters.all,
      TOMLFilters.all,
    ] {
      let names = table.flatMap { [$0.name] + $0.aliases }
      #expect(Set(names).count == names.count)
    }
    #expect(Set(LookupTable.names).count == LookupTable.names.count)
  }

  @Test("Every filter, test and lookup has at least two fixture cases, one of them bad input")
  func everyFunctionHasFixtures() throws {
    let cases = try TemplatingFixtures.names.flatMap(TemplatingFixtures.cases)
    let bySubject = Dictionary(grouping: cases, by: \.subject)
    let functions =
      AnsibleFilters.builtin + AnsibleTests.builtin + AddressFilters.all + CommunityFilters.all + TrustFilters.all
      + AnsibleTests.provenance
    // A test that nothing can make fail has cases where it does not hold instead.
    let neverFails: Set<String> = [
      "uri", "url", "urn", "nan", "ansible.utils.network_in_network", "ansible.utils.network_in_usable",
      "ansible.utils.nthhost", "ansible.utils.next_nth_usable", "ansible.utils.previous_nth_usable",
      "ansible.utils.slaac",
      "ansible.utils.reduce_on_network",
    ]
    for name in functions.map(\.name) + LookupTable.all.map(\.name) {
      let own = bySubject[name] ?? bySubject["community.general.\(name)"] ?? []
      #expect(own.count >= 2, "\(name) has no two fixture cases")
      if neverFails.contains(name) || own.count < 2 { continue }
      #expect(own.contains { $0.isFailing }, "\(name) has no fixture case with bad input")
    }
  }

  @Test func everyNameOfAnsibleBuiltinIsThere() throws {
    let filters = Self.names(AnsibleFilters.all)
    let tests = Self.names(AnsibleTests.all)
    for line in try TemplatingFixtures.lines("builtin-names.txt") where !line.isEmpty && !line.hasPrefix("#") {
      let parts = line.split(separator: " ").map(String.init)
      for name in parts.dropFirst() {
        switch parts[0] {
        case "filter:": #expect(filters.contains(name) && filters.contains("ansible.builtin.\(name)"), "filter \(name)")
        case "test:": #expect(tests.contains(name) && tests.contains("ansible.builtin.\(name)"), "test \(name)")
        default:
          #expect(LookupTable.find(name) != nil && LookupTable.find("ansible.builtin.\(name)") != nil, "lookup \(name)")
        }
      }
    }
  }

  @Test func theCompatibilityListNamesWhatTheTablesHold() throws {
    let top = TemplatingWorld.folder.split(separator: "/").dropLast(4).joined(separator: "/")
    let text = String(decoding: try LocalFile.read("/\(top)/COMPATIBILITY.md"), as: UTF8.self)
    let listed = text.split(separator: "<!-- templating -->").last?.split(separator: "<!-- end of templating -->").first
    var rows: [String: Set<String>] = [:]
    for row in try #require(listed).split(separator: "\n") {
      let cells = row.split(separator: "|").map { $0.trimmingCharacters }
      guard cells.count >= 2 else { continue }
      rows[cells[0]] = Set(cells[1].split(separator: " ").map { $0.filter { $0 != "`" } })
    }
    func last(_ name: String) -> String { String(name.split(separator: ".").last ?? "") }
    let lookups = Set(LookupTable.all.filter { $0.aliases.isEmpty }.map(\.name))
    #expect(rows["filters of `ansible.builtin`"] == Set(AnsibleFilters.builtin.map(\.name)))
    #expect(rows["tests of `ansible.builtin`"] == Set(AnsibleTests.builtin.map(\.name)))
    #expect(rows["lookups of `ansible.builtin`"] == lookups)
    #expect(rows["filters of `ansible.utils`"] == Set(AddressFilters.all.map { last($0.name) }))
    #expect(rows["filters of `community.general`"] == Set(CommunityFilters.all.map { last($0.name) }))
    #expect(rows["filters of `ansible._protomatter`"] == Set(TrustFilters.all.map { last($0.name) }))
    #expect(rows["filters beyond ansible's"] == Set(TOMLFilters.all.map(\.name)))
    #expect(rows["tests of `ansible._protomatter`"] == Set(AnsibleTests.provenance.map { last($0.name) }))
    #expect(rows["lookups of `community.general`"] == Set(LookupTable.all.map(\.name)).subtracting(lookups))
  }
}

extension Substring {
  fileprivate var trimmingCharacters: String { String(self).trimmingBlanks }
}
