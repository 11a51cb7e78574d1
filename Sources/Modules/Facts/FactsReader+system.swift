import Values

/// What the host is: distribution, package and service manager, local facts.
extension FactsReader {
  private static let families: [(family: String, members: [String])] = [
    (
      "RedHat",
      [
        "RedHat", "RHEL", "Fedora", "CentOS", "Scientific", "SLC", "Ascendos", "CloudLinux", "PSBM", "OracleLinux",
        "OVS",
        "OEL", "Amazon", "Amazon Linux", "Virtuozzo", "XenServer", "Alibaba", "EulerOS", "openEuler", "AlmaLinux",
        "Rocky",
        "TencentOS", "EuroLinux", "Kylin Linux Advanced Server", "MIRACLE", "Anolis OS",
      ]
    ),
    (
      "Debian",
      [
        "Debian", "Ubuntu", "Raspbian", "Neon", "KDE neon", "Linux Mint", "SteamOS", "Devuan", "Kali", "Cumulus Linux",
        "Pop!_OS", "Parrot", "Pardus GNU/Linux", "Uos", "Deepin", "OSMC", "Linux Mint Debian Edition",
      ]
    ),
    (
      "Suse",
      [
        "SuSE", "SLES", "SLED", "openSUSE", "openSUSE Tumbleweed", "SLES_SAP", "SUSE_LINUX", "openSUSE Leap",
        "ALP-Dolomite", "SL-Micro", "openSUSE MicroOS",
      ]
    ),
    ("Archlinux", ["Archlinux", "Antergos", "Manjaro"]), ("Mandrake", ["Mandrake", "Mandriva"]), ("Alpine", ["Alpine"]),
    ("Gentoo", ["Gentoo", "Funtoo"]), ("Slackware", ["Slackware"]), ("Altlinux", ["Altlinux"]), ("SMGL", ["SMGL"]),
    ("ClearLinux", ["Clear Linux OS", "Clear Linux Mix"]), ("NixOS", ["NixOS"]), ("Flatcar", ["Flatcar"]),
  ]

  /// How ansible calls the distributions that call themselves otherwise in `ID`.
  private static let names: [String: String] = [
    "debian": "Debian", "ubuntu": "Ubuntu", "rhel": "RedHat", "centos": "CentOS", "fedora": "Fedora",
    "rocky": "Rocky", "almalinux": "AlmaLinux", "ol": "OracleLinux", "amzn": "Amazon", "alpine": "Alpine",
    "arch": "Archlinux", "gentoo": "Gentoo", "sles": "SLES", "opensuse-leap": "openSUSE Leap",
    "opensuse-tumbleweed": "openSUSE Tumbleweed", "raspbian": "Debian", "kali": "Kali", "linuxmint": "Linux Mint",
    "devuan": "Devuan", "slackware": "Slackware", "manjaro": "Archlinux", "openeuler": "openEuler",
    "altlinux": "Altlinux",
    "pop": "Pop!_OS", "neon": "KDE neon", "nixos": "NixOS", "flatcar": "Flatcar", "openwrt": "OpenWrt",
    "virtuozzo": "Virtuozzo", "cloudlinux": "CloudLinux", "eurolinux": "EuroLinux", "scientific": "Scientific",
  ]

  var distribution: Map {
    let files = report.files("os")
    let path = files["/etc/os-release"] != nil ? "/etc/os-release" : "/usr/lib/os-release"
    var release: [String: String] = [:]
    for line in files[path] ?? [] {
      guard let equals = line.firstIndex(of: "=") else { continue }
      release[String(line[..<equals])] = Self.unquoted(line[line.index(after: equals)...])
    }
    let id = release["ID"] ?? ""
    let name = Self.names[id] ?? release["NAME"] ?? (id.isEmpty ? "Linux" : id.prefix(1).uppercased() + id.dropFirst())
    var version = release["VERSION_ID"] ?? "NA"
    // Debian's own file knows the point release, RedHat's kin say it in theirs.
    if name == "Debian", let point = files["/etc/debian_version"]?.first, point.first?.isNumber == true {
      version = point.trimmed
    }
    if let line = (files["/etc/redhat-release"] ?? []).first, name == "CentOS",
      let found = line.split(separator: " ").first(where: { $0.first?.isNumber == true })
    {
      version = String(found)
    }
    if name == "Alpine", let point = files["/etc/alpine-release"]?.first { version = point.trimmed }
    if name == "Archlinux" { version = "NA" }
    let numbers = version.split(separator: ".")
    let family =
      Self.families.first { $0.members.contains(name) }?.family ?? likeFamily(release["ID_LIKE"] ?? "") ?? name
    var facts: Map = [
      "distribution": .string(name), "distribution_version": .string(version),
      "distribution_major_version": .string(numbers.first.map(String.init) ?? version),
      "distribution_release": .string(release["VERSION_CODENAME"] ?? codename(release["VERSION"] ?? "") ?? "NA"),
      "os_family": .string(family),
    ]
    if name == "Debian", numbers.count > 1 { facts["distribution_minor_version"] = .string(String(numbers[1])) }
    if let variety = variety(name, family, files) {
      facts["distribution_file_path"] = .string(variety.path)
      facts["distribution_file_variety"] = .string(variety.name)
      facts["distribution_file_parsed"] = true
    }
    return facts
  }

  private func likeFamily(_ like: String) -> String? {
    for id in like.split(separator: " ") {
      guard let name = Self.names[String(id)] else { continue }
      if let family = Self.families.first(where: { $0.members.contains(name) })?.family { return family }
    }
    return nil
  }

