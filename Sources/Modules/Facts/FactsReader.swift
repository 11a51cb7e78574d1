import Values

/// Makes facts, under ansible's names and in its shapes, of what the script answered.
struct FactsReader {
  let report: FactsReport
  private let sources: Set<FactSource>

  init(_ report: FactsReport, sources: Set<FactSource>) {
    self.report = report
    self.sources = sources
  }

  func facts() -> Map {
    var facts: Map = [:]
    for source in FactSource.allCases where sources.contains(source) {
      for (key, value) in part(source) {
        facts[Key.string("ansible_\(key.string ?? "")")] = value
      }
    }
    return facts
  }

  private func part(_ source: FactSource) -> Map {
    switch source {
    case .platform: platform
    case .distribution: distribution
    case .lsb: ["lsb": .map(lsb)]
    case .cmdline: cmdline
    case .environment: ["env": .map(environment)]
    case .user: user
    case .date: ["date_time": .map(date)]
    case .dns: ["dns": .map(dns)]
    case .fips: ["fips": .bool(report.text("fips").trimmed == "1")]
    case .local: ["local": .map(local)]
    case .packageManager: ["pkg_mgr": .string(packageManager)]
    case .python: python
    case .selinux: ["selinux": .map(selinux), "selinux_python_present": true]
    case .serviceManager: services
    case .hostKeys: hostKeys
    case .apparmor: ["apparmor": ["status": report.lines("apparmor").isEmpty ? "disabled" : "enabled"]]
    case .capabilities: capabilities
    case .chroot: ["is_chroot": .bool(report.text("chroot").trimmed == "yes")]
    case .hardware: hardware
    case .mounts: ["mounts": .list(mounts)]
    case .devices: devices
    case .network: network
    case .virtualization: virtualization
    case .load: load
    case .storageNames: storageNames
    }
  }

  // MARK: Small ones

  private var platform: Map {
    let lines = report.lines("uname")
    let first = lines.first?.split(separator: " ") ?? []
    let system = String(first.first ?? "")
    let machine = String(first.dropFirst().first ?? "")
    let node = lines.count > 1 ? String(lines[1]) : ""
    let full = fullName(of: node)
    let architecture = (machine.hasPrefix("i") && machine.hasSuffix("86")) ? "i386" : machine
    let bits = report.text("bits").trimmed
    var facts: Map = [
      "system": .string(system), "kernel": .string(lines.count > 2 ? String(lines[2]) : ""),
      "kernel_version": .string(lines.count > 3 ? String(lines[3]) : ""), "machine": .string(machine),
      "architecture": .string(architecture), "nodename": .string(node),
      "hostname": .string(String(node.prefix { $0 != "." })), "fqdn": .string(full),
      "domain": .string(full.firstIndex(of: ".").map { String(full[full.index(after: $0)...]) } ?? ""),
    ]
    if !bits.isEmpty {
      facts["userspace_bits"] = .string(bits)
      let is32BitUserspace = bits == "32" && machine == "x86_64"
      facts["userspace_architecture"] = .string(is32BitUserspace ? "i386" : architecture)
    }
    if let id = report.lines("machineid").first { facts["machine_id"] = .string(id.trimmed) }
    return facts
  }

  /// Python's `getfqdn`: the first name of the host's address that has a dot, else the first name.
  private func fullName(of node: String) -> String {
    guard let line = report.lines("fqdn").first else { return node }
    let names = line.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst()
    return (names.first { $0.contains(".") } ?? names.first).map(String.init) ?? node
  }

  private var lsb: Map {
    let names = ["Distributor ID": "id", "Description": "description", "Release": "release", "Codename": "codename"]
    var lsb: Map = [:]
    for line in report.lines("lsb") {
      guard let colon = line.firstIndex(of: ":"), let name = names[String(line[..<colon])] else { continue }
      lsb[name] = .string(line[line.index(after: colon)...].trimmed)
    }
    if lsb.isEmpty {
      let names = [
        "DISTRIB_ID": "id", "DISTRIB_DESCRIPTION": "description", "DISTRIB_RELEASE": "release",
        "DISTRIB_CODENAME": "codename",
      ]
      for line in report.files("os")["/etc/lsb-release"] ?? [] {
        guard let (key, value) = line.cut(at: "="), let name = names[String(key)] else { continue }
        lsb[name] = .string(Self.unquoted(value))
      }
    }
    if let release = lsb["release"]?.string { lsb["major_release"] = .string(String(release.prefix { $0 != "." })) }
    return lsb
  }

