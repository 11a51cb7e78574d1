import Foundation
import TestSupport
import Testing

/// A password that looks like a template and like a format is used byte for byte (CVE-2019-10206, CVE-2019-14856).
private let password = "{{1+1}}%s"

@Suite struct PromptedSecretTests {
  /// A playbook, and a sudo that writes the password that it hears to the file `heard`.
  private static func folderWithSudo() async throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write(
      "sudo.txt",
      """
      #!/bin/sh
      while [ $# -gt 0 ]; do
        case $1 in
          -p) printf '%s' "$2" >&2; shift 2 ;;
          --) shift; break ;;
          -u) shift 2 ;;
          *) shift ;;
        esac
      done
      IFS= read -r heard
      printf '%s' "$heard" >"${0%/*}/heard"
      exec "$@"

      """)
    // A program that this process writes itself may be busy: others that it starts inherit the descriptor for a moment.
    _ = try await Program(
      path: "/bin/sh", arguments: ["-c", "cp sudo.txt sudo && chmod 755 sudo"], environment: ["PATH": "/usr/bin:/bin"]
    ).directory(folder.path).run()
    try folder.write(
      "site.yml",
      """
      - hosts: localhost
        connection: local
        gather_facts: false
        vars: {ansible_become_exe: "\(folder.path)/sudo"}
        tasks:
          - command: "true"
            become: true
      """)
    return folder
  }

  /// The password goes to the program that asks for it, here one that writes down what it hears.
  @Test func whatAPersonTypesIsNeverATemplate() async throws {
    let folder = try await Self.folderWithSudo()
    let outcome = try await Program.swiftible("playbook", "-i", "localhost,", "-K", "site.yml")
      .directory(folder.path).input("\(password)\n").run()
    try #require(outcome.exitCode == 0, "\(outcome.output)\(outcome.errors)")
    #expect(try folder.read("heard") == password)
  }

  /// `script` runs the program on a terminal of its own, at which somebody types the password again and again: what is typed
  /// before the question is thrown away.
  @Test func aPasswordIsAskedAtTheTerminalAndNotSeen() async throws {
    let folder = try await Self.folderWithSudo()
    var program = Program.swiftible("playbook", "-i", "localhost,", "-K", "site.yml")
    let command = "echo piped | '\(program.path)' \(program.arguments.joined(separator: " "))"
    program.path = "/bin/sh"
    program.arguments = ["-c", "while echo typed; do sleep 0.1; done | script -qec \"$0\" /dev/null", command]
    let outcome = try await program.directory(folder.path).run()
    #expect(outcome.exitCode == 0, "\(outcome.output)")
    #expect(try folder.read("heard") == "typed")
    let lines = outcome.output.split(whereSeparator: \.isNewline)
    #expect(lines.contains { $0.hasSuffix("BECOME password: ") }, "\(outcome.output)")
  }

  /// The fixture was encrypted by ansible-vault with this password.
  @Test func aVaultOpensWithAPasswordThatLooksLikeATemplate() async throws {
    let folder = try TemporaryFolder()
    try folder.write("password", "\(password)\n")
    let vars = "\(Repository.root)/Tests/Fixtures/EndToEnd/PromptedSecrets/vars.yml"
    try folder.write(
      "site.yml",
      """
      - hosts: localhost
        connection: local
        gather_facts: false
        vars_files: ["\(vars)"]
        tasks:
          - copy: {content: "{{ sealed }}", dest: "\(folder.path)/opened"}
      """)
    let playbook = Program.swiftible("playbook", "-i", "localhost,", "site.yml").directory(folder.path)
    let fromFile = try await playbook.arguments("--vault-password-file", "password").run()
    try #require(fromFile.exitCode == 0, "\(fromFile.output)\(fromFile.errors)")
    #expect(try folder.read("opened") == "opened")
    let typed = try await playbook.arguments("--ask-vault-password").input("\(password)\n").run()
    #expect(typed.exitCode == 0, "\(typed.output)\(typed.errors)")
  }
}

extension RealHosts {
  @Suite struct LoginPassword {
    @Test(.enabled(if: Fleet.obstacle == nil, "left out: the full fleet can't run here: \(Fleet.obstacle ?? "")"))
    func aLoginPasswordThatLooksLikeATemplateLogsIn() async throws {
      let fleet = try await Fleet.full()
      let folder = try TemporaryFolder()
      try folder.write(
        "inventory",
        """
        host1 ansible_host=\(try fleet.address("host1")) ansible_port=\(try fleet.port("host1")) ansible_user=asker

        [all:vars]
        ansible_ssh_common_args='-o UserKnownHostsFile=\(fleet.state)/known_hosts -o PubkeyAuthentication=no'
        """)
      func set(_ password: String) async throws {
        let made = try await fleet.run("host1", "printf '%s\\n' 'asker:\(password)' | chpasswd")
        try #require(made.exitCode == 0, "\(made.errors)")
      }
      try await set(password)
      // One answer for both: the password of sudo is by default that of the login.
      let outcome = try await Program.swiftible(
        "adhoc", "host1", "-i", "inventory", "-k", "-K", "-b", "-m", "command", "-a", "whoami"
      ).directory(folder.path).input("\(password)\n\n").run()
      try await set(try fleet.password())
      #expect(outcome.exitCode == 0)
      #expect(outcome.output.contains("root"), "\(outcome.output)\(outcome.errors)")
    }
  }
}
