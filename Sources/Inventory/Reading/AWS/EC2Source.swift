import Jinja
import Values

/// The plugin `amazon.aws.aws_ec2`: the instances of EC2's regions as hosts.
struct EC2Source {
  private let configuration: SourceConfiguration
  private let options: InventoryOptions
  private let construction: HostConstruction
  private let names: EC2HostNames

  /// Options that the real plugin has and we have not.
  private static let missing = ["use_ssm_inventory", "route53_enabled"]

  init(_ configuration: SourceConfiguration, options: InventoryOptions) throws(Diagnostic) {
    self.configuration = try configuration.resolving(
      [
        "access_key", "secret_key", "session_token", "profile", "endpoint_url", "assume_role_arn", "region", "regions",
        "filters",
      ], options.engine)
    self.options = options
    // Names as the old script ec2.py made them keep their dashes.
    let keepsDashes = configuration.flag("use_contrib_script_compatible_sanitization")
    let fitting: @Sendable (String) -> String = { GroupName.safe($0, keepingDashes: keepsDashes) }
    construction = try HostConstruction(configuration, engine: options.engine, fitting: fitting)
    names = try EC2HostNames(configuration, engine: options.engine, fitting: fitting)
    for option in Self.missing where configuration.flag(option) {
      throw Diagnostic(.invalid, "swiftible does not know the option '\(option)' yet", at: configuration.place)
    }
  }

  /// Lists the instances, or takes them from the cache, and puts them into the graph.
  ///
  /// - Parameter world: the network and the clock.
  /// - Returns: what was odd.
  func apply(
    to graph: inout InventoryGraph, cache: InventoryCache, in world: AWSWorld
  ) async throws(Diagnostic) -> [Diagnostic] {
    var warnings: [Diagnostic] = []
    let instances: [Map]
    if let cached = cache.value?.list {
      instances = cached.compactMap(\.map)
    } else {
      do throws(AWSFailure) {
        (instances, warnings) = try await query(world)
      } catch {
        throw Diagnostic(
          .invalid, "Failed to describe instances: \(error.message)", at: configuration.place,
          help: Self.help(for: error))
      }
      if let warning = cache.store(.list(instances.map { .map($0) })) { warnings.append(warning) }
    }
    let group = graph.addGroup("aws_ec2")
    for instance in instances { try add(instance, to: group, of: &graph) }
    return warnings
  }

  private static func help(for failure: AWSFailure) -> String? {
    switch failure.code {
    case _ where failure.isPermission:
      "The credentials need ec2:DescribeInstances; 'strict_permissions: false' passes over regions that refuse it."
    case "AuthFailure", "InvalidClientTokenId", "SignatureDoesNotMatch", "UnrecognizedClientException":
      "AWS does not know these credentials, or the clock of this machine is wrong."
    case "ExpiredToken", "RequestExpired": "The temporary credentials have expired: get new ones."
    default: nil
    }
  }

  // MARK: - The query

  private func query(_ world: AWSWorld) async throws(AWSFailure) -> ([Map], [Diagnostic]) {
    let environment = options.environment
    let home =
      configuration.string("region") ?? environment["AWS_REGION"] ?? environment["AWS_DEFAULT_REGION"] ?? environment[
        "EC2_REGION"] ?? "us-east-1"
    let endpoint =
      configuration.string("endpoint_url", "endpoint", "aws_endpoint_url", "ec2_url") ?? environment["AWS_URL"]
      ?? environment["EC2_URL"]
    let credentials = try await credentials(world, region: home, endpoint: endpoint)
    let ec2Endpoint = endpoint ?? environment["AWS_ENDPOINT_URL_EC2"] ?? environment["AWS_ENDPOINT_URL"]
    let attempts = environment["AWS_MAX_ATTEMPTS"].flatMap { Int($0) } ?? 6
    let listing = EC2Listing(
      client: { region in
        AWSClient(
          world: world, credentials: credentials, region: region, service: "ec2", apiVersion: "2016-11-15",
          endpoint: ec2Endpoint, attempts: min(max(attempts, 1), 20))
      }, isStrict: configuration.flag("strict_permissions", default: true))
    var regions = (try? configuration.list("regions"))?.map { PythonText.str($0) } ?? []
    if regions.isEmpty { regions = try await listing.regions(asking: home) }

    var skipped: Set<String> = []
    var excluded: Set<String> = []
    for filter in filters("exclude_filters") {
      let found = try await listing.instances(in: regions, filter)
      excluded.formUnion(found.instances.compactMap { $0["instance_id"]?.string })
      skipped.formUnion(found.skipped)
    }
    var included = filters("include_filters")
    if let first = configuration.options["filters"]?.map, !first.isEmpty {
      included.insert(EC2Filter.filters(of: first), at: 0)
    }
    if included.isEmpty { included = [[]] }
    var instances: [(id: String, instance: Map)] = []
    for filter in included {
      let found = try await listing.instances(in: regions, filter)
      skipped.formUnion(found.skipped)
      for instance in found.instances {
        let id = instance["instance_id"]?.string ?? ""
        if excluded.insert(id).inserted { instances.append((id, instance)) }
      }
    }
    instances.sort { $0.id.utf8.lexicographicallyPrecedes($1.id.utf8) }
    let warnings = skipped.sorted().map {
      Diagnostic(.invalid, "A region was passed over: \($0)", at: configuration.place)
    }
    return (instances.map(\.instance), warnings)
  }

