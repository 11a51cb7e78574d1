/// Reads XML as web services write it: elements, text, comments, CDATA, the five references and those by number. Attributes are read
/// over; a document type, which could define entities that grow without bound, is refused.
struct XMLReader {
  struct Failure: Error {
    let reason: String
    /// Counted from 1.
    let line: Int
  }

  private let bytes: [UInt8]
  private var position = 0

  private static let depthBudget = 100

  /// The outermost element.
  static func read(_ bytes: [UInt8]) throws(Failure) -> XMLElement {
    var reader = XMLReader(bytes: bytes)
    return try reader.document()
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  private mutating func document() throws(Failure) -> XMLElement {
    var open: [XMLElement] = []
    while position < bytes.count {
      guard bytes[position] == UInt8(ascii: "<") else {
        let text = try text()
        if !open.isEmpty {
          open[open.count - 1].text += text
        } else if text.utf8.contains(where: { !$0.isBlank }) {
          throw failure("there is text outside the outermost element")
        }
        continue
      }
      if skip("<!--") {
        try skipPast("-->")
      } else if skip("<![CDATA[") {
        let start = position
        try skipPast("]]>")
        guard !open.isEmpty else { throw failure("there is text outside the outermost element") }
        open[open.count - 1].text += String(decoding: bytes[start..<(position - 3)], as: UTF8.self)
      } else if skip("<?") {
        try skipPast("?>")
      } else if skip("<!") {
        throw failure("a document type is not allowed")
      } else if skip("</") {
        let name = try name()
        try skipPast(">")
        guard let element = open.popLast(), element.name == name else {
          throw failure("</\(name)> closes no element of that name")
        }
        if open.isEmpty { return element }
        open[open.count - 1].children.append(element)
      } else {
        position += 1
        let element = XMLElement(name: try name())
        if try skipAttributes() {
          if open.isEmpty { return element }
          open[open.count - 1].children.append(element)
        } else {
          guard open.count < Self.depthBudget else { throw failure("elements are nested too deeply") }
          open.append(element)
        }
      }
    }
    throw failure(open.last.map { "the text ends within <\($0.name)>" } ?? "there is no element")
  }

  /// - Returns: whether the element is empty (`<a/>`).
  private mutating func skipAttributes() throws(Failure) -> Bool {
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "'"):
        guard let end = bytes[position...].firstIndex(of: byte) else { throw failure("a quote is not closed") }
        position = end + 1
      case UInt8(ascii: "/") where position < bytes.count && bytes[position] == UInt8(ascii: ">"):
        position += 1
        return true
      case UInt8(ascii: ">"): return false
      default: break
      }
    }
    throw failure("a tag is not closed")
  }

  /// A name without its namespace's prefix.
  private mutating func name() throws(Failure) -> String {
    let start = position
    while position < bytes.count, !bytes[position].isBlank, !"/><=".utf8.contains(bytes[position]) { position += 1 }
    guard position > start else { throw failure("a tag has no name") }
    let name = bytes[start..<position]
    let local = name.lastIndex(of: UInt8(ascii: ":")).map { name[($0 + 1)...] } ?? name
    return String(decoding: local, as: UTF8.self)
  }

  private mutating func text() throws(Failure) -> String {
    var result: [UInt8] = []
    while position < bytes.count, bytes[position] != UInt8(ascii: "<") {
      if bytes[position] == UInt8(ascii: "&") {
        result += try reference()
      } else {
        result.append(bytes[position])
        position += 1
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  private mutating func reference() throws(Failure) -> [UInt8] {
    guard let end = bytes[position...].prefix(12).firstIndex(of: UInt8(ascii: ";")) else {
      throw failure("an '&' begins no reference")
    }
    let name = String(decoding: bytes[(position + 1)..<end], as: UTF8.self)
    let known = ["lt": "<", "gt": ">", "amp": "&", "quot": "\"", "apos": "'"]
    var text = known[name]
    if text == nil, name.hasPrefix("#") {
      let digits = name.dropFirst()
      let code = digits.lowercased().hasPrefix("x") ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
      text = code.flatMap(Unicode.Scalar.init).map { String($0) }
    }
    guard let text else { throw failure("&\(name); is no reference") }
    position = end + 1
    return Array(text.utf8)
  }

  private mutating func skip(_ text: String) -> Bool {
    guard bytes[position...].starts(with: text.utf8) else { return false }
    position += text.utf8.count
    return true
  }

  private mutating func skipPast(_ text: String) throws(Failure) {
    let end = Array(text.utf8)
    while position < bytes.count {
      if bytes[position] == end[0], bytes[position...].starts(with: end) {
        position += end.count
        return
      }
      position += 1
    }
    throw failure("there is no '\(text)'")
  }

  private func failure(_ reason: String) -> Failure {
    Failure(reason: reason, line: bytes[..<min(position, bytes.count)].count(where: { $0 == 0x0A }) + 1)
  }
}
