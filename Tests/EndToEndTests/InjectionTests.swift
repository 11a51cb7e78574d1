import Foundation
import TestSupport
import Testing

/// A host whose every word is an attack: what it prints is a template that would run a command on the controller, or words that
/// would become further arguments. It must stay text on every way a playbook can send it.
@Suite struct InjectionTests {
  @Test func whatAHostPrintsIsNeverATemplate() async throws {
    let folder = try TemporaryFolder()
    try folder.write("body.j2", "body {{ said.stdout }}\n")
    try folder.write(
      "site.yml",
      """
      - hosts: localhost
        connection: local
        gather_facts: false
        vars:
          through: "{{ said.stdout }}"
          nested: {list: ["{{ said.stdout }}"]}
          block: |
            first line
            {{ said.stdout }}
        tasks:
          - command: cat \(folder.path)/attack
            register: said
          - set_fact:
              fact: "{{ said.stdout }}"
          - name: "named {{ said.stdout }}"
            assert:
              that:
                - fact == said.stdout
                - through == said.stdout
                - nested.list[0] == said.stdout
                - vars['through'] == said.stdout
                - hostvars['localhost'].fact == said.stdout
                - said.stdout in block
                - said.stdout is string and fact | length > 20
                - lookup('vars', 'fact') == said.stdout
          - debug: {msg: "{{ item }}"}
            loop: ["{{ said.stdout }}", "{{ fact }}"]
          - debug: {var: said.stdout}
          - debug: {msg: unreached}
            when: said.stdout
            ignore_errors: true
          - debug: {msg: unreached}
            when: "{{ said.stdout }}"
            ignore_errors: true
          - command: "true"
            register: judged
            failed_when: judged.stdout == said.stdout
            until: judged.stdout != said.stdout
          - copy:
              content: "{{ said.stdout }}"
              dest: "\(folder.path)/copied"
          - template:
              src: "\(folder.path)/body.j2"
              dest: "\(folder.path)/rendered"
          - add_host:
              name: other
              groups: made
              given: "{{ said.stdout }}"
          - group_by: {key: "by {{ said.stdout }}"}
          - debug: {msg: "{{ hostvars['other'].given }}"}
          - include_tasks: "{{ said.stdout }}"
            ignore_errors: true
          - debug: {msg: delegated}
            delegate_to: "{{ said.stdout }}"
            ignore_errors: true
            ignore_unreachable: true
      """)
    try folder.write("attack", "{{ lookup('pipe', 'touch \(folder.path)/PWN') }}")
    let attack = try folder.read("attack")
    let outcome = try await Program.swiftible("playbook", "-i", "localhost,", "site.yml").directory(folder.path).run()
    #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/PWN"), "\(outcome.output)")
    #expect(try folder.read("copied") == attack)
    #expect(try folder.read("rendered") == "body \(attack)\n")
    #expect(outcome.output.contains("named {{ lookup("), "\(outcome.output)\(outcome.errors)")
  }

  /// CVE-2014-2686, CVE-2014-4967, CVE-2020-1734.
  @Test(arguments: [
    "x src=/etc/shadow mode=0777", "a 'b' \"c\"", "line one\nline two", "; touch PWN; $(touch PWN) `touch PWN`", "k=v",
    "{# #}",
  ])
  func aValueStaysOneArgument(_ value: String) async throws {
    let folder = try TemporaryFolder()
    try folder.write("attack", value)
    try folder.write(
      "site.yml",
      """
      - hosts: localhost
        connection: local
        gather_facts: false
        tasks:
          - command: cat attack
            args: {chdir: "\(folder.path)"}
            register: said
          - copy:
              content: "{{ said.stdout }}"
              dest: "\(folder.path)/yaml"
          - copy: content="{{ said.stdout }}" dest=\(folder.path)/words
          - command: printf '%s' "{{ said.stdout }}"
            register: yaml
            when: '"\\"" not in said.stdout'
          - command:
              argv: ["printf", "%s", "{{ said.stdout }}"]
            register: listed
          - shell: printf '%s' {{ said.stdout | quote }} > shell
            args: {chdir: "\(folder.path)"}
          - copy: {content: "{{ listed.stdout }}", dest: "\(folder.path)/argv"}
      """)
    let outcome = try await Program.swiftible("playbook", "-i", "localhost,", "site.yml").directory(folder.path).run()
    #expect(outcome.exitCode == 0, "\(outcome.output)\(outcome.errors)")
    for name in ["yaml", "words", "shell", "argv"] { #expect(try folder.read(name) == value, "\(name)") }
    #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/PWN"))
  }
}
