import Transport
import Values

/// Keeps Debian packages. What is to be done is read from dpkg; where apt itself must decide (versions, dependencies), check
/// mode and `--diff` ask its simulation, and a real run lets it decide while it runs.
struct Apt: Module {
  let arguments: Arguments
  let context: ModuleContext
  let specs: [PackageSpec]
  let state: String
  let upgrade: Upgrade?
  let debFiles: [String]
  var commands: AptCommands { AptCommands(arguments) }

  enum Upgrade: Sendable, Hashable {
    case safe
    case full
  }

  init(_ arguments: Arguments, _ context: ModuleContext) throws(ModuleFailure) {
    self.arguments = arguments
    self.context = context
    state = arguments.string("state") ?? "present"
    debFiles = (arguments.string("deb") ?? "").split(separator: ",").map {
      PathText.expanded($0.trimmed, context.traits)
    }
    let items = (arguments.strings("package") ?? []).flatMap { $0.split(separator: ",") }.map(\.trimmed)
      .filter { !$0.isEmpty }
    var specs: [PackageSpec] = []
    for item in items where item != "*" { specs.append(try PackageSpec(item)) }
    self.specs = specs
    let isEverything = items.contains("*") && state == "latest"
    if isEverything, !specs.isEmpty {
      throw ModuleFailure("unable to install additional packages when upgrading all installed packages")
    }
    switch arguments.string("upgrade") ?? "no" {
    case "dist", "full": upgrade = .full
    case "yes", "safe": upgrade = .safe
    default: upgrade = isEverything ? .safe : nil
    }
    if !debFiles.isEmpty, state != "present" { throw ModuleFailure("deb only supports state=present") }
    for file in debFiles {
      if file.contains("://") {
        throw ModuleFailure("deb can't be a URL yet: fetch \(file) with get_url and give its path on the host.")
      }
      if !file.hasPrefix("/") { throw ModuleFailure("deb must be an absolute path on the host, not \(file).") }
    }
  }

  private var packageQuery: PackageQuery {
    PackageQuery(names: specs.map(\.name), asksForTime: (arguments.int("cache_valid_time") ?? 0) > 0)
  }

  private var first: [any Query] {
    [packageQuery] as [any Query] + (arguments.flag("clean") ? [AptArchiveQuery()] : [])
      + debFiles.map { DebFileQuery(path: $0) }
  }

  func queries() -> [any Query] { first }

  func plan(_ observed: Observations) throws(ModuleFailure) -> Planning {
    let missing = first.filter { !observed.holds($0) }
    guard missing.isEmpty, let packages = observed(packageQuery) else { return .ask(missing) }
    guard packages.hasApt else { throw ModuleFailure("Failed to find required executable \"apt-get\" on the host.") }
    var draft = AptDraft(self, packages)
    if arguments.flag("clean") { draft.clean(hasArchives: observed(AptArchiveQuery()) ?? true) }
    if needsUpdate(packages) { draft.update() }
    if let upgrade {
      draft.main = AptDraft.Main(commands.upgrade(isFull: upgrade == .full), .install)
    } else if !debFiles.isEmpty {
      try prepareFiles(observed, &draft)
    } else if !specs.isEmpty || state == "fixed" {
      if let more = try preparePackages(observed, packages, &draft) { return .ask(more) }
    } else if arguments.flag("autoremove") {
      draft.main = AptDraft.Main(commands.cleanUp("autoremove"), .install)
    } else if arguments.flag("autoclean") {
      draft.main = AptDraft.Main(commands.cleanUp("autoclean"), .cleaning)
    }
    guard let main = draft.main else { return .done(draft.finish()) }
    guard draft.needsSimulation else { return .done(draft.finish()) }
    let simulation = AptSimulationQuery(words: main.words)
    guard let simulated = observed(simulation) else { return .ask([simulation]) }
    return .done(try draft.finish(simulated))
  }

  private func needsUpdate(_ packages: PackageQuery.Answer) -> Bool {
    let validity = arguments.int("cache_valid_time") ?? 0
    guard arguments.flag("update_cache") || validity > 0 else { return false }
    guard validity > 0, let listTime = packages.listTime, let now = packages.hostTime else { return true }
    return listTime.addingReportingOverflow(validity).overflow ? false : listTime + validity < now
  }

  /// What to tell apt about the packages. Gives more questions when patterns have to be looked up first.
  private func preparePackages(
    _ observed: Observations, _ packages: PackageQuery.Answer, _ draft: inout AptDraft
  ) throws(ModuleFailure) -> [any Query]? {
    if state == "absent" {
      let present = specs.flatMap { spec in
        packages.matching(spec.name).filter { package in
          (package.status != "not-installed" && package.status != "config-files"
            || (package.status == "config-files" && arguments.flag("purge")))
            && (package.version.isEmpty || spec.isSatisfied(by: package.version))
        }.map { spec.name.contains(":") && !spec.isPattern ? spec.name : $0.name }
      }
      if !present.isEmpty { draft.main = AptDraft.Main(commands.remove(present.uniqued()), .remove) }
      return nil
    }
    if state == "build-dep" {
      draft.main = AptDraft.Main(commands.install(specs.map(\.aptArgument), verb: "build-dep"), .install)
      return nil
    }
    let patterns = specs.filter(\.isPattern).map { PackageNamesQuery(pattern: $0.name) }
    let unknown = patterns.filter { !observed.holds($0) }
    guard unknown.isEmpty else { return unknown }
    var items: [String] = []
    for spec in try expanded(observed) {
      let installed = packages.installed(spec.name)
      if installed.isEmpty, arguments.flag("only_upgrade") { continue }
      draft.wanted.append(spec)
      let isRight = installed.contains { $0.version.isEmpty || spec.isSatisfied(by: $0.version) }
      if isRight, state == "present" || (spec.comparison == .equal && state != "fixed") { continue }
      items.append(spec.aptArgument)
    }
    if !items.isEmpty || state == "fixed" {
      draft.main = AptDraft.Main(commands.install(items.uniqued()), .install)
    }
    return nil
  }

  private func expanded(_ observed: Observations) throws(ModuleFailure) -> [PackageSpec] {
    var result: [PackageSpec] = []
    for spec in specs {
      guard spec.isPattern else {
        result.append(spec)
        continue
      }
      let names = observed(PackageNamesQuery(pattern: spec.name)) ?? []
      if names.isEmpty { throw ModuleFailure("No package(s) matching '\(spec.name)' available") }
      for name in names {
        var single = spec
        single.name = name
        result.append(single)
      }
    }
    return result
  }

  private func prepareFiles(_ observed: Observations, _ draft: inout AptDraft) throws(ModuleFailure) {
    var items: [String] = []
    for file in debFiles {
      guard let found = observed(DebFileQuery(path: file)) else { continue }
      switch found {
      case .package(let package):
        if package.installedVersion.map({ DebianVersion($0) == DebianVersion(package.version) }) ?? false { continue }
        items.append(file)
        draft.predictions.append(
          .package(name: package.name, PackagePrediction(installed: true, version: package.version)))
      case .missing:
        throw ModuleFailure("Unable to install package: \(file) does not exist on the host.")
      case .notYet:
        draft.unknown = "\(file) is not on the host yet"
      case .unreadable(let reason):
        throw ModuleFailure("Unable to install package: \(reason)")
      }
    }
    if !items.isEmpty { draft.main = AptDraft.Main(commands.install(items), .install) }
  }
}

extension [String] {
  /// Each string once, where it first stands.
  fileprivate func uniqued() -> [String] {
    var seen: Set<String> = []
    return filter { seen.insert($0).inserted }
  }
}
