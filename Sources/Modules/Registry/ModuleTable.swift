/// Every module that works on a host. A new module is a file of its own and one line here.
enum ModuleTable {
  static let modules: [any Module.Type] = [
    Apt.self,
    BlockInFile.self,
    Command.self,
    Copy.self,
    Cron.self,
    File.self,
    Find.self,
    Getent.self,
    Group.self,
    LineInFile.self,
    Ping.self,
    Raw.self,
    Replace.self,
    Service.self,
    Setup.self,
    Shell.self,
    Slurp.self,
    Stat.self,
    Systemd.self,
    Template.self,
    User.self,
  ]
}
