import Foundation
import TestSupport
import Testing

extension RealHosts {
  /// Hosts that a cloud or a Terraform state lists, targeted by their tags: real sshd hosts with the cloud's word for where they are.
  @Suite struct Cloud {
    @Test(.enabled(if: MotoServer.isInstalled, "moto's server is not installed: scripts/moto installs it from PyPI"))
    func instancesOfEC2AreTargetedByTag() async throws {
      let fleet = try await Fleet.plain()
      try await fleet.reset()
      let server = try MotoServer()
      let tags = try tags(fleet)
      try await server.startInstances(tags)
      let folder = try project(fleet)
      try FileManager.default.copyItem(atPath: fixture("aws_ec2.yml"), toPath: "\(folder.path)/aws_ec2.yml")

      let play = Program.swiftible("playbook", "-i", "aws_ec2.yml", fixture("site.yml")).directory(folder.path)
        .environment("AWS_ENDPOINT_URL", server.url).environment("AWS_ACCESS_KEY_ID", "testing")
        .environment("AWS_SECRET_ACCESS_KEY", "testing")
      try await expectSign(of: "app-2", on: "host2", from: play, fleet)
    }

    @Test func machinesOfATerraformStateAreTargetedByTag() async throws {
      let fleet = try await Fleet.plain()
      try await fleet.reset()
      let folder = try project(fleet)
      let instances = try tags(fleet).map { tags in
        [
          "attributes": ["id": "i-\(tags["Name"] ?? "")", "public_ip": tags["Address"] ?? "", "tags": tags]
            as [String: Any]
        ]
      }
      let state: [String: Any] = [
        "version": 4,
        "resources": [["mode": "managed", "type": "aws_instance", "name": "app", "instances": instances]],
      ]
      try folder.write("terraform.tfstate", Array(JSONSerialization.data(withJSONObject: state)))

      let play = Program.swiftible("playbook", "-i", "terraform.tfstate", fixture("site.yml")).directory(folder.path)
      try await expectSign(of: "app-2", on: "host2", from: play, fleet)
    }

    @Test(.enabled(if: MotoServer.isInstalled, "moto's server is not installed: scripts/moto installs it from PyPI"))
    func theCacheServesRunsUntilItIsFlushed() async throws {
      let server = try MotoServer()
      try await server.startInstances([["Name": "app", "Role": "web", "Stage": "prod"]])
      let folder = try TemporaryFolder()
      try folder.write(
        "aws_ec2.yml",
        try String(contentsOfFile: fixture("aws_ec2.yml"), encoding: .utf8)
          + "cache: true\ncache_plugin: jsonfile\ncache_connection: answers\n")
      let play = Program.swiftible("playbook", "-i", "aws_ec2.yml", "--list-hosts", fixture("site.yml"))
        .directory(folder.path).environment("AWS_ACCESS_KEY_ID", "testing")
        .environment("AWS_SECRET_ACCESS_KEY", "testing").environment("AWS_MAX_ATTEMPTS", "1")

      let first = try await play.environment("AWS_ENDPOINT_URL", server.url).run()
      #expect(first.output.contains("hosts (1):\n      app\n"), "\(first.output)\(first.errors)")
      // Nobody listens on the first port.
      let unreachable = play.environment("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
      #expect(try await unreachable.run().output == first.output)
      let flushed = try await unreachable.arguments("--flush-cache").run()
      #expect(flushed.output.contains("hosts (0):"))
      #expect(flushed.errors.contains("Failed to describe instances: us-east-1: 127.0.0.1:1 can't be reached"))
    }

    /// Only one of the three hosts is a web server in production.
    private func tags(_ fleet: Fleet) throws -> [[String: String]] {
      let roles = ["host1": ("web", "dev"), "host2": ("web", "prod"), "host3": ("db", "prod")]
      return try roles.sorted { $0.key < $1.key }.map { host, tags in
        [
          "Name": "app-\(host.dropFirst(4))", "Role": tags.0, "Stage": tags.1, "Address": try fleet.address(host),
          "Port": try fleet.port(host), "Root": fleet.folder(host),
        ]
      }
    }

    /// A folder with the variables that say how to log in.
    private func project(_ fleet: Fleet) throws -> TemporaryFolder {
      let folder = try TemporaryFolder()
      let group = "\(folder.path)/group_vars"
      try FileManager.default.createDirectory(atPath: group, withIntermediateDirectories: false)
      try folder.write(
        "group_vars/all.yml",
        """
        ansible_host: "{{ tags.Address }}"
        ansible_port: "{{ tags.Port }}"
        ansible_ssh_private_key_file: \(fleet.state)/id_ed25519
        ansible_ssh_common_args: -o UserKnownHostsFile=\(fleet.state)/known_hosts -o IdentitiesOnly=yes
        """)
      return folder
    }

    private func fixture(_ name: String) -> String { Repository.path("Tests/Fixtures/EndToEnd/Cloud/\(name)") }

    private func expectSign(of name: String, on host: String, from play: Program, _ fleet: Fleet) async throws {
      let first = try await play.run()
      #expect(first.exitCode == 0, "\(first.output)\(first.errors)")
      #expect(Screen(first.output).recap.keys.sorted() == [name])
      let sign = try String(contentsOfFile: "\(fleet.folder(host))/sign", encoding: .utf8)
      #expect(sign == "\(name) is web in prod\n")
      for other in ["host1", "host2", "host3"] where other != host {
        #expect(!FileManager.default.fileExists(atPath: "\(fleet.folder(other))/sign"), "\(other) was not meant")
      }
      let second = try await play.run()
      #expect(Screen(second.output).changes == [], "\(second.output)\(second.errors)")
    }
  }
}
