/// The variables that say how a host is reached. Facts and results can't set them.
package enum ConnectionVariable {
  private static let names: Set<String> = [
    "ansible_connection", "ansible_host", "ansible_port", "ansible_user", "ansible_password", "ansible_timeout",
    "ansible_private_key_file", "ansible_private_key", "ansible_private_key_passphrase", "ansible_host_key_checking",
    "ansible_shell_type", "ansible_shell_executable", "ansible_executable", "ansible_pipelining", "ansible_remote_tmp",
    "ansible_delegated_vars", "ansible_module_compression", "ansible_connection_user",
  ]

  package static func isConnectionVariable(_ name: String) -> Bool {
    names.contains(name) || name.hasPrefix("ansible_become")
      || name.hasPrefix("ansible_ssh_") && !name.hasPrefix("ansible_ssh_host_key_")
      || name.hasPrefix("ansible_sudo_") || name.hasPrefix("ansible_su_")
      || name.hasPrefix("ansible_") && name.hasSuffix("_interpreter") || name.hasPrefix("_ansible_")
  }
}
