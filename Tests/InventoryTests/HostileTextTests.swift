import Testing
import Values

@testable import Inventory

/// Texts that a generator of random mistakes makes out of good ones: whatever they are, reading them ends, in an inventory or an error.
///
/// The generator starts from fixed seeds, so a find is found again.
@Suite struct HostileTextTests {
  private struct Mistakes {
    private var state: UInt64

    init(seed: UInt64) { state = seed &+ 0x9E37_79B9_7F4A_7C15 }

    /// SplitMix64, in 0..<bound.
    mutating func number(below bound: Int) -> Int {
      state = state &+ 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return Int((z ^ (z >> 31)) % UInt64(max(bound, 1)))
    }

    /// `text` with a few bytes deleted, changed, doubled or put in.
    mutating func made(in text: [UInt8], words: [String]) -> [UInt8] {
      var text = text
      for _ in 0...number(below: 6) {
        let position = number(below: text.count + 1)
        switch number(below: 5) {
        case 0 where position < text.count: text.remove(at: position)
        case 1 where position < text.count: text[position] = UInt8(truncatingIfNeeded: number(below: 256))
        case 2:
          let end = min(text.count, position + number(below: 24))
          text.insert(contentsOf: text[position..<end], at: number(below: text.count + 1))
        case 3 where position < text.count:
          text.removeSubrange(position..<min(text.count, position + number(below: 12)))
        default: text.insert(contentsOf: Array(words[number(below: words.count)].utf8), at: position)
        }
      }
      return text
    }
  }

  private static let rounds = 4000

  @Test func anyINIEnds() throws {
    let words = [
      "[", "]", ":", "=", "#", "'", "\"", "\\", "\n", "[a:children]", "[a:vars]", "[1:3]", "[a:f:2]",
      "{'a': [1, (2,)]}", "1e999",
      "0x", "-", "...", "1j", "set()", "b'\\xff'", ":22", "[::1]:22", "\u{2028}", "99999999999999999999",
    ]
    let good = Array(
      """
      # a comment
      alone ansible_port=22 name='a b' list="[1, 'x', None]"
      [web]
      www[01:05:2].example.com:2222 x=1 # said
      [::1]:22 y={'a': {'b': (1, 2)}}
      [web:vars]
      key = 1.5e3
      text=r'raw' "joined"
      [all_of:children]
      web
      """.utf8)
    var mistakes = Mistakes(seed: 1)
    for _ in 0..<Self.rounds {
      let text = mistakes.made(in: good, words: words)
      var graph = InventoryGraph()
      let file = SourceFile(path: "hosts", text: String(lossless: text))
      do throws(Diagnostic) {
        try INIInventoryReader.read(text, of: file, into: &graph)
      } catch {
        #expect(error.place != nil, "\(error.message)")
      }
      graph.reconcile()
      #expect(graph.hosts(in: InventoryGraph.all).count == graph.hosts.count)
    }
  }

  @Test func anyPatternEnds() async throws {
    let words = [
      ":", ",", "!", "&", "*", "?", "[", "]", "[0]", "[-1]", "[1:]", "~", "(a|b)+", "::1", "all", "\\", "{", "[^a]",
    ]
    let good = ["web:&eu:!web[0]", "~www\\d+.*", "a,b,!c", "[fe80::1]:22", "w*[1:2]", "all[-1]"].map { Array($0.utf8) }
    var inventory = try await Inventory.load(
      sources: ["web1,web2,eu1,"], options: InventoryOptions(workingDirectory: "/")
    )
    .inventory
    try inventory.addGroup("web", host: "web1")
    try inventory.addGroup("eu", parents: ["web"], host: "eu1")
    let known: Set<String> = ["web1", "web2", "eu1", "localhost", "127.0.0.1", "::1"]
    var mistakes = Mistakes(seed: 2)
    for round in 0..<Self.rounds {
      let text = String(decoding: mistakes.made(in: good[round % good.count], words: words), as: UTF8.self)
      guard let names = try? inventory.hosts(matching: text).names else { continue }
      #expect(Set(names).isSubset(of: known), "\(text)")
      #expect(Set(names).count == names.count, "\(text)")
    }
  }

  @Test func anyAnswerOfAScriptEnds() throws {
    let words = [
      "{", "}", "[", "]", ":", ",", "\"", "null", "true", "-1", "1e999", "\\u0000", "\\ud800", "\"hosts\"", "\"vars\"",
      "\"children\"",
      "\"_meta\"", "\"hostvars\"", "{\"__ansible_unsafe\": \"x\"}", "{\"__ansible_vault\": \"x\"}", "\"profile\"",
    ]
    let good = Array(
      #"{"web": {"hosts": ["a", "b"], "vars": {"x": [1, {"y": null}]}, "children": ["db"]}, "db": ["c"], "_meta": {"hostvars": {"a": {"p": 1}}}}"#
        .utf8)
    let vault = VaultEnvelopes(secrets: .init(), keeps: true)
    var mistakes = Mistakes(seed: 3)
    for _ in 0..<Self.rounds {
      let text = mistakes.made(in: good, words: words)
      var graph = InventoryGraph()
      var reader = ScriptInventoryReader(path: "script")
      do throws(Diagnostic) {
        let answer = try ScriptAnswer.object(text, of: "script", asked: "--list", subject: "Value", vault: vault)
        try reader.read(answer, into: &graph)
      } catch {
        #expect(error.place != nil || error.kind == .limit || error.kind == .vault, "\(error.message)")
      }
    }
  }

  @Test func anyXMLEnds() {
    let words = [
      "<", ">", "</", "/>", "&amp;", "&", "&#0;", "&#x110000;", "<!--", "-->", "<![CDATA[", "]]>", "<!DOCTYPE", "<?",
      "?>", "\"", "'",
    ]
    let good = Array("<?xml version='1.0'?><r a=\"1\"><x>t&amp;u</x><y/><![CDATA[z]]><!-- c --></r>".utf8)
    var mistakes = Mistakes(seed: 4)
    for _ in 0..<Self.rounds { _ = try? XMLReader.read(mistakes.made(in: good, words: words)) }
  }
}
