import Testing
import Values

@Suite struct JSONReaderTests {
  @Test func textsReadAsPythonReadsThem() throws {
    for example in try Fixture.cases("json-texts.json") {
      let text = try #require(example["text"]?.string)
      do {
        let value = try JSONReader.read(text)
        #expect(Fixture.exact(Fixture.plain(value)) == Fixture.exact(example["value"]), "\(text.debugDescription)")
      } catch {
        #expect(error.message == example["error"]?.string, "\(text.debugDescription)")
      }
    }
  }

  @Test func anIntegerBeyond64BitsBecomesADouble() throws {
    #expect(try JSONReader.read("18446744073709551616") == .double(18_446_744_073_709_551_616))
  }

  @Test func bytesOutsideUTF8AreKept() throws {
    let value = try JSONReader.read([0x22, 0xFF, 0x41, 0x22])
    #expect(value.string?.losslessBytes == [0xFF, 0x41])
  }

  @Test func onlyTrustedTextMayBeATemplate() throws {
    let source = SourceFile(path: "x.json", text: "")
    #expect(try JSONReader.read("\"{{ a }}\"").text?.origin == nil)
    let text = try JSONReader.read("{\"a\":\n  \"{{ a }}\"}", from: source, trusted: true)["a"]?.text
    #expect(text?.place?.description == "x.json:2:3")
  }

  @Test func placesOnOneLineAreCountedOn() throws {
    let source = SourceFile(path: "x.json", text: "")
    let list = try JSONReader.read("[\"ž\", \"b\",\n \"c\", \"d\"]", from: source, trusted: true).list
    #expect(
      list?.compactMap { $0.text?.place?.description } == ["x.json:1:2", "x.json:1:7", "x.json:2:2", "x.json:2:7"])
  }

  @Test func deepNestingIsRefused() {
    #expect(throws: Diagnostic(.limit, "The JSON text is nested more than 200 levels deep.")) {
      try JSONReader.read(String(repeating: "[", count: 100_000))
    }
  }
}

@Suite struct JSONWriterTests {
  @Test func valuesAreWrittenAsPythonWritesThem() throws {
    for example in try Fixture.cases("json-dumps.json") {
      let options = try #require(example["options"]?.map)
      let separators = options["separators"]?.list?.compactMap(\.string)
      let writer = JSONWriter(
        indent: options["indent"]?.int, itemSeparator: separators?.first, keySeparator: separators?.last ?? ": ",
        sortsKeys: options["sort_keys"]?.bool ?? false, ensuresASCII: options["ensure_ascii"]?.bool ?? true)
      let value = try Fixture.unfold(#require(example["value"]))
      #expect(writer.string(value) == example["json"]?.string, "\(options)")
    }
  }

  @Test func keysThatAreNoStringsAreWrittenAsPythonDoes() {
    let map: Map = [.int(1): 1, .bool(false): 2, .null: 3, .double(1.5): 4]
    #expect(JSONWriter().string(.map(map)) == #"{"1": 1, "false": 2, "null": 3, "1.5": 4}"#)
  }

  @Test func secretsAreHiddenUnlessAPayloadNeedsThem() {
    let value: Value = ["a": .secret(Secret("hunter2"))]
    #expect(JSONWriter().string(value) == #"{"a": "********"}"#)
    #expect(JSONWriter(revealsSecrets: true).string(value) == #"{"a": "hunter2"}"#)
  }

  @Test func bytesOutsideUTF8ComeOutAsValidJSONAndGoBackIn() throws {
    let text = JSONWriter(ensuresASCII: false).string(.string(String(lossless: [0xFF, 0x41])))
    #expect(text == #""\udcffA""#)
    #expect(try JSONReader.read(text).string?.losslessBytes == [0xFF, 0x41])
  }

  @Test func aVeryDeepValueIsWritten() {
    var value: Value = .list([])
    for _ in 0..<5_000 { value = .list([value]) }
    #expect(JSONWriter().string(value).utf8.count == 10_002)
  }
}
