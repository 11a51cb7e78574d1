import Values

/// Every lookup by name: the one table that templates, `with_*` and the documentation derive from.
package enum LookupTable {
  package static let all: [LookupFunction] =
    ListLookups.all + FileLookups.all + FileTreeLookup.all + PasswordLookup.all + URLLookup.all + ControllerLookups.all

  private static let byName: [String: LookupFunction] = Dictionary(
    all.flatMap { function in
      ([function.name] + function.aliases).flatMap {
        [($0, function), ("ansible.builtin.\($0)", function), ("ansible.legacy.\($0)", function)]
      }
    }, uniquingKeysWith: { first, _ in first })

  package static func find(_ name: String) -> LookupFunction? { byName[name] }

  package static var names: [String] { all.flatMap { [$0.name] + $0.aliases } }
}
