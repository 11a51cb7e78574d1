import Testing
import Values

@testable import Playbook

/// What comes from outside is data, whatever way it takes (CVE-2016-9587, CVE-2017-7481, CVE-2021-3583 and their kin).
@Suite struct TemplatingTrustTests {
  private static let attack = "{{ lookup('pipe', 'echo PWNED') }}"

  @Test(
    "Text of a host stays text on every way through filters and lookups",
    arguments: [
      "{{ fact }}", "{{ fact | string }}", "{{ fact | trim }}", "{{ [fact] | first }}", "{{ {'k': fact}.k }}",
      "{{ fact | default('x') }}", "{{ fact ~ '' }}", "{{ fact | regex_replace('zzz', '') }}",
      "{{ [fact] | join }}", "{{ fact | b64encode | b64decode }}", "{{ [fact] | to_json | from_json | first }}",
      "{{ [fact] | to_yaml | from_yaml | first }}",
      "{{ {'a': fact} | combine({}) | dict2items | map(attribute='value') | first }}",
      "{{ [[fact]] | flatten | first }}", "{{ fact | ternary(fact, '') }}", "{{ lookup('vars', 'fact') }}",
      "{{ lookup('vars', 'alias') }}", "{{ hostvars['web1'].fact }}", "{{ vars['fact'] }}",
      "{{ query('items', [fact]) | first }}",
      "{{ lookup('dict', {'k': fact}).value }}", "{{ [{'k': fact}] | json_query('[0].k') }}",
      "{{ fact | comment | regex_search('{{.*') }}",
      "{{ fact.split('|')[0] ~ '' if false else fact }}", "{{ fact | urlencode | urldecode }}",
      "{{ '%s' | format(fact) }}",
      "{{ fact | unvault('pw') }}", "{{ fact | vault('pw') | unvault('pw') }}",
    ])
  func dataStaysData(_ template: String) async throws {
    let world = try await TemplatingWorld(["fact": .string(Self.attack)])
    let value = try world.render(template.replacing("alias", with: "fact"))
    let text = if case .secret(let secret) = value { secret.reveal() } else { value.string }
    #expect(text == Self.attack)
  }

  @Test("What lookups read is data")
  func lookupsGiveData() async throws {
    let world = try await TemplatingWorld()
    #expect(try world.render("{{ lookup('env', 'SWIFTIBLE_FIXTURE') }}") == "{{ 1 + 1 }}")
    #expect(try world.render("{{ lookup('file', 'braces.txt') }}") == "{{ 1 + 1 }}")
    #expect(try world.render("{{ lookup('unvault', 'braces.txt') | trim }}") == "{{ 1 + 1 }}")
    #expect(try world.render("{{ lookup('url', 'file://' ~ world ~ '/files/braces.txt') }}") == "{{ 1 + 1 }}")
    #expect(try world.render("{{ lookup('pipe', 'cat files/braces.txt') }}") == "{{ 1 + 1 }}")
    #expect(try world.render("{{ lookup('lines', 'cat files/braces.txt') }}") == "{{ 1 + 1 }}")
    #expect(try world.render("{{ lookup('csvfile', 'key', file='braces.csv', delimiter=',') }}") == "{{ 1 + 1 }}")
    #expect(try world.render("{{ lookup('ini', 'key', section='braces', file='braces.ini') }}") == "{{ 1 + 1 }}")
    #expect(try world.render("{{ lookup('password', world ~ '/files/braces.txt') }}") == "{{ 1 + 1 }}")
  }

  @Test func aLookupsArgumentFromAHostStaysOneArgument() async throws {
    let world = try await TemplatingWorld(["fact": "/dev/null length=3 x"])
    #expect(throws: Diagnostic.self) { try world.render("{{ lookup('password', fact) }}") }
    let quoted = try await TemplatingWorld(["fact": "a; echo PWNED"])
    #expect(try quoted.render("{{ lookup('pipe', 'echo ' ~ fact | quote) }}") == "a; echo PWNED")
  }

  @Test(
    "What is computed from a secret is a secret",
    arguments: [
      "{{ secret }}", "{{ secret | upper }}", "{{ secret | b64encode }}", "{{ secret | hash('sha256') }}",
      "{{ secret | password_hash('sha512', 'salt', rounds=1000) }}", "{{ secret ~ '' }}", "{{ [secret] | join }}",
      "{{ {'a': secret} | to_json }}", "{{ secret | to_nice_yaml }}", "{{ secret | quote }}",
      "{{ secret | regex_replace('s', 'z') }}",
      "{{ secret | vault('pw', 'salt') | unvault('pw') }}", "{{ secret | comment }}",
      "{{ 'salt' | hash | regex_replace('.*', secret) }}",
      "{{ {'a': secret} | json_query('a') }}", "{{ secret | to_uuid }}", "{{ secret | urlencode }}",
      "{{ secret | md5 }}",
      "{{ 'data' | vault(secret, 'salt') | unvault(secret) }}",
    ])
  func secretsStaySecret(_ template: String) async throws {
    let value = try await TemplatingWorld().render(template)
    guard case .secret = value else {
      Issue.record("\(template) is \(value.typeName)")
      return
    }
  }

  @Test("A template that stands encrypted in the project is rendered when used, to a secret")
  func encryptedTemplates() async throws {
    let world = try await TemplatingWorld()
    for template in ["{{ sealed_template }}", "{{ [sealed_template][0] }}", "{{ lookup('vars', 'sealed_template') }}"] {
      guard case .secret(let secret) = try world.render(template) else {
        Issue.record("\(template) is no secret")
        continue
      }
      #expect(secret.reveal() == "Hello, World!")
    }
    #expect(try world.render("{{ ('data' | vault('pw') | unvault('pw')) is vault_encrypted }}") == true)
  }

  @Test func errorsOverSecretsDoNotShowThem() async throws {
    let world = try await TemplatingWorld()
    for template in [
      "{{ secret | from_json }}", "{{ secret | to_datetime }}", "{{ secret | human_to_bytes }}",
      "{{ 'x' | to_uuid(secret) }}",
      "{{ lookup('file', secret) }}", "{{ secret | ansible.utils.ipmath(1) }}", "{{ {} | json_query(secret ~ '[') }}",
    ] {
      let outcome = world.outcome(template)
      #expect(outcome.hasPrefix("! "), "\(template)")
      #expect(!outcome.contains("s3cret"), "\(template): \(outcome)")
    }
  }
}
