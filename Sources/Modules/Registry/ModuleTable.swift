/// Every module that works on a host. A new module is a file of its own and one line here.
enum ModuleTable {
  static let modules: [any Module.Type] = [
    Command.self,
    Copy.self,
    Apt.self,
    Cron.self,
    File.self,
    Getent.self,
    Group.self,
    Ping.self,
    Raw.self,
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
