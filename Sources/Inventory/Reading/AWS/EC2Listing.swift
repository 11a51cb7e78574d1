import Values

/// Lists instances, region by region at once, page by page.
struct EC2Listing {
  let client: @Sendable (_ region: String) -> AWSClient
  /// Whether a region that we may not list is an error.
  let isStrict: Bool
  /// As large as AWS allows.
  var pageSize = 1000

  /// No account has more: a server that never ends its pages must.
  private static let pageBudget = 10_000
  private static let regionsAtOnce = 8

  /// The names of all regions that the account may use.
  func regions(asking region: String) async throws(AWSFailure) -> [String] {
    let answer = try await client(region).call("DescribeRegions", [])
    return (answer["regionInfo"]?.children ?? []).compactMap { $0["regionName"]?.text }
  }

  struct Result: Sendable {
    var instances: [Map] = []
    /// Regions that were passed over, and why.
    var skipped: [String] = []
  }

  /// The instances that match all filters, in the order of the regions.
  func instances(in regions: [String], _ filters: [EC2Filter]) async throws(AWSFailure) -> Result {
    var filters = filters
    if !filters.contains(where: { $0.name == EC2Filter.living.name }) { filters.append(.living) }
    let all = filters
    typealias Page = (region: Int, outcome: Swift.Result<[Map], AWSFailure>)
    let pages = await withTaskGroup(of: Page.self) { group in
      var pages: [Swift.Result<[Map], AWSFailure>?] = Array(repeating: nil, count: regions.count)
      var next = 0
      func start() {
        guard next < regions.count else { return }
        let number = next
        next += 1
        group.addTask { (number, await self.list(regions[number], all)) }
      }
      for _ in 0..<Self.regionsAtOnce { start() }
      while let page = await group.next() {
        pages[page.region] = page.outcome
        start()
      }
      return pages
    }
    var result = Result()
    for (region, page) in zip(regions, pages) {
      switch page {
      case .success(let instances)?: result.instances += instances
      case .failure(let failure)? where failure.isPermission && !isStrict:
        result.skipped.append("\(region): \(failure.message)")
      case .failure(let failure)?: throw AWSFailure(code: failure.code, message: "\(region): \(failure.message)")
      case nil: break
      }
    }
    return result
  }

  private func list(_ region: String, _ filters: [EC2Filter]) async -> Swift.Result<[Map], AWSFailure> {
    do throws(AWSFailure) {
      let client = client(region)
      var instances: [Map] = []
      var token: String?
      for _ in 0..<Self.pageBudget {
        var parameters = EC2Filter.parameters(filters)
        parameters.append(("MaxResults", "\(pageSize)"))
        if let token { parameters.append(("NextToken", token)) }
        let answer = try await client.call("DescribeInstances", parameters)
        guard let reservations = answer["reservationSet"] else {
          throw AWSFailure(code: nil, message: "the answer holds no reservations but <\(answer.name)>")
        }
        for reservation in reservations.children { instances += Self.instances(of: reservation) }
        guard let next = answer["nextToken"]?.text, !next.isEmpty else { return .success(instances) }
        guard next != token else { throw AWSFailure(code: nil, message: "the pages of the answer never end") }
        token = next
      }
      throw AWSFailure(code: nil, message: "the answer has more than \(Self.pageBudget) pages")
    } catch {
      return .failure(error)
    }
  }

  private static func instances(of reservation: XMLElement) -> [Map] {
    (reservation["instancesSet"]?.children ?? []).map { item in
      var instance = AWSMember.Kind.map(of: item, EC2InstanceShape.instance)
      instance["owner_id"] = .string(reservation["ownerId"]?.text ?? "")
      instance["requester_id"] = .string(reservation["requesterId"]?.text ?? "")
      instance["reservation_id"] = .string(reservation["reservationId"]?.text ?? "")
      return instance
    }
  }
}
