// swift-tools-version: 6.2
import PackageDescription

/// Development only: a program that renders templates for comparison with ansible-core and measures how fast it does. It builds
/// the project's own sources again, since what they offer is not visible outside of a package.
let settings: [SwiftSetting] = [.swiftLanguageMode(.v6), .enableUpcomingFeature("ExistentialAny")]
let collections = Target.Dependency.product(name: "OrderedCollections", package: "swift-collections")

let package = Package(
  name: "templates",
  platforms: [.macOS(.v15)],
  dependencies: [.package(url: "https://github.com/apple/swift-collections", from: "1.6.0")],
  targets: [
    .systemLibrary(name: "CLibYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
    .target(name: "Values", dependencies: ["CLibYAML"], swiftSettings: settings),
    .target(name: "Jinja", dependencies: ["Values", collections], swiftSettings: settings),
    .executableTarget(name: "templates", dependencies: ["Jinja", "Values"], swiftSettings: settings),
  ]
)
