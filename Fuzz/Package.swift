// swift-tools-version: 6.2
import PackageDescription

/// Development only: feeds what libFuzzer makes up to the project's own parsers, built again here with its instrumentation.
let settings: [SwiftSetting] = [.swiftLanguageMode(.v6), .enableUpcomingFeature("ExistentialAny")]
let fuzzed: [SwiftSetting] = settings + [.unsafeFlags(["-sanitize=fuzzer"])]
let collections = Target.Dependency.product(name: "OrderedCollections", package: "swift-collections")

let package = Package(
  name: "fuzz",
  platforms: [.macOS(.v15)],
  dependencies: [.package(url: "https://github.com/apple/swift-collections", from: "1.6.0")],
  targets: [
    .systemLibrary(name: "CLibYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
    .target(name: "Values", dependencies: ["CLibYAML", collections], swiftSettings: settings),
    .target(name: "Jinja", dependencies: ["Values", collections], swiftSettings: fuzzed),
    .executableTarget(
      name: "templates", dependencies: ["Jinja", "Values"],
      swiftSettings: fuzzed + [.unsafeFlags(["-parse-as-library"])],
      linkerSettings: [.unsafeFlags(["-sanitize=fuzzer", "-use-ld=lld"])]),
  ]
)
