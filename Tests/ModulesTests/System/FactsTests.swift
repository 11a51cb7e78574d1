import Foundation
import Testing
import Transport
import Values

@testable import Modules

@Suite struct FactsTests {
  private func facts(_ sources: Set<FactSource>, _ sections: String) throws -> Map {
    let text = sections.replacing("§", with: "\u{1}") + "\u{1}end\n"
    let query = FactsQuery(sources: sources, localPath: "/etc/ansible/facts.d", timeout: 10)
    return try query.answer(QueryOutput(status: 0, stdout: Array(text.utf8)))
  }

  private func fixture(_ name: String) throws -> String {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return try String(contentsOf: root.appendingPathComponent("Fixtures/Modules/setup/\(name)"), encoding: .utf8)
  }

  @Test(arguments: ["debian12", "ubuntu2404", "rocky9", "alpine320"])
  func namesDistributions(name: String) throws {
    let lines = try fixture("\(name).txt").components(separatedBy: "---\n")
    let found = try facts([.distribution, .packageManager], lines[0])
    for line in lines[1].split(separator: "\n") {
      let words = line.split(separator: "=", maxSplits: 1)
      #expect(found["ansible_\(words[0])"] == .string(String(words[1])), "\(words[0])")
    }
  }

  @Test func readsInterfacesAndRoutes() throws {
    let found = try facts([.network], try fixture("network.txt"))
    #expect(found["ansible_interfaces"] == ["br-lan", "eth0", "lo"])
    #expect(found["ansible_all_ipv4_addresses"] == ["192.0.2.10", "192.0.2.11", "10.1.0.1"])
    #expect(found["ansible_all_ipv6_addresses"] == ["fe80::fc:ff:fe00:1"])
    #expect(
      found["ansible_default_ipv4"] == [
        "interface": "eth0", "address": "192.0.2.10", "gateway": "192.0.2.1", "macaddress": "02:fc:00:00:00:01",
        "mtu": 1400, "type": "ether", "broadcast": "192.0.2.255", "netmask": "255.255.255.0", "network": "192.0.2.0",
        "prefix": "24", "alias": "eth0",
      ])
    #expect(found["ansible_default_ipv6"] == [:])
    let eth0 = found["ansible_eth0"]
    #expect(eth0?["ipv4_secondaries"]?.list?.first?["address"] == "192.0.2.11")
    #expect(eth0?["active"] == true)
    #expect(found["ansible_br_lan"]?["type"] == "bridge")
    #expect(found["ansible_br_lan"]?["interfaces"] == ["eth1"])
    #expect(found["ansible_lo"]?["type"] == "loopback")
  }

  @Test func readsProcessorsAndMemory() throws {
    let found = try facts([.hardware], try fixture("hardware.txt"))
    #expect(found["ansible_processor"] == ["0", "GenuineIntel", "Xeon", "1", "GenuineIntel", "Xeon"])
    #expect(found["ansible_processor_count"] == 1)
    #expect(found["ansible_processor_cores"] == 1)
    #expect(found["ansible_processor_threads_per_core"] == 2)
    #expect(found["ansible_processor_vcpus"] == 2)
    #expect(found["ansible_memtotal_mb"] == 1024)
    #expect(found["ansible_memory_mb"]?["nocache"] == ["free": 576, "used": 448])
    #expect(found["ansible_uptime_seconds"] == 5105)
    #expect(found["ansible_product_name"] == "Standard PC")
    #expect(found["ansible_bios_date"] == "NA")
  }

  @Test func readsLocalFacts() throws {
    let sections = """
      §local /etc/ansible/facts.d/app.fact
      {"a": [1, "{{ x }}"]}
      \u{2}0
      §local /etc/ansible/facts.d/ini.fact
      [Main]
      Key = value
      \u{2}0
      §local /etc/ansible/facts.d/broken.fact
      oops
      \u{2}3

      """
    let local = try facts([.local], sections)["ansible_local"]
    #expect(local?["app"] == ["a": [1, "{{ x }}"]])
    #expect(local?["app"]?["a"]?.list?.last?.text?.isTemplate == false)
    #expect(local?["ini"] == ["Main": ["key": "value"]])
    #expect(local?["broken"]?.string?.hasPrefix("Failure executing fact script") == true)
  }

  @Test func readsTheKernelsCommandLine() throws {
    let found = try facts([.cmdline], "§cmdline\nquiet console=tty0 console=ttyS0 root=UUID=1-2 x=\"a b\"\n")
    #expect(found["ansible_cmdline"] == ["quiet": true, "console": "ttyS0", "root": "UUID=1-2", "x": "a b"])
    #expect(found["ansible_proc_cmdline"]?["console"] == ["tty0", "ttyS0"])
  }

  @Test(arguments: [
    ("comm systemd\nsystemctl\n", "systemd"), ("comm init\nlink /lib/systemd/systemd\nsystemctl\n", "systemd"),
    ("comm sh\nsysvinit\n", "sysvinit"), ("comm openrc-init\n", "openrc"), ("comm init\nopenrc\n", "openrc"),
    ("comm procd\n", "openwrt_init"), ("comm tini\n", "tini"), ("comm bash\n", "service"),
  ])
  func namesTheServiceManager(section: String, name: String) throws {
    #expect(try facts([.serviceManager], "§init\n\(section)")["ansible_service_mgr"] == .string(name))
  }

  @Test(arguments: [
    ("podman\n", "podman", "guest", ["podman", "container"]),
    ("container systemd-nspawn\n", "container", "guest", ["container"]),
    ("/sys/devices/virtual/dmi/id/sys_vendor:QEMU\n", "kvm", "guest", ["kvm"]), ("", "NA", "NA", []),
    ("/proc/1/cgroup:0::/docker/abc\n", "docker", "guest", ["docker", "container"]), ("devkvm\n", "kvm", "host", []),
  ])
  func recognisesVirtualMachines(section: String, type: String, role: String, guest: [String]) throws {
    let found = try facts([.virtualization], "§virt\n\(section)")
    #expect(found["ansible_virtualization_type"] == .string(type))
    #expect(found["ansible_virtualization_role"] == .string(role))
    #expect(found["ansible_virtualization_tech_guest"] == .list(guest.map { .string($0) }))
  }

  @Test func gathersOnlyWhatIsAskedFor() throws {
    #expect(try FactSubset.sources(["all"]) == Set(FactSource.allCases))
    #expect(try FactSubset.sources(["!all"]) == FactSource.minimal)
    #expect(try FactSubset.sources(["!all", "!min"]) == [])
    #expect(try FactSubset.sources(["!all", "!min", "network"]) == [.network])
    #expect(try FactSubset.sources(["network"]) == FactSource.minimal.union([.network]))
    #expect(try FactSubset.sources(["!hardware"]).isDisjoint(with: [.hardware, .mounts, .devices]))
    #expect(throws: ModuleFailure.self) { try FactSubset.sources(["nosuch"]) }
  }

  @Test(arguments: LocalShell.all.indices)
  func gathersThisMachineInOneRoundTrip(shell: Int) throws {
    let module = try Setup(Arguments(validated: [:]), .test())
    let facts = try LocalShell.all[shell].plan(module).facts
    #expect(facts["ansible_system"] == "Linux")
    #expect(facts["ansible_user_uid"] == .int(Int(getuid())))
    #expect(facts["ansible_memtotal_mb"]?.int ?? 0 > 0)
    #expect(facts["ansible_lo"]?["type"] == "loopback")
    #expect(facts["module_setup"] == true)
    let some = try LocalShell.all[shell].plan(
      Setup(Arguments(validated: ["filter": ["ansible_*_family", "kernel"]]), .test())
    ).facts
    #expect(some.keys.compactMap(\.string) == ["ansible_kernel", "ansible_os_family"])
  }

  @Test func showsSizesAsAnsibleDoes() {
    #expect(FactsReader.humanSize(536_870_912, 512) == "256.00 GB")
    #expect(FactsReader.humanSize(0, 512) == "0.00 Bytes")
    #expect(FactsReader.humanSize(3, 512) == "1.50 KB")
  }
}
