import ArgumentParser
import Playbook

/// The root command.
struct Swiftible: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "swiftible",
    abstract: "Runs Ansible playbooks, unchanged and fast, from one native binary.",
    discussion: """
      swiftible reads the playbooks, inventories and roles that you have, connects over SSH, and needs no Python on either \
      end. Each subcommand takes the flags of the ansible command of that name; called as ansible-playbook, ansible, \
      ansible-inventory or ansible-vault (by a link), the binary is that command.

        swiftible playbook -i inventory site.yml        run a playbook
        swiftible playbook -i inventory site.yml -CD    foretell its changes
        swiftible adhoc -i inventory web -m ping        run one module
        swiftible inventory -i inventory --graph        look at the inventory
        swiftible vault encrypt secrets.yml             encrypt a file

      Completion for bash, zsh and fish: swiftible --generate-completion-script bash
      """,
    version: "swiftible \(Version.number) (follows ansible-core \(Version.ansible))",
    subcommands: [PlaybookCommand.self, AdhocCommand.self, InventoryCommand.self, VaultCommand.self])
}