  private var cmdline: Map {
    var last: Map = [:]
    var all: Map = [:]
    for word in CommandWords.split(report.text("cmdline")) ?? [] {
      guard let (name, text) = word.cut(at: "=") else {
        last[word] = true
        all[word] = true
        continue
      }
      let (key, value) = (String(name), Value.string(String(text)))
      last[key] = value
      switch all[key] {
      case .list(let list)?: all[key] = .list(list + [value])
      case let known?: all[key] = .list([known, value])
      case nil: all[key] = value
      }
    }
    return ["cmdline": .map(last), "proc_cmdline": .map(all)]
  }

  private var environment: Map {
    var environment: Map = [:]
    for entry in (report.bytes("env") ?? []).split(separator: 0) {
      guard let (name, value) = String(lossless: entry).cut(at: "=") else { continue }
      environment[String(name)] = .string(String(value))
    }
    return environment
  }

  private var user: Map {
    let lines = report.lines("user")
    let ids = (lines.first?.split(separator: " ") ?? []).compactMap { Int($0) }
    var facts: Map = [:]
    if ids.count == 4 {
      facts = [
        "effective_user_id": .int(ids[0]), "effective_group_id": .int(ids[1]), "real_user_id": .int(ids[2]),
        "real_group_id": .int(ids[3]),
      ]
    }
    guard lines.count > 1, let entry = PasswdEntry(line: lines[1]) else { return facts }
    facts["user_id"] = .string(entry.name)
    facts["user_uid"] = entry.uid.map { .int($0) } ?? .null
    facts["user_gid"] = entry.gid.map { .int($0) } ?? .null
    facts["user_gecos"] = .string(entry.comment)
    facts["user_dir"] = .string(entry.home)
    facts["user_shell"] = .string(entry.shell)
    return facts
  }

  private var date: Map {
    let words = report.text("date").trimmed.split(separator: " ").map(String.init)
    guard words.count == 13, let epoch = Int(words[6]) else { return [:] }
    let (year, month, day, hour, minute, second) = (words[0], words[1], words[2], words[3], words[4], words[5])
    let micro = String((words[7].allSatisfy { $0.isNumber } ? words[7] : "000000000").prefix(6))
    let utc = WallTime(microseconds: epoch.multipliedReportingOverflow(by: 1_000_000).partialValue).localDescription
      .replacing(" ", with: "T")
    let compact = "\(year)\(month)\(day)T\(hour)\(minute)\(second)"
    return [
      "year": .string(year), "month": .string(month), "day": .string(day), "hour": .string(hour),
      "minute": .string(minute), "second": .string(second), "weekday": .string(words[8]),
      "weekday_number": .string(words[9]), "weeknumber": .string(weekNumber(epoch, zone: words[12])),
      "epoch": .string(words[6]), "epoch_int": .string(words[6]), "date": .string("\(year)-\(month)-\(day)"),
      "time": .string("\(hour):\(minute):\(second)"), "iso8601": .string("\(utc)Z"),
      "iso8601_micro": .string("\(utc).\(micro)Z"), "iso8601_basic": .string(compact + micro),
      "iso8601_basic_short": .string(compact), "tz": .string(words[11]), "tz_dst": .string(words[11]),
      "tz_offset": .string(words[12]),
    ]
  }

  /// The week of the year, counted from the first Monday, as `strftime`'s `%W`.
  private func weekNumber(_ epoch: Int, zone: String) -> String {
    let digits = Int(zone.dropFirst()) ?? 0
    let seconds = (digits / 100 * 3600 + digits % 100 * 60) * (zone.hasPrefix("-") ? -1 : 1)
    let days = (epoch + seconds) / 86_400
    let year = CivilDate.from(dayNumber: days).year
    var first = days
    while first > 0, CivilDate.from(dayNumber: first - 1).year == year { first -= 1 }
    // 1970-01-01 was a Thursday; Monday is 0.
    let weekday = (days + 3) % 7
    let week = (days - first + 7 - weekday) / 7
    return week < 10 ? "0\(week)" : "\(week)"
  }

  private var dns: Map {
    var dns: Map = [:]
    for line in report.lines("dns") {
      let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" }).map(String.init)
      guard let first = words.first, !first.hasPrefix("#"), !first.hasPrefix(";") else { continue }
      let rest = words.dropFirst().map { Value.string($0) }
      switch first {
      case "nameserver": dns["nameservers"] = .list((dns["nameservers"]?.list ?? []) + rest)
      case "domain": if let name = rest.first { dns["domain"] = name }
      case "search", "sortlist": dns[first] = .list(rest)
      case "options":
        var options: Map = [:]
        for word in words.dropFirst() {
          let parts = word.split(separator: ":", maxSplits: 1).map(String.init)
          options[parts.first ?? word] = parts.count > 1 ? .string(parts[1]) : true
        }
        dns["options"] = .map(options)
      default: break
      }
    }
    return dns
  }

