import Values

extension Apt {
  static let spec = ModuleSpec(
    name: "apt", summary: "Keep Debian packages", arguments: wanted + lists + permissions,
    rules: [
      .mutuallyExclusive(["deb", "package", "upgrade"]),
      .requiredOneOf(["autoremove", "deb", "package", "update_cache", "upgrade"]),
    ],
    supportsDiff: true,
    returns: [
      ReturnSpec("stdout", "what apt printed"), ReturnSpec("stderr", "what apt printed as errors"),
      ReturnSpec("cache_updated", "whether the package lists were updated"),
      ReturnSpec("cache_update_time", "when they were last updated, in seconds since 1970"),
    ])

  private static let wanted: [ArgumentSpec] = [
    ArgumentSpec("package", .list(of: .string), aliases: ["pkg", "name"], "Packages, with versions or patterns."),
    ArgumentSpec(
      "state", default: "present", choices: ["absent", "build-dep", "fixed", "latest", "present"],
      "What should be true of them."),
    ArgumentSpec("deb", .path, "Package files on the host, separated by commas."),
    ArgumentSpec("upgrade", default: "no", choices: ["dist", "full", "no", "safe", "yes"], "Upgrade all packages."),
    ArgumentSpec("only_upgrade", .bool, default: false, "Only packages that are installed."),
    ArgumentSpec("purge", .bool, default: false, "Remove the configuration with a package."),
    ArgumentSpec("autoremove", .bool, default: false, "Remove packages that nothing needs any more."),
    ArgumentSpec("autoclean", .bool, default: false, "Remove downloads that can't be had any more."),
    ArgumentSpec("clean", .bool, default: false, "Remove all downloads."),
    ArgumentSpec("default_release", .string, aliases: ["default-release"], "The release to prefer."),
    ArgumentSpec("install_recommends", .bool, aliases: ["install-recommends"], "Install what packages recommend."),
  ]

  private static let lists: [ArgumentSpec] = [
    ArgumentSpec("update_cache", .bool, aliases: ["update-cache"], "Update the package lists first."),
    ArgumentSpec("cache_valid_time", .int, default: 0, "Seconds for which the lists are new enough."),
    ArgumentSpec("update_cache_retries", .int, default: 5, "How often to try."),
    ArgumentSpec("update_cache_retry_max_delay", .int, default: 12, "Longest wait between tries, in seconds."),
  ]

  private static let permissions: [ArgumentSpec] = [
    ArgumentSpec("force", .bool, default: false, "Allow everything that apt warns of."),
    ArgumentSpec("force_apt_get", .bool, default: false, "Use apt-get; it always is."),
    ArgumentSpec("dpkg_options", default: "force-confdef,force-confold", "Options for dpkg, separated by commas."),
    ArgumentSpec(
      "allow_unauthenticated", .bool, aliases: ["allow-unauthenticated"], default: false, "Take unsigned packages."),
    ArgumentSpec(
      "allow_downgrade", .bool, aliases: ["allow-downgrade", "allow_downgrades", "allow-downgrades"], default: false,
      "Replace a package by an older version."),
    ArgumentSpec("allow_change_held_packages", .bool, default: false, "Change packages that are on hold."),
    ArgumentSpec("fail_on_autoremove", .bool, default: false, "Fail rather than remove a package."),
    ArgumentSpec("policy_rc_d", .int, "What policy-rc.d answers to packages that want to start services."),
    ArgumentSpec("lock_timeout", .int, default: 60, "Seconds to wait for apt's lock."),
    ArgumentSpec("auto_install_module_deps", .bool, default: true, "Not needed: the module uses no Python."),
  ]
}
