import Testing
import Values

@Suite struct YAMLReaderTests {
  @Test func scalarsMeanWhatPyYAMLSays() throws {
    for example in try Fixture.cases("yaml-scalars.json") { try compare(example) }
  }

  @Test func textsReadAsPyYAMLReadsThem() throws {
    for example in try Fixture.cases("yaml-texts.json") { try compare(example) }
  }

  private func compare(_ example: Value) throws {
    let text = try #require(example["text"]?.string)
    do throws(Diagnostic) {
      let value = try read(text)
      #expect(Fixture.exact(Fixture.plain(value)) == Fixture.exact(example["value"]), "\(text.debugDescription)")
    } catch {
      #expect(example["error"] != nil, "\(text.debugDescription): \(error.message)")
      #expect(error.kind == .syntax)
      #expect(error.place != nil)
    }
  }

  private func read(_ text: String) throws(Diagnostic) -> Value {
    try YAMLReader.read(SourceFile(path: "x.yml", text: text)).root?.value() ?? .null
  }

  private func failure(_ text: String, budget: YAMLBudget = .default) -> Diagnostic? {
    do throws(Diagnostic) {
      _ = try YAMLReader.read(SourceFile(path: "x.yml", text: text), budget: budget).root?.value()
      return nil
    } catch {
      return error
    }
  }

  // MARK: - Places and trust

  @Test func everyTextKnowsWhereItWasWritten() throws {
    let value = try read("a:\n  - é\n  - é: \"{{ x }}\"\n")
    let text = try #require(value["a"]?.list?.last?["é"]?.text)
    #expect(text.place?.description == "x.yml:3:8")
    #expect(text.isTemplate)
  }

  @Test func unsafeTextIsNoTemplateHoweverDeepItStands() throws {
    let value = try read("a: !unsafe\n  - [\"{{ x }}\"]\nb: !unsafe '{{ x }}'\nc: !unsafe 5")
    #expect(value["a"]?.list?.first?.list?.first?.text?.origin == nil)
    #expect(value["b"]?.text?.origin == nil)
    #expect(value["c"] == 5)
  }

  @Test func untrustedTextHasNoOrigin() throws {
    let document = try YAMLReader.read(SourceFile(path: "x.yml", text: "'{{ x }}'"))
    #expect(try document.root?.value(trusted: false).text?.origin == nil)
  }

  @Test func vaultTextGoesToTheOpener() throws {
    let text = "a: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  6162\n"
    let root = try YAMLReader.read(SourceFile(path: "x.yml", text: text)).root
    let value = try root?.value { envelope, place throws(Diagnostic) in
      .secret(Secret(envelope, place: place))
    }
    guard case .secret(let secret)? = value?["a"] else {
      Issue.record("not a secret")
      return
    }
    #expect(secret.reveal() == "$ANSIBLE_VAULT;1.1;AES256\n6162\n")
    #expect(secret.place?.description == "x.yml:1:4")
    #expect(failure(text)?.kind == .vault)
  }

  @Test func anAliasPointsAtWhereItsNodeWasWritten() throws {
    let value = try read("a: &x {k: text}\nb: *x")
    #expect(value["b"]?["k"]?.text?.place?.description == "x.yml:1:11")
  }

  @Test func documentsOfAStreamComeInOrder() throws {
    let documents = try YAMLReader.readAll("--- a\n---\nb: 1\n...\n", in: SourceFile(path: "x", text: ""))
    #expect(try documents.map { try $0.root?.value() } == ["a", ["b": 1]])
  }

  // MARK: - Warnings

