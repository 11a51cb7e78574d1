import Values

/// Whether the host is a virtual machine or a container, and what it can host.
extension FactsReader {
  var virtualization: Map {
    var guest: [String] = []
    var host: Set<String> = []
    let lines = report.lines("virt").map(String.init)
    let files = report.files("virt")
    let has = { (line: String) in lines.contains(line) }
    let control = (files["/proc/1/cgroup"] ?? []).joined(separator: "\n")
    let container = lines.first { $0.hasPrefix("container ") }.map { String($0.dropFirst(10)) }
    if has("docker") || control.contains("/docker/") || control.contains("/docker-") {
      guest += ["docker", "container"]
    }
    if control.contains("/lxc/") || control.contains("/machine.slice/machine-lxc") || container == "lxc" {
      guest += ["lxc", "container"]
    }
    if has("podman") || container == "podman" { guest += ["podman", "container"] }
    if has("openvz"), !has("openvzhost") { guest.append("openvz") }
    if has("openvzhost") { host.insert("openvz") }
    if let container, guest.isEmpty { guest += [container == "systemd-nspawn" ? "container" : container, "container"] }
    if has("xen") {
      if (files["/proc/xen/capabilities"] ?? []).contains(where: { $0.contains("control_d") }) {
        host.insert("xen")
      } else {
        guest.append("xen")
      }
    }
    guest += machine(files)
    let flags = lines.first { $0.hasPrefix("/proc/cpuinfo:flags") || $0.hasPrefix("flags") } ?? ""
    let model = lines.first { $0.contains("model name") } ?? ""
    if model.contains("QEMU") { guest.append("kvm") }
    let modules = (files["/proc/modules"] ?? []).map { $0.prefix { $0 != " " } }
    if has("devkvm") || modules.contains(where: { $0 == "kvm" || $0 == "kvm_intel" || $0 == "kvm_amd" }) {
      host.insert("kvm")
      if modules.contains("vdsm") { host.insert("RHEV") }
    }
    if modules.contains("vboxdrv") { host.insert("virtualbox") }
    if modules.contains("virtio") && guest.isEmpty { guest.append("kvm") }
    let isVirtual = flags.split(separator: " ").contains("hypervisor")
    let types = guest.filter { $0 != "container" }
    var facts: Map = [
      "virtualization_tech_guest": .list(guest.deduplicated.map { .string($0) }),
      "virtualization_tech_host": .list(host.sorted().map { .string($0) }),
    ]
    if let type = types.first ?? guest.first {
      facts["virtualization_type"] = .string(type)
      facts["virtualization_role"] = "guest"
    } else if let type = host.sorted().first {
      facts["virtualization_type"] = .string(type)
      facts["virtualization_role"] = "host"
    } else {
      facts["virtualization_type"] = "NA"
      facts["virtualization_role"] = isVirtual ? "guest" : "NA"
    }
    return facts
  }

  /// What the firmware's names give away.
  private func machine(_ files: [String: [String]]) -> [String] {
    let value = { (name: String) in files["/sys/devices/virtual/dmi/id/\(name)"]?.first?.trimmed ?? "" }
    let (product, vendor, bios, family) = (
      value("product_name"), value("sys_vendor"), value("bios_vendor"), value("product_family")
    )
    if ["KVM", "KVM Server", "Bochs", "AHV"].contains(product) || vendor == "QEMU" || product.hasPrefix("Standard PC") {
      return ["kvm"]
    }
    if product == "RHEV Hypervisor" || family == "RHV" { return ["RHEV"] }
    if ["VMware Virtual Platform", "VMware7,1", "VMware20,1"].contains(product) || vendor == "VMware, Inc." {
      return ["VMware"]
    }
    if product == "OpenStack Compute" || product == "OpenStack Nova" || vendor == "OpenStack Foundation" {
      return ["openstack"]
    }
    if bios == "Xen" { return ["xen"] }
    if bios == "innotek GmbH" || vendor == "innotek GmbH" { return ["virtualbox"] }
    if vendor == "Microsoft Corporation", product == "Virtual Machine" { return ["VirtualPC"] }
    if vendor == "Parallels Software International Inc." { return ["parallels"] }
    if ["Amazon EC2", "DigitalOcean", "Hetzner", "oVirt", "Google", "Scaleway"].contains(where: { vendor.hasPrefix($0) }
    ) {
      return ["kvm"]
    }
    return []
  }
}

extension [String] {
  /// Each string once, where it first stands.
  fileprivate var deduplicated: [String] {
    var seen: Set<String> = []
    return filter { seen.insert($0).inserted }
  }
}
