import Values

/// Processors, memory, firmware, file systems and disks.
extension FactsReader {
  var hardware: Map {
    var facts = processors
    facts.merge(memory)
    facts.merge(firmware)
    facts["lvm"] = lvm
    if let seconds = report.text("uptime").split(separator: " ").first.flatMap({ Double($0) }), seconds < 1e15 {
      facts["uptime_seconds"] = .int(Int(seconds))
    }
    return facts
  }

  private var processors: Map {
    var list: [Value] = []
    var flags: [Value]?
    var sockets: [String: Int] = [:]
    var threads: [String: Int] = [:]
    var physical = "0"
    var vcpus = 0
    for line in report.lines("cpuinfo") {
      guard let (name, text) = line.cut(at: ":") else { continue }
      let value = text.trimmed
      switch name.trimmed {
      case "model name", "Processor", "vendor_id", "cpu", "Vendor":
        list.append(.string(value))
      case "processor":
        list.append(.string(value))
        vcpus += 1
      case "physical id": physical = value
      case "cpu cores": sockets[physical] = Int(value)
      case "siblings": threads[physical] = Int(value)
      case "flags", "Features": flags = flags ?? value.split(separator: " ").map { .string(String($0)) }
      default: break
      }
    }
    let count = max(1, sockets.isEmpty ? vcpus : sockets.count)
    let cores = sockets.values.first ?? 1
    let perCore = max(1, (threads.values.first ?? 1) / max(1, cores))
    var facts: Map = [
      "processor": .list(list), "processor_count": .int(count), "processor_cores": .int(cores),
      "processor_threads_per_core": .int(perCore),
      "processor_vcpus": .int(sockets.isEmpty ? count : count * cores * perCore),
      "processor_nproc": .int(Int(report.text("nproc").trimmed) ?? max(1, vcpus)),
    ]
    if let flags { facts["flags"] = .list(flags) }
    return facts
  }

  private var memory: Map {
    var sizes: [String: Int] = [:]
    for line in report.lines("meminfo") {
      guard let (name, text) = line.cut(at: ":"), let number = text.split(separator: " ").first else { continue }
      sizes[String(name)] = Int(number).map { $0 / 1024 }
    }
    let value = { (name: String) in sizes[name] ?? 0 }
    let (total, free) = (value("MemTotal"), value("MemFree"))
    let unused = free + value("Cached") + value("Buffers")
    let (swap, freeSwap) = (value("SwapTotal"), value("SwapFree"))
    return [
      "memtotal_mb": .int(total), "memfree_mb": .int(free), "swaptotal_mb": .int(swap), "swapfree_mb": .int(freeSwap),
      "memory_mb": [
        "real": ["total": .int(total), "used": .int(total - free), "free": .int(free)],
        "nocache": ["free": .int(unused), "used": .int(total - unused)],
        "swap": [
          "total": .int(swap), "free": .int(freeSwap), "used": .int(swap - freeSwap),
          "cached": .int(value("SwapCached")),
        ],
      ],
    ]
  }

  /// Volume groups, volumes and disks of LVM, sizes in gigabytes; `N/A` where they can't be asked for.
  private var lvm: Value {
    var found: [String: Map] = ["vgs": [:], "lvs": [:], "pvs": [:]]
    var isAsked = false
    for line in report.lines("lvm") {
      if line == "lvm" { isAsked = true }
      let kind = String(line.prefix(3))
      let fields = line.dropFirst(3).split(separator: "|", omittingEmptySubsequences: false).map {
        Value.string($0.trimmed)
      }
      switch (kind, fields.count) {
      case ("vgs", 5):
        found[kind]?[fields[0].string ?? ""] = [
          "num_lvs": fields[1], "num_pvs": fields[2], "size_g": fields[3], "free_g": fields[4],
        ]
      case ("lvs", 3): found[kind]?[fields[1].string ?? ""] = ["vg": fields[0], "size_g": fields[2]]
      case ("pvs", 4):
        found[kind]?[fields[0].string ?? ""] = ["vg": fields[1], "size_g": fields[2], "free_g": fields[3]]
      default: continue
      }
    }
    guard isAsked else { return "N/A" }
    return ["vgs": .map(found["vgs"] ?? [:]), "lvs": .map(found["lvs"] ?? [:]), "pvs": .map(found["pvs"] ?? [:])]
  }