  @Test func duplicateKeysWarnAndTheLastWins() throws {
    let document = try YAMLReader.read(SourceFile(path: "x.yml", text: "a: 1\n'a': 2\n1: x\n0x1: y\nit's: 1\nit's: 2"))
    #expect(try document.root?.value()["a"] == 2)
    #expect(
      document.warnings.map { $0.rendered(DiagnosticRendering(.warning)) } == [
        """
        [WARNING]: Found duplicate mapping key 'a'.
        Origin: x.yml:2:1

        1 a: 1
        2 'a': 2
          ^ column 1

        Using last defined value only.


        """,
        """
        [WARNING]: Found duplicate mapping key 1.
        Origin: x.yml:4:1

        2 'a': 2
        3 1: x
        4 0x1: y
          ^ column 1

        Using last defined value only.


        """,
        """
        [WARNING]: Found duplicate mapping key "it's".
        Origin: x.yml:6:1

        4 0x1: y
        5 it's: 1
        6 it's: 2
          ^ column 1

        Using last defined value only.


        """,
      ])
  }

  @Test func aKeyThatOverridesAMergedOneIsNoDuplicate() throws {
    let document = try YAMLReader.read(SourceFile(path: "x.yml", text: "b: &b {x: 1}\nd:\n  <<: *b\n  x: 2\n"))
    #expect(document.warnings.isEmpty)
  }

  // MARK: - Budgets

  enum Bomb: String, CaseIterable {
    case aliases = "nodes, aliases expanded"
    case sequences = "nested more than 200 levels deep"
    case mappings = "nested more than 200 levels deep."
    case dashes = "than 200 levels deep"
    case aliasDepth = "more than 200 levels deep."
    case keys = "more than 1000000 nodes"
    case scalar = "at most 33554432 are read"

    var text: String {
      switch self {
      case .aliases:
        var text = "a0: &a0 [x]\n"
        for level in 1..<9 {
          let items = [String](repeating: "*a\(level - 1)", count: 9).joined(separator: ",")
          text += "a\(level): &a\(level) [\(items)]\n"
        }
        return text
      case .sequences: return String(repeating: "[", count: 100_000)
      case .mappings: return String(repeating: "{a: ", count: 100_000)
      case .dashes: return String(repeating: "- ", count: 100_000)
      case .aliasDepth: return "a: &a [[[[[]]]]]\nb: " + String(repeating: "[", count: 196) + "*a"
      case .keys:
        var text = ""
        for key in 0..<600_000 { text += "k\(key): 1\n" }
        return text
      case .scalar: return String(repeating: "x", count: 100_000_000)
      }
    }
  }

  @Test(arguments: Bomb.allCases) func bombsAreRefused(_ bomb: Bomb) throws {
    let error = try #require(failure(bomb.text))
    #expect(error.kind == .limit)
    #expect(error.message.contains(bomb.rawValue))
  }

  // MARK: - Advice

  @Test func mistakesGetAdvice() throws {
    let texts = try Fixture.text("yaml-mistakes.yml").split(separator: "# ---\n").map(String.init)
    let expected = try Fixture.text("yaml-mistakes.txt")
    let shown = texts.map { failure($0)?.rendered() ?? "no error for \($0)" }.joined()
    #expect(shown == expected)
  }

  /// Not on a line that the text does not have.
  @Test func anErrorAtAnEndWithoutALineEndIsOnTheLastLine() {
    #expect(failure("a: 1\nb")?.place?.description.hasSuffix(":2:2") == true)
    #expect(failure("a: 1\nb\n")?.place?.description.hasSuffix(":3:1") == true)
  }

  @Test(arguments: [
    "a: CANARY: b", "a: *CANARY", "a: !CANARY x", "a: \"x\" CANARY", "a: {{ CANARY }}", "a: @CANARY", "a: !!int CANARY",
    "a: !!bool CANARY", "- a: [CANARY\nb: 2", "a: !!float CANARY", "a: 'CANARY",
  ])
  func errorsInADecryptedTextNeverQuoteIt(_ text: String) throws {
    do throws(Diagnostic) {
      _ = try YAMLReader.read(SourceFile(path: "x.yml", text: text, isQuotable: false)).root?.value()
      Issue.record("no error")
    } catch {
      #expect(!error.rendered().contains("CANARY"))
      #expect(error.place != nil)
    }
  }
}