  private var python: Map {
    let lines = report.lines("python")
    guard lines.count > 1 else { return [:] }
    let version = lines[1].split(separator: " ").last.map(String.init) ?? ""
    let numbers = version.split(separator: ".").compactMap { Int($0.prefix { $0.isNumber }) }
    guard numbers.count >= 2 else { return [:] }
    let micro = numbers.count > 2 ? numbers[2] : 0
    return [
      "python_version": .string(version),
      "python": [
        "executable": .string(String(lines[0])), "type": "cpython", "has_sslcontext": true,
        "version": [
          "major": .int(numbers[0]), "minor": .int(numbers[1]), "micro": .int(micro), "releaselevel": "final",
          "serial": 0,
        ],
        "version_info": [.int(numbers[0]), .int(numbers[1]), .int(micro), "final", 0],
      ],
    ]
  }

  private var selinux: Map {
    let files = report.files("selinux")
    guard let enforce = files["/sys/fs/selinux/enforce"]?.first else { return ["status": "disabled"] }
    var facts: Map = ["status": "enabled", "mode": enforce == "1" ? "enforcing" : "permissive"]
    if let version = files["/sys/fs/selinux/policyvers"]?.first {
      facts["policyvers"] = Int(version).map { .int($0) } ?? "unknown"
    }
    for line in files["/etc/selinux/config"] ?? [] {
      if line.hasPrefix("SELINUX=") { facts["config_mode"] = .string(line.dropFirst(8).trimmed) }
      if line.hasPrefix("SELINUXTYPE=") { facts["type"] = .string(line.dropFirst(12).trimmed) }
    }
    return facts
  }

  private var services: Map {
    var facts: Map = ["service_mgr": .string(serviceManager)]
    let lines = report.lines("systemd")
    let words = lines.first?.split(separator: " ") ?? []
    if words.count > 1, words[0] == "systemd", let version = Int(words[1]) {
      facts["systemd"] = ["version": .int(version), "features": .string(lines.dropFirst().first?.trimmed ?? "")]
    }
    return facts
  }

  private var hostKeys: Map {
    var facts: Map = [:]
    for (path, lines) in report.files("hostkeys").sorted(by: { $0.key < $1.key }) {
      let words = (lines.first ?? "").split(separator: " ")
      guard words.count >= 2, let type = path.split(separator: "_").dropLast().last else { continue }
      facts["ssh_host_key_\(type)_public"] = .string(String(words[1]))
      facts["ssh_host_key_\(type)_public_keytype"] = .string(String(words[0]))
    }
    return facts
  }

  private var capabilities: Map {
    guard let line = report.lines("caps").first(where: { $0.hasPrefix("Current:") }) else {
      return ["system_capabilities": "N/A", "system_capabilities_enforced": "N/A"]
    }
    let value = line.dropFirst("Current:".count).trimmed
    if value == "=ep" { return ["system_capabilities": [], "system_capabilities_enforced": "False"] }
    let list = value.split(separator: "=", maxSplits: 1).last ?? ""
    return [
      "system_capabilities": .list(list.split(separator: ",").map { .string($0.trimmed) }),
      "system_capabilities_enforced": "True",
    ]
  }

  private var load: Map {
    let numbers = report.text("loadavg").split(separator: " ").prefix(3).compactMap { Double($0) }
    guard numbers.count == 3 else { return [:] }
    return ["loadavg": ["1m": .double(numbers[0]), "5m": .double(numbers[1]), "15m": .double(numbers[2])]]
  }

  private var storageNames: Map {
    let files = report.files("storage")
    let initiator = (files["/etc/iscsi/initiatorname.iscsi"] ?? []).first { $0.hasPrefix("InitiatorName=") }
    let ports = files.filter { $0.key.hasPrefix("/sys/class/fc_host/") }.sorted { $0.key < $1.key }
    return [
      "iscsi_iqn": .string(initiator.map { $0.dropFirst("InitiatorName=".count).trimmed } ?? ""),
      "hostnqn": .string((files["/etc/nvme/hostnqn"] ?? []).first { !$0.hasPrefix("#") }?.trimmed ?? ""),
      "fibre_channel_wwn": .list(
        ports.compactMap { $0.value.first.map { .string($0.hasPrefix("0x") ? String($0.dropFirst(2)) : $0) } }),
    ]
  }

  /// A value without the quotes that files of the shell put around it.
  static func unquoted(_ text: some StringProtocol) -> String {
    let trimmed = text.trimmed
    for quote in ["\"", "'"] where trimmed.count >= 2 && trimmed.hasPrefix(quote) && trimmed.hasSuffix(quote) {
      return String(trimmed.dropFirst().dropLast())
    }
    return trimmed
  }
}
