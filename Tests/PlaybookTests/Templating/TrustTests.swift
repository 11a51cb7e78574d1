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
      "{{ [fact] | to_yaml | from_yaml | first }}", "{{ (('fact = ' ~ (fact | to_json)) | from_toml).fact }}",
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

  @Test("A text of a host compiles only after the project's own template named apply_trust")
  func trustIsApplied() async throws {
    let world = try await TemplatingWorld(["fact": "{{ 1 + 1 }}"])
    #expect(try await Self.used("{{ fact | ansible._protomatter.apply_trust }}", in: world) == 2)
    #expect(try await Self.used("{{ [fact | ansible._protomatter.apply_trust] }}", in: world) == [2])
    let json = "{{ {'k': fact} | to_json | ansible._protomatter.apply_trust | from_json(profile='legacy') }}"
    #expect(try await Self.used(json, in: world) == ["k": 2])
    for data in [
      "{{ fact }}", "{{ fact | ansible._protomatter.apply_trust | string | trim }}",
      "{{ fact | ansible._protomatter.apply_trust ~ '' }}",
      "{{ [fact] | ansible._protomatter.apply_trust | first }}",
      "{{ {'k': fact} | ansible._protomatter.apply_trust | dict2items | map(attribute='value') | first }}",
      "{{ ({'k': fact} | to_json | ansible._protomatter.apply_trust | from_json).k }}",
      "{{ ({'k': fact} | to_json | from_json(profile='legacy')).k }}",
      "{{ ({'k': {'__ansible_unsafe': fact}} | to_json | ansible._protomatter.apply_trust | from_json(profile='legacy')).k }}",
    ] {
      #expect(try await Self.used(data, in: world) == "{{ 1 + 1 }}", "\(data)")
    }
  }

  @Test("A host that writes apply_trust into its output has written a name")
  func hostsCannotApplyTrust() async throws {
    let attack = "{{ '\(Self.attack.replacing("'", with: "\\'"))' | ansible._protomatter.apply_trust }}"
    let world = try await TemplatingWorld(["fact": .string(Text(attack))])
    for data in ["{{ fact }}", "{{ [fact] | first }}", "{{ fact | from_json(profile='legacy') if false else fact }}"] {
      #expect(try await Self.used(data, in: world) == .string(Text(attack)))
    }
  }

  @Test func aSecretStaysASecretAfterApplyTrust() async throws {
    for template in [
      "{{ secret | ansible._protomatter.apply_trust }}", "{{ (secret | ansible._protomatter.apply_trust) ~ '' }}",
      "{{ {'k': secret} | to_json | ansible._protomatter.apply_trust | from_json(profile='legacy') | dict2items | map(attribute='value') | first }}",
    ] {
      guard case .secret(let secret) = try await TemplatingWorld().render(template) else {
        Issue.record("\(template) is no secret")
        continue
      }
      #expect(secret.reveal().contains("s3cret"))
    }
    // A secret that is trusted is rendered where it is used, to a secret, and no error quotes it.
    let world = try await TemplatingWorld()
    let trusted = try world.render("{{ ('{' ~ '{ 1 + ' ~ secret ~ ' }}') | ansible._protomatter.apply_trust }}")
    guard case .secret = trusted else { return #expect(Bool(false), "no secret") }
    let failure = try await TemplatingWorld(["fact": trusted]).outcome("{{ fact }}")
    #expect(failure.hasPrefix("! ") && !failure.contains("s3cret"), "\(failure)")
  }

  /// What a variable comes to that a template set.
  private static func used(_ template: String, in world: TemplatingWorld) async throws -> Value {
    try await TemplatingWorld(["variable": try world.render(template)]).render("{{ variable }}")
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
