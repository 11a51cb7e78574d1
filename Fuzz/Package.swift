// swift-tools-version: 6.2
import PackageDescription

/// Development only: feeds what libFuzzer makes up to the project's own parsers, built again here with its instrumentation.
let settings: [SwiftSetting] = [.swiftLanguageMode(.v6), .enableUpcomingFeature("ExistentialAny")]
let fuzzed: [SwiftSetting] = settings + [.unsafeFlags(["-sanitize=fuzzer"])]
/// Where a target calls what is internal to the module.
let opened: [SwiftSetting] = fuzzed + [.unsafeFlags(["-enable-testing"])]
let linked: [LinkerSetting] = [.unsafeFlags(["-sanitize=fuzzer", "-use-ld=lld"])]
let main: [SwiftSetting] = fuzzed + [.unsafeFlags(["-parse-as-library"])]

let collections = Target.Dependency.product(name: "OrderedCollections", package: "swift-collections")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let asyncHTTPClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")

let package = Package(
  name: "fuzz",
  platforms: [.macOS(.v15)],
  dependencies: [
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
  ],
  targets: [
    .systemLibrary(name: "CLibSSH2", pkgConfig: "libssh2", providers: [.apt(["libssh2-1-dev"])]),
    .target(name: "CSSHGuard", dependencies: ["CLibSSH2"]),
    .systemLibrary(name: "CPCRE2", pkgConfig: "libpcre2-8", providers: [.apt(["libpcre2-dev"])]),
    .systemLibrary(name: "CLibYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
    .target(name: "Values", dependencies: ["CLibYAML", collections], swiftSettings: fuzzed),
    .target(name: "Patterns", dependencies: ["CPCRE2", "Values"], swiftSettings: settings),
    .target(name: "Jinja", dependencies: ["Values", collections], swiftSettings: fuzzed),
    .target(name: "Vault", dependencies: ["Values", crypto, cryptoExtras], swiftSettings: fuzzed),
    .target(
      name: "Inventory",
      dependencies: ["Values", "Patterns", "Jinja", "Vault", collections, crypto, nioCore, asyncHTTPClient, subprocess],
      swiftSettings: opened),
    .target(
      name: "Transport",
      dependencies: ["CLibSSH2", "CSSHGuard", "Values", collections, crypto, cryptoExtras, nioCore, nioPosix],
      swiftSettings: settings),
    .target(
      name: "Modules", dependencies: ["Values", "Patterns", "Transport", collections, crypto], swiftSettings: settings),
    .target(
      name: "Playbook",
      dependencies: [
        "Values", "Patterns", "Jinja", "Vault", "Inventory", "Transport", "Modules", collections, crypto, subprocess,
      ],
      swiftSettings: opened),
    .target(name: "Driver", swiftSettings: settings),
    .executableTarget(
      name: "templates", dependencies: ["Driver", "Jinja", "Values"], swiftSettings: main, linkerSettings: linked),
    .executableTarget(
      name: "parsers", dependencies: ["Driver", "Inventory", "Playbook", "Vault", "Values"], swiftSettings: main,
      linkerSettings: linked),
  ]
)