  /// `8.5 (Ootpa)`, `20.04 LTS (Focal Fossa)`: what stands in parentheses, as distro's parser takes it.
  private func codename(_ version: String) -> String? {
    guard let open = version.firstIndex(of: "("), let close = version[open...].firstIndex(of: ")") else { return nil }
    return String(version[version.index(after: open)..<close])
  }

  private func variety(_ name: String, _ family: String, _ files: [String: [String]]) -> (path: String, name: String)? {
    let candidates: [(String, String, String)] = [
      ("RedHat", "/etc/redhat-release", "RedHat"), ("RedHat", "/etc/system-release", "Amazon"),
      ("Alpine", "/etc/alpine-release", "Alpine"), ("Archlinux", "/etc/arch-release", "Archlinux"),
      ("Gentoo", "/etc/gentoo-release", "Gentoo"), ("Debian", "/etc/os-release", "Debian"),
      ("Suse", "/etc/os-release", "SUSE"),
    ]
    return candidates.first { $0.0 == family && files[$0.1] != nil }.map { ($0.1, $0.2) }
  }

  var packageManager: String {
    let managers: [(path: Substring, name: String)] = [
      ("/usr/bin/dnf5", "dnf5"), ("/usr/bin/dnf", "dnf"), ("/usr/bin/dnf-3", "dnf"), ("/usr/bin/microdnf", "dnf"),
      ("/usr/bin/yum", "yum"), ("/usr/bin/apt-get", "apt"), ("/usr/bin/zypper", "zypper"),
      ("/usr/bin/pacman", "pacman"),
      ("/sbin/apk", "apk"), ("/usr/bin/emerge", "portage"), ("/bin/opkg", "opkg"), ("/usr/sbin/swupd", "swupd"),
      ("/usr/bin/xbps-install", "xbps"), ("/usr/bin/apt-rpm", "apt_rpm"), ("/usr/sbin/urpmi", "urpmi"),
      ("/usr/bin/installp", "installp"), ("/usr/sbin/pkg", "pkgng"),
    ]
    let present = Set(report.lines("pkgmgr"))
    if present.contains("/run/ostree-booted"), present.contains("/usr/bin/rpm-ostree") { return "atomic_container" }
    // A foreign package manager may be installed on a Debian; its own comes first there.
    let isDebian = report.files("os")["/etc/debian_version"] != nil
    if isDebian, present.contains("/usr/bin/apt-get") { return "apt" }
    return managers.first { present.contains($0.path) }?.name ?? "unknown"
  }

  var serviceManager: String {
    let lines = report.lines("init")
    let first = lines.first { $0.hasPrefix("comm ") }.map { String($0.dropFirst(5)) } ?? "init"
    let names = ["procd": "openwrt_init", "runit-init": "runit", "svscan": "svc", "openrc-init": "openrc"]
    let isShell = first.hasSuffix("sh") || first == "init"
    if !isShell, first != "systemd" { return names[first] ?? first }
    if first == "systemd", lines.contains("systemctl") { return "systemd" }
    let has = { (name: Substring) in lines.contains(name) }
    if has("systemctl"), has("systemd") { return "systemd" }
    if has("upstart") { return "upstart" }
    if has("openrc") { return "openrc" }
    if has("systemctl"), lines.contains(where: { $0.hasPrefix("link ") && $0.hasSuffix("systemd") }) {
      return "systemd"
    }
    if has("dinit") { return "dinit" }
    if has("sysvinit") { return "sysvinit" }
    return "service"
  }

  // MARK: Local facts

  var local: Map {
    var facts: Map = [:]
    for name in report.names where name.hasPrefix("local ") {
      let file = PathText.lastComponent(String(name.dropFirst(6)))
      let fact = file.hasSuffix(".fact") ? String(file.dropLast(5)) : file
      facts[fact] = localFact(report.text(name), String(name.dropFirst(6)))
    }
    return facts
  }

  private func localFact(_ text: String, _ file: String) -> Value {
    guard let mark = text.unicodeScalars.lastIndex(of: "\u{2}") else { return .null }
    let status = String(text.unicodeScalars[text.unicodeScalars.index(after: mark)...]).trimmed
    let content = String(text.unicodeScalars[..<mark]).trimmed
    if status != "0" {
      return .string("Failure executing fact script (\(file)), rc: \(status), err: ")
    }
    if let value = try? JSONReader.read(content.losslessBytes) { return value }
    guard let map = IniText.parse(content) else {
      return .string("error loading facts as JSON or ini - please check content: \(file)")
    }
    return .map(map)
  }
}

/// INI text as Python's `configparser` reads it: sections of keys in lower case.
enum IniText {
  /// `nil` when it is no such text.
  static func parse(_ text: String) -> Map? {
    var sections: Map = [:]
    var section: String?
    var lastKey: String?
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      let trimmed = line.trimmed
      if trimmed.isEmpty || trimmed.hasPrefix("#") || trimmed.hasPrefix(";") { continue }
      if trimmed.hasPrefix("["), let close = trimmed.firstIndex(of: "]") {
        let name = String(trimmed[trimmed.index(after: trimmed.startIndex)..<close])
        section = name
        lastKey = nil
        if sections[name] == nil { sections[name] = .map([:]) }
        continue
      }
      guard let section, var map = sections[section]?.map else { return nil }
      if let first = line.first, first == " " || first == "\t", let lastKey, let before = map[lastKey]?.string {
        map[lastKey] = .string("\(before)\n\(trimmed)")
      } else {
        guard let separator = trimmed.firstIndex(where: { $0 == "=" || $0 == ":" }) else { return nil }
        let key = trimmed[..<separator].trimmed.lowercased()
        map[key] = .string(trimmed[trimmed.index(after: separator)...].trimmed)
        lastKey = key
      }
      sections[section] = .map(map)
    }
    return sections.isEmpty ? nil : sections
  }
}