  /// What the firmware says of the machine; `NA` where it says nothing or may not be asked.
  private var firmware: Map {
    let names = [
      "bios_date": "bios_date", "bios_vendor": "bios_vendor", "bios_version": "bios_version",
      "board_asset_tag": "board_asset_tag", "board_name": "board_name", "board_serial": "board_serial",
      "board_vendor": "board_vendor", "board_version": "board_version", "chassis_asset_tag": "chassis_asset_tag",
      "chassis_serial": "chassis_serial", "chassis_vendor": "chassis_vendor", "chassis_version": "chassis_version",
      "form_factor": "chassis_type", "product_name": "product_name", "product_serial": "product_serial",
      "product_uuid": "product_uuid", "product_version": "product_version", "system_vendor": "sys_vendor",
    ]
    let formFactors = [
      "Unknown", "Other", "Unknown", "Desktop", "Low Profile Desktop", "Pizza Box", "Mini Tower", "Tower", "Portable",
      "Laptop", "Notebook", "Hand Held", "Docking Station", "All In One", "Sub Notebook", "Space-saving", "Lunch Box",
      "Main Server Chassis", "Expansion Chassis", "Sub Chassis", "Bus Expansion Chassis", "Peripheral Chassis",
      "RAID Chassis", "Rack Mount Chassis", "Sealed-case PC", "Multi-system", "CompactPCI", "AdvancedTCA", "Blade",
      "Blade Enclosure", "Tablet", "Convertible", "Detachable", "IoT Gateway", "Embedded PC", "Mini PC", "Stick PC",
    ]
    let files = report.files("dmi")
    var facts: Map = [:]
    for (fact, file) in names.sorted(by: { $0.key < $1.key }) {
      let value = files["/sys/devices/virtual/dmi/id/\(file)"]?.first?.trimmed
      if fact == "form_factor", let number = value.flatMap({ Int($0) }) {
        facts[fact] = .string(formFactors.indices.contains(number) ? formFactors[number] : "unknown (\(number))")
      } else {
        facts[fact] = .string(value.flatMap { $0.isEmpty ? nil : $0 } ?? "NA")
      }
    }
    return facts
  }

  // MARK: File systems

  var mounts: [Value] {
    var sizes: [String: [Int]] = [:]
    for line in report.lines("statfs") {
      let words = line.split(separator: " ", maxSplits: 6)
      if words.count == 7 { sizes[String(words[6])] = words[..<6].compactMap { Int($0) } }
    }
    var uuids: [String: String] = [:]
    for line in report.lines("uuids") {
      let words = line.split(separator: " ")
      if words.count == 2 { uuids[String(words[0])] = String(words[1]) }
    }
    var mounts: [Value] = []
    for line in report.lines("mounts") {
      let words = line.split(separator: " ").map { Self.unescapedMount(String($0)) }
      guard words.count >= 6, words[0].hasPrefix("/") || words[0].contains(":/") || words[2] == "zfs" else { continue }
      var mount: Map = [
        "mount": .string(words[1]), "device": .string(words[0]), "fstype": .string(words[2]),
        "options": .string(words[3]),
        "dump": .int(Int(words[4]) ?? 0), "passno": .int(Int(words[5]) ?? 0), "uuid": .string(uuids[words[0]] ?? "N/A"),
      ]
      if let size = sizes[words[1]], size.count == 6 {
        let (fragment, block) = (size[0], size[1])
        mount["size_total"] = .int(fragment.multipliedReportingOverflow(by: size[2]).partialValue)
        mount["size_available"] = .int(fragment.multipliedReportingOverflow(by: size[3]).partialValue)
        mount["block_size"] = .int(block)
        mount["block_total"] = .int(size[2])
        mount["block_available"] = .int(size[3])
        mount["block_used"] = .int(size[2].subtractingReportingOverflow(size[3]).partialValue)
        mount["inode_total"] = .int(size[4])
        mount["inode_available"] = .int(size[5])
        mount["inode_used"] = .int(size[4].subtractingReportingOverflow(size[5]).partialValue)
      }
      mounts.append(.map(mount))
    }
    return mounts
  }

