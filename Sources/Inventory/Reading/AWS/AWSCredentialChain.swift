import Values

/// Finds the credentials to sign with, in the order of Amazon's SDKs: what the configuration says, the environment, a profile, a web
/// identity, the container's role, the instance's role.
struct AWSCredentialChain {
  let environment: [String: String]
  let world: AWSWorld
  let region: String
  let endpoint: String?
  /// The content of a file, or `nil` where there is none.
  let contents: @Sendable (String) -> [UInt8]?

  private static let profileDepth = 5
  private static let metadataTimeout = Duration.seconds(2)

  /// - Parameter profile: the one that the configuration names; then the environment's keys don't count.
  func credentials(profile: String?) async throws(AWSFailure) -> AWSCredentials {
    if profile == nil, let found = fromEnvironment { return found }
    let name = profile ?? environment["AWS_PROFILE"] ?? environment["AWS_DEFAULT_PROFILE"]
    let profiles = profiles
    if let found = try await credentials(of: name ?? "default", in: profiles, depth: 0) { return found }
    if let name {
      let known = profiles.names
      throw AWSFailure(
        code: nil,
        message: profiles[name] == nil
          ? "there is no profile '\(name)' (known: \(known.isEmpty ? "none" : known.joined(separator: ", ")))"
          : "the profile '\(name)' has no credentials")
    }
    if let found = try await fromWebIdentity() { return found }
    if let found = try await fromContainer() { return found }
    if let found = try await fromInstance() { return found }
    throw AWSFailure(
      code: nil,
      message:
        "no credentials were found: neither access_key and secret_key or profile in this file, nor AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, nor a default profile in \(credentialsPath), nor a role of a container or an EC2 instance"
    )
  }

  private var fromEnvironment: AWSCredentials? {
    guard let key = environment["AWS_ACCESS_KEY_ID"] ?? environment["AWS_ACCESS_KEY"],
      let secret = environment["AWS_SECRET_ACCESS_KEY"] ?? environment["AWS_SECRET_KEY"], !key.isEmpty
    else { return nil }
    let token = environment["AWS_SESSION_TOKEN"] ?? environment["AWS_SECURITY_TOKEN"]
    return AWSCredentials(accessKey: key, secretKey: Secret(secret), token: token.map { Secret($0) })
  }

  // MARK: - Profiles

  private var home: String { environment["HOME"] ?? "" }
  private var credentialsPath: String { environment["AWS_SHARED_CREDENTIALS_FILE"] ?? "\(home)/.aws/credentials" }

  private var profiles: AWSProfiles {
    let config = environment["AWS_CONFIG_FILE"] ?? "\(home)/.aws/config"
    return AWSProfiles(
      credentials: contents(credentialsPath).map { String(lossless: $0) },
      config: contents(config).map { String(lossless: $0) })
  }

  private func credentials(
    of name: String, in profiles: AWSProfiles, depth: Int
  ) async throws(AWSFailure) -> AWSCredentials? {
    guard let profile = profiles[name] else { return nil }
    guard depth < Self.profileDepth else {
      throw AWSFailure(
        code: nil, message: "the profile '\(name)' is its own source, or the chain of profiles is too long")
    }
    if let role = profile["role_arn"], profile["source_profile"] != name || depth == 0 {
      let session = profile["role_session_name"] ?? "swiftible"
      if let file = profile["web_identity_token_file"] {
        return try await assumeWithToken(role, file: file, session: session)
      }
      var source: AWSCredentials?
      if let other = profile["source_profile"] {
        source =
          other == name ? Self.keys(of: profile) : try await credentials(of: other, in: profiles, depth: depth + 1)
      } else {
        switch profile["credential_source"] {
        case "Environment": source = fromEnvironment
        case "EcsContainer": source = try await fromContainer()
        case "Ec2InstanceMetadata": source = try await fromInstance()
        default: break
        }
      }
      guard let source else {
        throw AWSFailure(
          code: nil, message: "the profile '\(name)' has a role_arn but no credentials to assume it with")
      }
      return try await assume(role, with: source, session: session, externalID: profile["external_id"])
    }
    if let found = Self.keys(of: profile) { return found }
    for unsupported in ["credential_process", "sso_session", "sso_start_url"] where profile[unsupported] != nil {
      throw AWSFailure(
        code: nil, message: "the profile '\(name)' uses \(unsupported), which swiftible does not know yet")
    }
    return nil
  }

  private static func keys(of profile: [String: String]) -> AWSCredentials? {
    guard let key = profile["aws_access_key_id"], let secret = profile["aws_secret_access_key"] else { return nil }
    return AWSCredentials(
      accessKey: key, secretKey: Secret(secret), token: profile["aws_session_token"].map { Secret($0) })
  }

  // MARK: - Roles

  /// Temporary credentials of a role.
  func assume(
    _ role: String, with credentials: AWSCredentials, session: String, externalID: String? = nil
  ) async throws(AWSFailure) -> AWSCredentials {
    var parameters = [("RoleArn", role), ("RoleSessionName", session)]
    if let externalID { parameters.append(("ExternalId", externalID)) }
    let answer = try await client(credentials).call("AssumeRole", parameters.map { (name: $0.0, value: $0.1) })
    return try Self.credentials(in: answer.descendant("AssumeRoleResult", "Credentials"), of: role)
  }

