// swift-tools-version: 6.2
import PackageDescription

/// CI sets `SWIFTIBLE_STRICT=1`: there a warning is an error. A user's build with a newer compiler must not fail on its new warnings.
let strict = Context.environment["SWIFTIBLE_STRICT"] == "1"
let settings: [SwiftSetting] =
  [.swiftLanguageMode(.v6), .enableUpcomingFeature("ExistentialAny")]
  + (strict ? [.treatAllWarnings(as: .error)] : [])

let collections = Target.Dependency.product(name: "OrderedCollections", package: "swift-collections")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let asyncHTTPClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")

// The targets stand in the order in which data flows; each imports only those above it (docs/how-it-works.md).
let package = Package(
  name: "swiftible",
  platforms: [.macOS(.v15)],
  products: [.executable(name: "swiftible", targets: ["swiftible"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
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
    .target(name: "Values", dependencies: ["CLibYAML"], swiftSettings: settings),
    .target(name: "Patterns", dependencies: ["CPCRE2", "Values"], swiftSettings: settings),
    .target(name: "Jinja", dependencies: ["Values", collections], swiftSettings: settings),
    .target(name: "Vault", dependencies: ["Values", crypto, cryptoExtras], swiftSettings: settings),
    .target(
      name: "Inventory",
      dependencies: [
        "Values", "Patterns", "Jinja", "Vault", collections, crypto, nioCore, asyncHTTPClient, subprocess,
      ],
      swiftSettings: settings),
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
      swiftSettings: settings),
    .executableTarget(
      name: "swiftible",
      dependencies: [
        "Values", "Vault", "Inventory", "Transport", "Modules", "Playbook",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: settings),
    .testTarget(name: "ValuesTests", dependencies: ["Values"], swiftSettings: settings),
    .testTarget(name: "PatternsTests", dependencies: ["Patterns"], swiftSettings: settings),
    .testTarget(name: "JinjaTests", dependencies: ["Jinja"], swiftSettings: settings),
    .testTarget(name: "VaultTests", dependencies: ["Vault"], swiftSettings: settings),
    .testTarget(name: "InventoryTests", dependencies: ["TestSupport", "Inventory"], swiftSettings: settings),
    .testTarget(name: "TransportTests", dependencies: ["Transport", crypto, nioCore], swiftSettings: settings),
    .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: settings),
    .testTarget(name: "ModulesTests", dependencies: ["Modules", "TestSupport", nioCore], swiftSettings: settings),
    .testTarget(name: "PlaybookTests", dependencies: ["Playbook", "TestSupport"], swiftSettings: settings),
    .testTarget(name: "EndToEndTests", dependencies: ["Values", "TestSupport"], swiftSettings: settings),
  ]
)
