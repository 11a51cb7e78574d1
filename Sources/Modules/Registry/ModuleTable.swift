/// Every module that works on a host. A new module is a file of its own and one line here.
enum ModuleTable {
  static let modules: [any Module.Type] = [
    Command.self,
    Copy.self,
    File.self,
    Ping.self,
    Raw.self,
    Shell.self,
    Slurp.self,
    Stat.self,
    Template.self,
  ]
}