  private func fromWebIdentity() async throws(AWSFailure) -> AWSCredentials? {
    guard let file = environment["AWS_WEB_IDENTITY_TOKEN_FILE"], let role = environment["AWS_ROLE_ARN"] else {
      return nil
    }
    return try await assumeWithToken(role, file: file, session: environment["AWS_ROLE_SESSION_NAME"] ?? "swiftible")
  }

  private func assumeWithToken(_ role: String, file: String, session: String) async throws(AWSFailure) -> AWSCredentials
  {
    guard let token = contents(file) else {
      throw AWSFailure(code: nil, message: "the web identity token '\(file)' can't be read")
    }
    let answer = try await client(nil).call(
      "AssumeRoleWithWebIdentity",
      [
        ("RoleArn", role), ("RoleSessionName", session),
        ("WebIdentityToken", String(lossless: token[...].trimmed)),
      ])
    return try Self.credentials(in: answer.descendant("AssumeRoleWithWebIdentityResult", "Credentials"), of: role)
  }

  private func client(_ credentials: AWSCredentials?) -> AWSClient {
    AWSClient(
      world: world, credentials: credentials, region: region, service: "sts", apiVersion: "2011-06-15",
      endpoint: endpoint ?? environment["AWS_ENDPOINT_URL_STS"] ?? environment["AWS_ENDPOINT_URL"])
  }

  private static func credentials(in element: XMLElement?, of role: String) throws(AWSFailure) -> AWSCredentials {
    guard let key = element?["AccessKeyId"]?.text, let secret = element?["SecretAccessKey"]?.text,
      let token = element?["SessionToken"]?.text
    else { throw AWSFailure(code: nil, message: "the answer to assuming '\(role)' holds no credentials") }
    return AWSCredentials(accessKey: key, secretKey: Secret(secret), token: Secret(token))
  }

  // MARK: - What the machine is given

  private func fromContainer() async throws(AWSFailure) -> AWSCredentials? {
    let relative = environment["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"].map { "http://169.254.170.2\($0)" }
    guard let url = relative ?? environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"] else { return nil }
    guard var request = WebRequest(url: url) else {
      throw AWSFailure(code: nil, message: "'\(url)' is no address of a container's credentials")
    }
    let file = environment["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"]
    let token = file.flatMap(contents).map { String(lossless: $0[...].trimmed) }
    if let token = token ?? environment["AWS_CONTAINER_AUTHORIZATION_TOKEN"] {
      request.headers = [("authorization", token)]
    }
    return try Self.credentials(inJSON: try await fetch(request, "the container's credentials"), "the container")
  }

  /// By the instance metadata service, version 2.
  private func fromInstance() async throws(AWSFailure) -> AWSCredentials? {
    guard environment["AWS_EC2_METADATA_DISABLED"]?.lowercased() != "true" else { return nil }
    let base = environment["AWS_EC2_METADATA_SERVICE_ENDPOINT"] ?? "http://169.254.169.254"
    let root = base.hasSuffix("/") ? String(base.dropLast()) : base
    guard var request = WebRequest(url: "\(root)/latest/api/token") else {
      throw AWSFailure(code: nil, message: "'\(base)' is no address of an instance metadata service")
    }
    request.method = "PUT"
    request.headers = [("x-aws-ec2-metadata-token-ttl-seconds", "300")]
    // Where nothing answers, this is no EC2 instance.
    guard let answer = try? await world.transport.send(request, timeout: Self.metadataTimeout), answer.status == 200
    else { return nil }
    let token = String(lossless: answer.body)
    let path = "\(root)/latest/meta-data/iam/security-credentials/"
    func get(_ url: String) async throws(AWSFailure) -> [UInt8]? {
      guard var request = WebRequest(url: url) else { return nil }
      request.headers = [("x-aws-ec2-metadata-token", token)]
      return try await fetch(request, "the instance's role")
    }
    guard let role = try await get(path).map({ String(lossless: $0[...].trimmed) }), !role.isEmpty,
      let body = try await get(path + role)
    else { return nil }
    return try Self.credentials(inJSON: body, "the instance")
  }

  private func fetch(_ request: WebRequest, _ what: String) async throws(AWSFailure) -> [UInt8] {
    do throws(WebFailure) {
      let answer = try await world.transport.send(request, timeout: Self.metadataTimeout)
      guard answer.status == 200 else {
        throw WebFailure(reason: "status \(answer.status)", isTransient: false)
      }
      return answer.body
    } catch {
      throw AWSFailure(code: nil, message: "\(what) can't be fetched: \(error.reason)")
    }
  }

  private static func credentials(inJSON body: [UInt8], _ what: String) throws(AWSFailure) -> AWSCredentials {
    guard let answer = try? JSONReader.read(body, from: nil, trusted: false),
      let key = answer["AccessKeyId"]?.string, let secret = answer["SecretAccessKey"]?.string
    else { throw AWSFailure(code: nil, message: "the credentials of \(what)'s role can't be read") }
    return AWSCredentials(accessKey: key, secretKey: Secret(secret), token: answer["Token"]?.string.map { Secret($0) })
  }
}
