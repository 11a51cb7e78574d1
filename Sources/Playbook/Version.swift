/// This program's version.
package enum Version {
  package static let number = "0.1.0"
  /// The release of ansible-core whose behaviour is followed.
  package static let ansible = "2.19"
  /// The very release that playbooks and modules are told of.
  package static let ansibleRelease = "2.19.14"
}
