/// Every module that works on a host. A new module is a file of its own and one line here.
enum ModuleTable {
  static let modules: [any Module.Type] = []
}
