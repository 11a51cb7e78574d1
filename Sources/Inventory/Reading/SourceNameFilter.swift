import Values

/// Which names in a directory of sources are passed over: hidden files, `group_vars`, backups and the like.
struct SourceNameFilter {
  private let endings: [String]
  private let expressions: [HostNameExpression]

  init(_ options: InventoryOptions) throws(Diagnostic) {
    endings = options.ignoredExtensions
    var expressions: [HostNameExpression] = []
    for pattern in options.ignoredPatterns { expressions.append(try HostNameExpression(pattern)) }
    self.expressions = expressions
  }

  func matches(_ name: String) -> Bool {
    name.utf8.first == UInt8(ascii: ".") || ["group_vars", "host_vars", "vars_plugins"].contains(name)
      || name.hasSuffix(".tfstate.backup") || endings.contains { name.hasSuffix($0) }
      || expressions.contains { $0.occurs(in: name) }
  }
}
