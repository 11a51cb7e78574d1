import Testing
import Values

@testable import Playbook

@Suite struct SettingsTests {
  private func settings(_ environment: [String: String]) throws -> Settings {
    try Settings(environment: environment, directory: "/")
  }

  @Test(
    "A value that its setting can't have is an error, not the default",
    arguments: [
      (
        "ANSIBLE_TIMEOUT", "abc",
        "the environment variable ANSIBLE_TIMEOUT has an invalid value: 'abc' is no whole number"
      ),
      (
        "ANSIBLE_HOST_KEY_CHECKING", "perhaps",
        "the environment variable ANSIBLE_HOST_KEY_CHECKING has an invalid value: 'perhaps' is neither true nor false"
      ),
      (
        "ANSIBLE_GATHERING", "sometimes",
        "the environment variable ANSIBLE_GATHERING has an invalid value: 'sometimes' is not one of smart, explicit, implicit"
      ),
    ])
  func refuses(name: String, value: String, message: String) {
    let error = #expect(throws: Diagnostic.self) { try settings([name: value]) }
    #expect(error?.message == message)
    #expect(error?.kind == .usage)
  }

  @Test(arguments: [("True", true), ("yes", true), ("1", true), ("off", false), ("N", false), ("", false)])
  func booleansInManyWords(value: String, expected: Bool) throws {
    #expect(try settings(["ANSIBLE_HOST_KEY_CHECKING": value]).flag("host_key_checking") == expected)
  }

  @Test(arguments: [("7", 7), ("7.0", 7), ("", 5)]) func wholeNumbers(value: String, expected: Int) throws {
    #expect(try settings(["ANSIBLE_FORKS": value]).int("forks") == expected)
  }

  /// no-color.org: set to anything means no colours.
  @Test func anyNoColorCounts() throws {
    #expect(try settings(["NO_COLOR": "please"]).flag("nocolor"))
  }
}
