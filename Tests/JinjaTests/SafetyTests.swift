import Foundation
import Testing
import Values

@testable import Jinja

/// What templates must never do: compile a host's text, show a secret, hang or crash.
@Suite struct SafetyTests {
  let engine = JinjaEngine(limits: SafetyTests.limits)

  /// Less fuel than usual: a build for debugging burns it slowly.
  private static var limits: JinjaLimits {
    var limits = JinjaLimits()
    limits.fuel = 1_000_000
    return limits
  }

  @Test func textFromOutsideIsNeverATemplate() throws {
    let scope = Scope(engine: engine, variables: ["out": "{{ 1 + 1 }}", "l": ["{{ 1 + 1 }}"]])
    #expect(try engine.evaluate(written("{{ out }}"), in: scope) == "{{ 1 + 1 }}")
    #expect(try engine.evaluate(written("a{{ l[0] }}"), in: scope) == "a{{ 1 + 1 }}")
    #expect(try engine.evaluate(Text("{{ 1 + 1 }}"), in: scope) == "{{ 1 + 1 }}")
  }

  @Test func aResultIsNeverATemplate() throws {
    let scope = Scope(engine: engine, variables: ["open": "{{", "close": "}}"])
    let result = try engine.evaluate(written("{{ open }} 1 + 1 {{ close }}"), in: scope)
    #expect(result == "{{ 1 + 1 }}")
    #expect(result.text?.isTemplate == false)
    #expect(try engine.resolve(result, in: scope) == "{{ 1 + 1 }}")
  }

  @Test(arguments: [
    "{{ secret }}", "x{{ secret }}", "{{ secret | upper }}", "{{ secret ~ 'x' }}", "{{ secret + 'x' }}",
    "{{ secret * 2 }}", "{{ secret.upper() }}", "{{ secret[0] }}", "{{ secret[1:] }}", "{{ [secret] | join }}",
    "{{ '%s' | format(secret) }}", "{{ 'a'.join([secret]) }}", "{{ '{}'.format(secret) }}",
    "{{ {'a': secret} | tojson }}",
    "a{{ [secret] }}", "{{ [secret] | first }}", "{{ d.password }}", "{{ 'x' | replace('x', secret) }}",
    "{% for c in [secret] %}{{ c }},{% endfor %}", "{{ secret | default('x') }}", "{{ [secret, 'a'] | sort | join }}",
    "{{ secret.encode() }}", "x{{ secret.encode() }}", "{{ secret.encode().decode() }}", "{{ secret.encode().hex() }}",
    "{{ secret.encode()[1:] }}", "{{ (secret.encode() + 'x'.encode()) | string }}", "x{{ [secret.encode()] }}",
  ])
  func whatIsMadeOfASecretIsSecret(_ template: String) throws {
    let scope = secretScope()
    guard case .secret = try engine.evaluate(written(template), in: scope) else {
      Issue.record("\(template) shows the secret")
      return
    }
  }

  @Test func errorsDoNotShowASecret() throws {
    for template in [
      "{{ secret | int('x', 'y') + 'a' }}", "{{ {}.pop(secret) }}", "{{ d[secret] }}", "{{ [].remove(secret) }}",
    ] {
      let error = #expect(throws: Diagnostic.self) { try engine.evaluate(written(template), in: secretScope()) }
      #expect(error?.message.contains("CANARY") == false, "\(template): \(error?.message ?? "")")
    }
  }