  private func filters(_ option: String) -> [[EC2Filter]] {
    ((try? configuration.list(option)) ?? []).compactMap(\.map).map(EC2Filter.filters)
  }

  private func credentials(
    _ world: AWSWorld, region: String, endpoint: String?
  ) async throws(AWSFailure) -> AWSCredentials {
    let chain = AWSCredentialChain(
      environment: options.environment, world: world, region: region, endpoint: endpoint,
      contents: { try? FileSystem.read($0) })
    let profile = configuration.string("profile", "aws_profile", "boto_profile")
    var credentials: AWSCredentials
    if let key = configuration.string("access_key", "aws_access_key_id", "aws_access_key", "ec2_access_key") {
      guard let secret = configuration.secret("secret_key", "aws_secret_access_key", "aws_secret_key", "ec2_secret_key")
      else { throw AWSFailure(code: nil, message: "there is an access_key without a secret_key") }
      guard profile == nil else {
        throw AWSFailure(code: nil, message: "both a profile and an access_key are given; one of them must go")
      }
      credentials = AWSCredentials(
        accessKey: key, secretKey: secret,
        token: configuration.secret("session_token", "aws_session_token", "security_token", "aws_security_token"))
    } else {
      credentials = try await chain.credentials(profile: profile)
    }
    if let role = configuration.string("assume_role_arn", "iam_role_arn") {
      credentials = try await chain.assume(
        role, with: credentials, session: "ansible_aws_amazon.aws.aws_ec2_dynamic_inventory")
    }
    return credentials
  }

  // MARK: - Hosts

  private func add(
    _ instance: Map, to group: InventoryGraph.GroupID, of graph: inout InventoryGraph
  ) throws(Diagnostic) {
    let hostNames = try names.names(of: instance)
    guard !hostNames.isEmpty else { return }
    let variables = variables(of: instance)
    for name in hostNames {
      let host = graph.addHost(name, to: group)
      for (key, value) in variables { graph.setVariable(key, to: value, ofHost: host, at: configuration.place) }
      try construction.compose(host, variables, in: &graph)
      try construction.group(host, variables.merging(graph.ownVariables(of: host)), in: &graph)
    }
  }

  /// What the host's variables are: the instance's attributes, tags by name, the region.
  private func variables(of instance: Map) -> Map {
    var variables = instance
    var tags = Map()
    for tag in instance["tags"]?.list ?? [] {
      if let key = tag["key"]?.string { tags[key] = tag["value"] ?? "" }
    }
    variables["tags"] = .map(tags)
    var placement = variables["placement"]?.map ?? Map()
    placement["region"] = .string(String((placement["availability_zone"]?.string ?? "").dropLast()))
    variables["placement"] = .map(placement)
    if configuration.flag("use_contrib_script_compatible_ec2_tag_keys") {
      for (key, value) in tags { variables[.string("ec2_tag_" + PythonText.str(key.value))] = value }
    }
    let prefix = configuration.string("hostvars_prefix") ?? ""
    let suffix = configuration.string("hostvars_suffix") ?? ""
    guard !prefix.isEmpty || !suffix.isEmpty else { return variables }
    return variables.reduce(into: Map()) { $0[prefix + PythonText.str($1.key.value) + suffix] = $1.value }
  }
}
