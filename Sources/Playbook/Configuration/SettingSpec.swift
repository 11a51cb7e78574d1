import Values

/// One setting of `ansible.cfg`: its name, the variables and the lines that set it, and its default. The one table behind
/// reading, warnings about unknown keys and the documentation (ansible-core 2.19, "Ansible Configuration Settings").
package struct SettingSpec: Sendable {
  package enum Kind: Sendable, Equatable {
    case bool
    case int
    case string
    case path
    /// Paths separated by `:`.
    case paths
    /// Paths separated by `,`.
    case pathList
    /// Words separated by `,`.
    case list
    /// One of these words.
    case choice([String])
  }

  package var name: String
  package var kind: Kind
  package var environment: [String]
  /// `section.key` of `ansible.cfg`.
  package var lines: [String]
  package var defaultValue: String?

  init(_ name: String, _ kind: Kind, _ environment: [String], _ lines: [String], _ defaultValue: String? = nil) {
    self.name = name
    self.kind = kind
    self.environment = environment
    self.lines = lines
    self.defaultValue = defaultValue
  }

  package static let all: [SettingSpec] = [
    SettingSpec("any_errors_fatal", .bool, ["ANSIBLE_ANY_ERRORS_FATAL"], ["defaults.any_errors_fatal"], "false"),
    SettingSpec(
      "allow_broken_conditionals", .bool, ["ANSIBLE_ALLOW_BROKEN_CONDITIONALS"], ["defaults.allow_broken_conditionals"],
      "false"),
    SettingSpec("ansible_managed", .string, ["ANSIBLE_MANAGED_STR"], ["defaults.ansible_managed"], "Ansible managed"),
    SettingSpec("become", .bool, ["ANSIBLE_BECOME"], ["privilege_escalation.become"], "false"),
    SettingSpec(
      "become_ask_pass", .bool, ["ANSIBLE_BECOME_ASK_PASS"], ["privilege_escalation.become_ask_pass"], "false"),
    SettingSpec("become_exe", .string, ["ANSIBLE_BECOME_EXE"], ["privilege_escalation.become_exe"]),
    SettingSpec("become_flags", .string, ["ANSIBLE_BECOME_FLAGS"], ["privilege_escalation.become_flags"]),
    SettingSpec("become_method", .string, ["ANSIBLE_BECOME_METHOD"], ["privilege_escalation.become_method"], "sudo"),
    SettingSpec("become_password_file", .path, ["ANSIBLE_BECOME_PASSWORD_FILE"], ["defaults.become_password_file"]),
    SettingSpec("become_user", .string, ["ANSIBLE_BECOME_USER"], ["privilege_escalation.become_user"], "root"),
    SettingSpec("cache_plugin", .string, ["ANSIBLE_CACHE_PLUGIN"], ["defaults.fact_caching"], "memory"),
    SettingSpec(
      "cache_plugin_connection", .string, ["ANSIBLE_CACHE_PLUGIN_CONNECTION"], ["defaults.fact_caching_connection"]),
    SettingSpec("cache_plugin_prefix", .string, ["ANSIBLE_CACHE_PLUGIN_PREFIX"], ["defaults.fact_caching_prefix"], ""),
    SettingSpec(
      "cache_plugin_timeout", .int, ["ANSIBLE_CACHE_PLUGIN_TIMEOUT"], ["defaults.fact_caching_timeout"], "86400"),
    SettingSpec("check_mode_markers", .bool, ["ANSIBLE_CHECK_MODE_MARKERS"], ["defaults.check_mode_markers"], "false"),
    SettingSpec(
      "collections_path", .paths, ["ANSIBLE_COLLECTIONS_PATH"], ["defaults.collections_path"],
      "~/.ansible/collections:/usr/share/ansible/collections"),
    SettingSpec(
      "connection_password_file", .path, ["ANSIBLE_CONNECTION_PASSWORD_FILE"], ["defaults.connection_password_file"]),
    SettingSpec(
      "deprecation_warnings", .bool, ["ANSIBLE_DEPRECATION_WARNINGS"], ["defaults.deprecation_warnings"], "true"),
    SettingSpec("diff_always", .bool, ["ANSIBLE_DIFF_ALWAYS"], ["diff.always"], "false"),
    SettingSpec("debug", .bool, ["ANSIBLE_DEBUG"], ["defaults.debug"], "false"),
    SettingSpec("diff_context", .int, ["ANSIBLE_DIFF_CONTEXT"], ["diff.context"], "3"),
    SettingSpec(
      "display_args_to_stdout", .bool, ["ANSIBLE_DISPLAY_ARGS_TO_STDOUT"], ["defaults.display_args_to_stdout"], "false"),
    SettingSpec(
      "display_failed_stderr", .bool, ["ANSIBLE_DISPLAY_FAILED_STDERR"], ["defaults.display_failed_stderr"], "false"),
    SettingSpec("display_ok_hosts", .bool, ["ANSIBLE_DISPLAY_OK_HOSTS"], ["defaults.display_ok_hosts"], "true"),
    SettingSpec(
      "display_skipped_hosts", .bool, ["ANSIBLE_DISPLAY_SKIPPED_HOSTS", "DISPLAY_SKIPPED_HOSTS"],
      ["defaults.display_skipped_hosts"], "true"),
    SettingSpec(
      "duplicate_dict_key", .choice(["error", "warn", "ignore"]), ["ANSIBLE_DUPLICATE_YAML_DICT_KEY"],
      ["defaults.duplicate_dict_key"], "warn"),
    SettingSpec(
      "enable_task_debugger", .bool, ["ANSIBLE_ENABLE_TASK_DEBUGGER"], ["defaults.enable_task_debugger"], "false"),
    SettingSpec(
      "error_on_missing_handler", .bool, ["ANSIBLE_ERROR_ON_MISSING_HANDLER"], ["defaults.error_on_missing_handler"],
      "true"),
    SettingSpec("executable", .path, ["ANSIBLE_EXECUTABLE"], ["defaults.executable"], "/bin/sh"),
    SettingSpec("fact_path", .string, ["ANSIBLE_FACT_PATH"], ["defaults.fact_path"]),
    SettingSpec("force_color", .bool, ["ANSIBLE_FORCE_COLOR"], [], "false"),
    SettingSpec("force_handlers", .bool, ["ANSIBLE_FORCE_HANDLERS"], ["defaults.force_handlers"], "false"),
    SettingSpec(
      "force_valid_group_names", .choice(["always", "never", "ignore", "silently"]),
      ["ANSIBLE_TRANSFORM_INVALID_GROUP_CHARS"],
      ["defaults.force_valid_group_names"], "never"),
    SettingSpec("forks", .int, ["ANSIBLE_FORKS"], ["defaults.forks"], "5"),
    SettingSpec("gather_subset", .list, ["ANSIBLE_GATHER_SUBSET"], ["defaults.gather_subset"]),
    SettingSpec("gather_timeout", .int, ["ANSIBLE_GATHER_TIMEOUT"], ["defaults.gather_timeout"]),
    SettingSpec(
      "gathering", .choice(["smart", "explicit", "implicit"]), ["ANSIBLE_GATHERING"], ["defaults.gathering"], "implicit"
    ),
    SettingSpec(
      "hash_behaviour", .choice(["replace", "merge"]), ["ANSIBLE_HASH_BEHAVIOUR"], ["defaults.hash_behaviour"],
      "replace"),
    SettingSpec(
      "host_key_checking", .bool, ["ANSIBLE_HOST_KEY_CHECKING", "ANSIBLE_SSH_HOST_KEY_CHECKING"],
      ["defaults.host_key_checking", "ssh_connection.host_key_checking"], "true"),
    SettingSpec(
      "host_pattern_mismatch", .choice(["warning", "error", "ignore"]), ["ANSIBLE_HOST_PATTERN_MISMATCH"],
      ["inventory.host_pattern_mismatch"],
      "warning"),
    SettingSpec("inject_facts_as_vars", .bool, ["ANSIBLE_INJECT_FACT_VARS"], ["defaults.inject_facts_as_vars"], "true"),
    SettingSpec("inventory", .pathList, ["ANSIBLE_INVENTORY"], ["defaults.inventory"], "/etc/ansible/hosts"),
    SettingSpec(
      "inventory_enabled", .list, ["ANSIBLE_INVENTORY_ENABLED"], ["inventory.enable_plugins"],
      "host_list,script,auto,yaml,ini,toml"),
    SettingSpec(
      "inventory_ignore_extensions", .list, ["ANSIBLE_INVENTORY_IGNORE"],
      ["defaults.inventory_ignore_extensions", "inventory.ignore_extensions"]),
    SettingSpec(
      "inventory_ignore_patterns", .list, ["ANSIBLE_INVENTORY_IGNORE_REGEX"],
      ["defaults.inventory_ignore_patterns", "inventory.ignore_patterns"]),
    SettingSpec(
      "inventory_any_unparsed_is_failed", .bool, ["ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED"],
      ["inventory.any_unparsed_is_failed"], "false"),
    SettingSpec(
      "inventory_unparsed_is_failed", .bool, ["ANSIBLE_INVENTORY_UNPARSED_FAILED"], ["inventory.unparsed_is_failed"],
      "false"),
    SettingSpec(
      "inventory_unparsed_warning", .bool, ["ANSIBLE_INVENTORY_UNPARSED_WARNING"],
      ["inventory.inventory_unparsed_warning"], "true"),
    SettingSpec("variable_precedence", .list, ["ANSIBLE_PRECEDENCE"], ["defaults.precedence"]),
    SettingSpec("inventory_cache", .bool, ["ANSIBLE_INVENTORY_CACHE"], ["inventory.cache"], "false"),
    SettingSpec("inventory_cache_plugin", .string, ["ANSIBLE_INVENTORY_CACHE_PLUGIN"], ["inventory.cache_plugin"]),
    SettingSpec(
      "inventory_cache_connection", .path, ["ANSIBLE_INVENTORY_CACHE_CONNECTION"], ["inventory.cache_connection"]),
    SettingSpec(
      "inventory_cache_prefix", .string, ["ANSIBLE_INVENTORY_CACHE_PLUGIN_PREFIX"], ["inventory.cache_prefix"]),
    SettingSpec("inventory_cache_timeout", .int, ["ANSIBLE_INVENTORY_CACHE_TIMEOUT"], ["inventory.cache_timeout"]),
    SettingSpec("inventory_export", .bool, ["ANSIBLE_INVENTORY_EXPORT"], ["inventory.export"], "false"),
    SettingSpec(
      "inventory_script_stderr", .bool, ["ANSIBLE_INVENTORY_PLUGIN_SCRIPT_STDERR"],
      ["inventory_plugin_script.always_show_stderr"], "true"),
    SettingSpec(
      "inventory_use_extra_vars", .bool, ["ANSIBLE_INVENTORY_USE_EXTRA_VARS"], ["inventory_plugins.use_extra_vars"],
      "false"),
    SettingSpec("jinja2_extensions", .list, ["ANSIBLE_JINJA2_EXTENSIONS"], ["defaults.jinja2_extensions"]),
    SettingSpec(
      "library", .paths, ["ANSIBLE_LIBRARY"], ["defaults.library"],
      "~/.ansible/plugins/modules:/usr/share/ansible/plugins/modules"),
    SettingSpec("localhost_warning", .bool, ["ANSIBLE_LOCALHOST_WARNING"], ["defaults.localhost_warning"], "true"),
    SettingSpec("log_path", .path, ["ANSIBLE_LOG_PATH"], ["defaults.log_path"]),
    SettingSpec("max_diff_size", .int, ["ANSIBLE_MAX_DIFF_SIZE"], ["defaults.max_diff_size"], "104448"),
    SettingSpec("no_log", .bool, ["ANSIBLE_NO_LOG"], ["defaults.no_log"], "false"),
    SettingSpec("nocolor", .bool, ["ANSIBLE_NOCOLOR", "NO_COLOR"], ["defaults.nocolor"], "false"),
    SettingSpec("nocows", .bool, ["ANSIBLE_NOCOWS"], ["defaults.nocows"], "false"),
    SettingSpec("playbook_dir", .path, ["ANSIBLE_PLAYBOOK_DIR"], ["defaults.playbook_dir"]),
    SettingSpec("poll_interval", .int, ["ANSIBLE_POLL_INTERVAL"], ["defaults.poll_interval"], "15"),
    SettingSpec(
      "private_key_file", .path, ["ANSIBLE_PRIVATE_KEY_FILE"],
      ["defaults.private_key_file", "ssh_connection.private_key_file"]),
    SettingSpec("private_role_vars", .bool, ["ANSIBLE_PRIVATE_ROLE_VARS"], ["defaults.private_role_vars"], "false"),
    SettingSpec("remote_port", .int, ["ANSIBLE_REMOTE_PORT"], ["defaults.remote_port", "ssh_connection.remote_port"]),
    SettingSpec(
      "remote_user", .string, ["ANSIBLE_REMOTE_USER"], ["defaults.remote_user", "ssh_connection.remote_user"]),
    SettingSpec(
      "callback_result_format", .string, ["ANSIBLE_CALLBACK_RESULT_FORMAT"],
      ["defaults.callback_result_format", "defaults.result_format"], "json"),
    SettingSpec(
      "callback_format_pretty", .bool, ["ANSIBLE_CALLBACK_FORMAT_PRETTY"], ["defaults.callback_format_pretty"]),
    SettingSpec("retries", .int, ["ANSIBLE_SSH_RETRIES"], ["ssh_connection.retries", "connection.retries"], "0"),
    SettingSpec(
      "retry_files_enabled", .bool, ["ANSIBLE_RETRY_FILES_ENABLED"], ["defaults.retry_files_enabled"], "false"),
    SettingSpec(
      "roles_path", .paths, ["ANSIBLE_ROLES_PATH"], ["defaults.roles_path"],
      "~/.ansible/roles:/usr/share/ansible/roles:/etc/ansible/roles"),
    SettingSpec("run_tags", .list, ["ANSIBLE_RUN_TAGS"], ["tags.run"]),
    SettingSpec("show_custom_stats", .bool, ["ANSIBLE_SHOW_CUSTOM_STATS"], ["defaults.show_custom_stats"], "false"),
    SettingSpec(
      "show_per_host_start", .bool, ["ANSIBLE_SHOW_PER_HOST_START"], ["defaults.show_per_host_start"], "false"),
    SettingSpec(
      "show_task_path_on_failure", .bool, ["ANSIBLE_SHOW_TASK_PATH_ON_FAILURE"], ["defaults.show_task_path_on_failure"],
      "false"),
    SettingSpec("skip_tags", .list, ["ANSIBLE_SKIP_TAGS"], ["tags.skip"]),
    SettingSpec("ssh_args", .string, ["ANSIBLE_SSH_ARGS"], ["ssh_connection.ssh_args"]),
    SettingSpec("ssh_common_args", .string, ["ANSIBLE_SSH_COMMON_ARGS"], ["ssh_connection.ssh_common_args"]),
    SettingSpec("ssh_extra_args", .string, ["ANSIBLE_SSH_EXTRA_ARGS"], ["ssh_connection.ssh_extra_args"]),
    SettingSpec(
      "bin_ansible_callbacks", .bool, ["ANSIBLE_LOAD_CALLBACK_PLUGINS"], ["defaults.bin_ansible_callbacks"], "false"),
    SettingSpec("stdout_callback", .string, ["ANSIBLE_STDOUT_CALLBACK"], ["defaults.stdout_callback"], "default"),
    SettingSpec("strategy", .string, ["ANSIBLE_STRATEGY"], ["defaults.strategy"], "linear"),
    SettingSpec(
      "task_debugger_ignore_errors", .bool, ["ANSIBLE_TASK_DEBUGGER_IGNORE_ERRORS"],
      ["defaults.task_debugger_ignore_errors"], "true"),
    SettingSpec("task_timeout", .int, ["ANSIBLE_TASK_TIMEOUT"], ["defaults.task_timeout"], "0"),
    SettingSpec("timeout", .int, ["ANSIBLE_TIMEOUT"], ["defaults.timeout"], "10"),
    SettingSpec("transport", .string, ["ANSIBLE_TRANSPORT"], ["defaults.transport"], "ssh"),
    SettingSpec(
      "vars_plugins_enabled", .list, ["ANSIBLE_VARS_ENABLED"], ["defaults.vars_plugins_enabled"], "host_group_vars"),
    SettingSpec(
      "vault_encrypt_identity", .string, ["ANSIBLE_VAULT_ENCRYPT_IDENTITY"], ["defaults.vault_encrypt_identity"]),
    SettingSpec("vault_id_match", .bool, ["ANSIBLE_VAULT_ID_MATCH"], ["defaults.vault_id_match"], "false"),
    SettingSpec("vault_identity", .string, ["ANSIBLE_VAULT_IDENTITY"], ["defaults.vault_identity"], "default"),
    SettingSpec("vault_identity_list", .list, ["ANSIBLE_VAULT_IDENTITY_LIST"], ["defaults.vault_identity_list"]),
    SettingSpec("vault_password_file", .path, ["ANSIBLE_VAULT_PASSWORD_FILE"], ["defaults.vault_password_file"]),
    SettingSpec("verbosity", .int, ["ANSIBLE_VERBOSITY"], ["defaults.verbosity"], "0"),
    SettingSpec(
      "yaml_valid_extensions", .list, ["ANSIBLE_YAML_FILENAME_EXT"], ["defaults.yaml_valid_extensions"],
      ".yml,.yaml,.json"),
  ]

  /// Keys that concern Python, plugins or looks we do not have: accepted without a warning, without effect.
  package static let ignoredLines: Set<String> = [
    "defaults.module_utils", "defaults.filter_plugins", "defaults.lookup_plugins",
    "defaults.callback_plugins",
    "defaults.action_plugins", "defaults.connection_plugins", "defaults.interpreter_python", "defaults.remote_tmp",
    "defaults.local_tmp",
    "defaults.retry_files_save_path", "defaults.callbacks_enabled", "defaults.callback_whitelist",
    "defaults.system_warnings", "defaults.command_warnings",
    "defaults.module_name", "defaults.module_set_locale", "defaults.internal_poll_interval", "defaults.squash_actions",
    "defaults.cow_selection", "defaults.poll_interval", "ssh_connection.pipelining", "ssh_connection.control_path",
    "ssh_connection.control_path_dir", "ssh_connection.scp_if_ssh", "ssh_connection.transfer_method",
    "ssh_connection.usetty",
    "connection.pipelining", "defaults.pipelining",
  ]
}