  /// `\040` and its like in the kernel's list of mounts.
  private static func unescapedMount(_ text: String) -> String {
    guard text.utf8.contains(UInt8(ascii: "\\")) else { return text }
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      let digits = rest.prefix(3)
      if byte == UInt8(ascii: "\\"), digits.count == 3,
        let code = UInt8(String(decoding: digits, as: UTF8.self), radix: 8)
      {
        bytes.append(code)
        rest = rest.dropFirst(3)
      } else {
        bytes.append(byte)
      }
    }
    return String(lossless: bytes)
  }

  // MARK: Disks

  var devices: Map {
    var attributes: [String: [String: String]] = [:]
    var partitions: [String: [String: [String: String]]] = [:]
    var holders: [String: [String]] = [:]
    var kinds: [String] = []
    for line in report.lines("block") {
      if line.hasPrefix("kind ") || line.hasPrefix("holder ") {
        let words = line.split(separator: " ").map(String.init)
        guard words.count == 3 else { continue }
        if words[0] == "kind" { kinds.append(words[1]) } else { holders[words[1], default: []].append(words[2]) }
      } else if let (name, text) = line.cut(at: ":") {
        let path = name.split(separator: "/").map(String.init)
        let value = text.trimmed
        guard path.count >= 2 else { continue }
        if path.count == 3, path[1].hasPrefix(path[0]) {
          partitions[path[0], default: [:]][path[1], default: [:]][path[2]] = value
        } else {
          attributes[path[0], default: [:]][path[1...].joined(separator: "/")] = value
        }
      }
    }
    let links = diskLinks
    var devices: Map = [:]
    for name in kinds {
      let known = attributes[name] ?? [:]
      var parts: Map = [:]
      for (part, values) in (partitions[name] ?? [:]).sorted(by: { $0.key < $1.key }) where values["start"] != nil {
        let sectors = Int(values["size"] ?? "") ?? 0
        parts[part] = [
          "start": .string(values["start"] ?? "0"), "sectors": .int(sectors), "sectorsize": 512,
          "size": .string(Self.humanSize(sectors, 512)), "holders": [], "uuid": uuid(of: part, links),
          "links": links.links(part),
        ]
      }
      let sectors = Int(known["size"] ?? "") ?? 0
      var device: Map = [
        "virtual": 1, "links": links.links(name),
        "holders": .list((holders[name] ?? []).map { .string($0) }), "partitions": .map(parts), "host": "",
        "sectors": .int(sectors), "sectorsize": .string(known["queue/logical_block_size"] ?? "512"),
        "size": .string(Self.humanSize(sectors, 512)), "removable": .string(known["removable"] ?? "0"),
        "rotational": .string(known["queue/rotational"] ?? "0"),
        "scheduler_mode": .string(scheduler(known["queue/scheduler"])),
        "support_discard": .string(known["queue/discard_granularity"] ?? "0"),
      ]
      for key in ["vendor", "model", "sas_address"] {
        device[key] = known["device/\(key)"].map { .string($0) } ?? .null
      }
      device["sas_device_handle"] = .null
      devices[name] = .map(device)
    }
    return ["devices": .map(devices), "device_links": links.map]
  }

  /// The scheduler in brackets.
  private func scheduler(_ text: String?) -> String {
    guard let text, let open = text.firstIndex(of: "["), let close = text[open...].firstIndex(of: "]") else {
      return ""
    }
    return String(text[text.index(after: open)..<close])
  }

  private func uuid(of part: String, _ links: DiskLinks) -> Value {
    links.uuids[part]?.first.map { .string($0) } ?? .null
  }

  struct DiskLinks {
    var ids: [String: [String]] = [:]
    var uuids: [String: [String]] = [:]
    var labels: [String: [String]] = [:]

    func links(_ device: String) -> Value {
      let list = { (names: [String]?) in Value.list((names ?? []).sorted().map { .string($0) }) }
      return ["ids": list(ids[device]), "uuids": list(uuids[device]), "labels": list(labels[device]), "masters": []]
    }

    var map: Value {
      let map = { (names: [String: [String]]) -> Value in
        var map: Map = [:]
        for (device, links) in names.sorted(by: { $0.key < $1.key }) {
          map[device] = .list(links.sorted().map { .string($0) })
        }
        return .map(map)
      }
      return ["ids": map(ids), "uuids": map(uuids), "labels": map(labels), "masters": [:]]
    }
  }

  private var diskLinks: DiskLinks {
    var links = DiskLinks()
    for line in report.lines("links") {
      let words = line.split(separator: " ").map(String.init)
      guard words.count == 2 else { continue }
      let (name, device) = (PathText.lastComponent(words[0]), PathText.lastComponent(words[1]))
      if words[0].hasPrefix("/dev/disk/by-id/") { links.ids[device, default: []].append(name) }
      if words[0].hasPrefix("/dev/disk/by-uuid/") { links.uuids[device, default: []].append(name) }
      if words[0].hasPrefix("/dev/disk/by-label/") { links.labels[device, default: []].append(name) }
    }
    return links
  }

  /// `256.00 GB`, as ansible shows sizes.
  static func humanSize(_ sectors: Int, _ sectorSize: Int) -> String {
    let size = Double(sectors) * Double(sectorSize)
    let units = [("YB", 80), ("ZB", 70), ("EB", 60), ("PB", 50), ("TB", 40), ("GB", 30), ("MB", 20), ("KB", 10)]
    for (unit, power) in units {
      var limit = 1.0
      for _ in 0..<power { limit *= 2 }
      if size >= limit { return "\(twoDecimals(size / limit)) \(unit)" }
    }
    return "\(twoDecimals(size)) Bytes"
  }

  private static func twoDecimals(_ number: Double) -> String {
    let hundredths = Int((number * 100).rounded(.toNearestOrEven))
    let rest = hundredths % 100
    return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)"
  }
}
