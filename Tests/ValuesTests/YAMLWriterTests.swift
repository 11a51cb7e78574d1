import Testing
import Values

@Suite struct YAMLWriterTests {
  @Test func valuesAreWrittenAsPyYAMLWritesThem() throws {
    for example in try Fixture.cases("yaml-dumps.json") {
      let options = try #require(example["options"]?.map)
      var writer = YAMLWriter(usesFlowStyle: options["default_flow_style"]?.bool)
      writer.indent = options["indent"]?.int ?? writer.indent
      writer.width = options["width"]?.int ?? writer.width
      writer.sortsKeys = options["sort_keys"]?.bool ?? true
      writer.allowsUnicode = options["allow_unicode"]?.bool ?? true
      writer.hasExplicitStart = options["explicit_start"]?.bool ?? false
      writer.hasExplicitEnd = options["explicit_end"]?.bool ?? false
      let value = try Fixture.unfold(#require(example["value"]))
      #expect(try writer.string(value) == example["yaml"]?.string, "\(options)")
    }
  }

  @Test func whatIsWrittenReadsBack() throws {
    for example in try Fixture.cases("yaml-dumps.json") where example["options"] == [:] {
      let value = try Fixture.unfold(#require(example["value"]))
      let text = try YAMLWriter(sortsKeys: false).string(value)
      // PyYAML itself reads a date that it wrote within brackets as text.
      if text.contains("! '") { continue }
      let back = try YAMLReader.read(SourceFile(path: "x", text: text)).root?.value() ?? .null
      #expect(Fixture.exact(Fixture.plain(back)) == Fixture.exact(Fixture.plain(value)))
    }
  }

  @Test func multilineTextCanBeABlock() throws {
    let value: Value = ["a": "x \ty\nz  \n", "b": "one"]
    #expect(
      try YAMLWriter(indent: 4, usesFlowStyle: false, multilineText: .readableBlock).string(value)
        == "a: |-\n    x       y\n    z\nb: one\n")
    #expect(try YAMLWriter(multilineText: .block).string(["a": "x\ny"]) == "a: |-\n  x\n  y\n")
  }

  @Test func secretsAreHidden() throws {
    let value: Value = ["a": .secret(Secret("hunter2"))]
    #expect(try YAMLWriter(usesFlowStyle: false).string(value) == "a: '********'\n")
    #expect(try YAMLWriter(usesFlowStyle: false, revealsSecrets: true).string(value) == "a: hunter2\n")
  }

  @Test func aVeryDeepValueIsRefused() {
    var value: Value = .list([])
    for _ in 0..<2_000 { value = .list([value]) }
    #expect(throws: Diagnostic(.limit, "The value is nested more than 500 levels deep.")) {
      try YAMLWriter().string(value)
    }
  }
}