  @Test func secretsCompareAndTest() throws {
    #expect(
      try engine.condition(
        written("secret == 'CANARY' and secret is defined and secret | length == 6"), in: secretScope()))
  }

  @Test(arguments: [
    "{% for i in range(10 ** 9) %}{{ i }}{% endfor %}", "{{ range(10 ** 9) | list }}", "{{ 'a' * 10 ** 9 }}",
    "{{ [0] * 10 ** 9 }}", "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "{{ '%999999999d' % 1 }}",
    "{{ '{:>999999999}'.format(1) }}", "{{ 'a' | center(10 ** 9) }}", "{{ 'a'.ljust(10 ** 9) }}",
    "{% set ns = namespace(x='a') %}{% for i in range(100) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}",
    "{% set l = [1] %}{% for i in l %}{% do l.append(i) %}{% endfor %}",
    "{{ ('a' * 10000) | replace('', 'b' * 100000) }}", "{{ 'a' | indent(10 ** 9) }}",
    "{% set l = [] %}{% do l.append(l) %}{{ l }}", "{% set l = [] %}{% do l.append(l) %}{{ l | string | length }}",
    "{% for i in [[1]] recursive %}{{ loop([[1]]) }}{% endfor %}",
  ])
  func exhaustionEndsInAnError(_ template: String) throws {
    let scope = Scope(engine: engine, variables: [:])
    let clock = ContinuousClock()
    let time = clock.measure {
      let error = #expect(throws: Diagnostic.self) { try engine.evaluate(written(template), in: scope) }
      #expect(error?.kind == .limit, "\(error?.message ?? "")")
    }
    #expect(time < .seconds(60))
  }

  /// Found by the fuzzer: no elements cost no fuel, but so many times nothing took forever.
  @Test func nothingIsQuicklyRepeated() throws {
    let scope = Scope(engine: engine, variables: [:])
    #expect(
      try engine.evaluate(written("{{ [[] * 10 ** 18, 10 ** 18 * (), '' * 10 ** 18] }}"), in: scope) == [[], [], ""])
  }

  @Test func durationsEndBeforeTheyOverflow() throws {
    let day: Value = .dateTime(try DateTime(.date, year: 2026))
    let doubled =
      "{% set ns = namespace(x=day - other) %}{% for i in range(60) %}{% set ns.x = ns.x + ns.x %}{% endfor %}{{ ns.x }}"
    for year in [2025, 2027] {
      let other: Value = .dateTime(try DateTime(.date, year: year))
      let scope = Scope(engine: engine, variables: ["day": day, "other": other])
      let error = #expect(throws: Diagnostic.self) { try engine.evaluate(written(doubled), in: scope) }
      #expect(error?.message == "date value out of range")
    }
  }

  @Test func deepNestingIsFreedWithoutACrash() throws {
    let scope = Scope(engine: engine, variables: [:])
    let template = "{% set ns = namespace(x=[]) %}{% for i in range(200000) %}{% set ns.x = [ns.x] %}{% endfor %}ok"
    #expect(try engine.evaluate(written(template), in: scope) == "ok")
  }

  @Test func deepNestingOfATemplateIsAnError() throws {
    let scope = Scope(engine: engine, variables: [:])
    for (open, close) in [("(", ")"), ("[", "]"), ("-", ""), ("not ", ""), ("{1:", "}")] {
      let template =
        "{{ " + String(repeating: open, count: 50_000) + "1" + String(repeating: close, count: 50_000) + " }}"
      #expect(throws: Diagnostic.self) { try engine.evaluate(written(template), in: scope) }
    }
    let blocks = String(repeating: "{% if 1 %}", count: 20_000) + String(repeating: "{% endif %}", count: 20_000)
    #expect(throws: Diagnostic.self) { try engine.evaluate(written(blocks), in: scope) }
  }

  @Test func longChainsOfOperatorsAreNoCrash() throws {
    let scope = Scope(engine: engine, variables: [:])
    for link in [" + 1", " | abs", ".a", "[0]", " and 1", " if 1 else 0"] {
      let template = "{{ 1" + String(repeating: link, count: 20_000) + " }}"
      _ = try? engine.evaluate(written(template), in: scope)
    }
  }

  /// Everything that nests, as deep as it is allowed to, with the least stack that a thread is given anywhere.
  @Test func deepestNestingFitsIntoASmallStack() async {
    let deep = 60
    func nested(_ open: String, _ middle: String, _ close: String, _ count: Int) -> String {
      String(repeating: open, count: count) + middle + String(repeating: close, count: count)
    }
    let list = "{% set ns = namespace(x=[]) %}{% for i in range(120) %}{% set ns.x = [{'a': (ns.x, 1)}] %}{% endfor %}"
    let chain = String(repeating: " + 1", count: 190)
    let templates = [
      "{{ 1\(chain) }}", "{{ " + nested("(", "1", ")", 1000) + " }}", "{{ " + nested("[", "1", "]", 1000) + " }}",
      "{{ " + nested("[", "1", "]", deep) + " }}", "{{ 'x'\(String(repeating: " | upper", count: 190)) }}",
      nested("{% for i in [1] %}", "x", "{% endfor %}", 101),
      nested("{% if 1 %}", "{{ 1\(chain) }}", "{% endif %}", 90),
      "{% macro m(x) %}{{ 1\(chain) }}{{ m([[x]] | map('join') | list) }}{% endmacro %}{{ m(1) }}",
      "\(list)x{{ ns.x }}", "\(list)x{{ ns.x | tojson }}", "\(list){{ ns.x }}", "\(list){{ ns.x == ns.x | list }}",
      "\(list){{ ns.x < ns.x | list }}", "\(list){{ {(ns.x, 1): 1} }}",
      "{% set ns = namespace() %}{% set ns.x = ns %}{{ ns }}",
      "{% set ns = namespace(x=()) %}{% for i in range(9000) %}{% set ns.x = (ns.x,) %}{% endfor %}{{ {ns.x: 1} }}",
      "{% for i in [[1]] recursive %}{{ loop([[1]]) }}{% endfor %}",
      "{% set ns = namespace(x=[1]) %}{% for i in range(100) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}x{{ ns.x }}",
    ]
    await withCheckedContinuation { continuation in
      let thread = Thread {
        for template in templates {
          let scope = Scope(engine: engine, variables: ["secret": .secret(Secret("CANARY"))])
          _ = try? engine.evaluate(written(template), in: scope)
        }
        continuation.resume()
      }
      thread.stackSize = 512 << 10
      thread.start()
    }
  }

  private func secretScope() -> Scope {
    Scope(
      engine: engine,
      variables: ["secret": .secret(Secret("CANARY")), "d": ["password": .secret(Secret("CANARY"))]])
  }
}
