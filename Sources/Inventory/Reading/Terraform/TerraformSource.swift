import Values

/// The machines of a Terraform state as hosts, in groups by type, module and tag.
///
/// Either the state's file itself is the source, or a configuration of `cloud.terraform.terraform_state` that names it.
struct TerraformSource {
  private let machines: [TerraformMachine]
  private let construction: HostConstruction?
  private let place: Place

  /// - Parameter construction: `compose`, `groups` and `keyed_groups`, where a configuration has them.
  init(_ bytes: [UInt8], of file: SourceFile, construction: HostConstruction? = nil) throws(Diagnostic) {
    machines = try TerraformState.machines(bytes, of: file)
    self.construction = construction
    place = Place(file, line: 1, column: 1)
  }

  /// The state that a configuration of the plugin names, and what else it wants.
  init(_ configuration: SourceConfiguration, options: InventoryOptions) throws(Diagnostic) {
    let backend = configuration.string("backend_type") ?? "local"
    guard backend == "local" else {
      throw Diagnostic(
        .invalid, "The backend '\(backend)' of a Terraform state is not known yet", at: configuration.place,
        help: "Fetch it with 'terraform state pull > terraform.tfstate' and use that file as the inventory.")
    }
    let named = try configuration.mapping("backend_config")["path"]?.string ?? "terraform.tfstate"
    let path = FileSystem.absolute(named, in: FileSystem.directory(of: configuration.place.file.path))
    let bytes = try FileSystem.read(path)
    try self.init(
      bytes, of: SourceFile(path: path, text: String(lossless: bytes)),
      construction: HostConstruction(configuration, engine: options.engine))
  }

  func apply(to graph: inout InventoryGraph) throws(Diagnostic) {
    var counts: [String: Int] = [:]
    for machine in machines { counts[machine.name, default: 0] += 1 }
    let top = graph.addGroup("terraform")
    for machine in machines {
      // Two machines must never become one host.
      let isUnique = counts[machine.name] == 1 || machine.id.isEmpty
      let host = graph.addHost(isUnique ? machine.name : "\(machine.name)_\(machine.id)", to: top)
      var variables = machine.attributes
      variables["terraform_type"] = .string(machine.type)
      variables["terraform_resource"] = .string(machine.resource)
      variables["terraform_module"] = .string(machine.module.joined(separator: "."))
      if let address = machine.address { variables["ansible_host"] = .string(address) }
      for (key, value) in variables { graph.setVariable(key, to: value, ofHost: host, at: place) }
      try addGroups(of: machine, host, to: &graph)
      try construction?.compose(host, variables, in: &graph)
      try construction?.group(host, variables.merging(graph.ownVariables(of: host)), in: &graph)
    }
  }

  private func addGroups(
    of machine: TerraformMachine, _ host: InventoryGraph.HostID, to graph: inout InventoryGraph
  ) throws(Diagnostic) {
    graph.add(host, to: graph.addGroup(GroupName.safe("type_\(machine.type)")))
    for (key, value) in machine.tags {
      graph.add(host, to: graph.addGroup(GroupName.safe("tag_\(PythonText.str(key.value))_\(PythonText.str(value))")))
    }
    for word in machine.words { graph.add(host, to: graph.addGroup(GroupName.safe("tag_\(word)"))) }
    // The group of a module is within that of the module around it.
    var outer: InventoryGraph.GroupID?
    for depth in machine.module.indices {
      let name = machine.module[...depth].joined(separator: "_")
      let group = graph.addGroup(GroupName.safe("module_\(name)"))
      if let outer, outer != group {
        do throws(GroupLoop) {
          try graph.addChild(group, to: outer)
        } catch {
          throw Diagnostic(.invalid, error.message, at: place)
        }
      }
      outer = group
    }
    if let outer { graph.add(host, to: outer) }
  }
}
