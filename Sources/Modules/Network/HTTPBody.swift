import Values

/// What `uri` sends, in the format that was asked for.
struct HTTPBody: Sendable {
  var bytes: [UInt8]?
  /// The format's own type; a header of the user's wins.
  var contentType: String?

  init(_ arguments: Arguments, _ context: ModuleContext) throws(ModuleFailure) {
    if let source = arguments.string("src") {
      guard !arguments.flag("remote_src") else { return }
      bytes = try context.readFile(try context.findFile(source), true)
      return
    }
    guard let body = arguments["body"], !body.isNull else { return }
    switch arguments.string("body_format") {
    case "json":
      contentType = "application/json"
      if case .string(let text) = body {
        bytes = text.string.losslessBytes
      } else {
        bytes = JSONWriter(revealsSecrets: true).bytes(body)
      }
    case "form-urlencoded":
      contentType = "application/x-www-form-urlencoded"
      if case .string(let text) = body {
        bytes = text.string.losslessBytes
      } else {
        bytes = Array(try Self.form(body).utf8)
      }
    case "form-multipart":
      try self.setMultipart(body, context)
    default:
      bytes = body.secretRevealing.losslessBytes
      if case .map = body { bytes = JSONWriter(revealsSecrets: true).bytes(body) }
      if case .list = body { bytes = JSONWriter(revealsSecrets: true).bytes(body) }
    }
  }

  /// `a=1&b=2&b=3`, from a map or a list of pairs.
  private static func form(_ body: Value) throws(ModuleFailure) -> String {
    var pairs: [(String, Value)] = []
    switch body {
    case .map(let map): pairs = map.map { ($0.key.value.pythonString, $0.value) }
    case .list(let list):
      for item in list {
        guard let pair = item.list, pair.count == 2 else {
          throw ModuleFailure("failed to parse body as form_urlencoded: a list of pairs is wanted")
        }
        pairs.append((pair[0].secretRevealing, pair[1]))
      }
    default: throw ModuleFailure("failed to parse body as form_urlencoded: a map or a list of pairs is wanted")
    }
    return pairs.flatMap { name, value in
      (value.list ?? [value]).map { "\(escaped(name))=\(escaped($0.secretRevealing))" }
    }.joined(separator: "&")
  }

  private static func escaped(_ text: String) -> String {
    let digits = Array("0123456789ABCDEF")
    var result = ""
    for byte in text.losslessBytes {
      switch byte {
      case UInt8(ascii: " "): result += "+"
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
        UInt8(ascii: "~"):
        result.append(Character(Unicode.Scalar(byte)))
      default: result += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
      }
    }
    return result
  }

  /// Parts by name: a text, or `content`, `filename` (read on the controller) and `mime_type`.
  private mutating func setMultipart(_ body: Value, _ context: ModuleContext) throws(ModuleFailure) {
    guard case .map(let parts) = body else {
      throw ModuleFailure("failed to parse body as form-multipart: a map is wanted")
    }
    let boundary = "swiftible-\(Nonce().text)"
    var result: [UInt8] = []
    for (key, value) in parts {
      let name = Self.quoted(key.value.pythonString)
      var disposition = "form-data; name=\"\(name)\""
      var type: String?
      var content: [UInt8]
      if case .map(let part) = value {
        type = part["mime_type"]?.string
        content = part["content"]?.secretRevealing.losslessBytes ?? []
        if let file = part["filename"]?.string {
          disposition += "; filename=\"\(Self.quoted(file.split(separator: "/").last.map(String.init) ?? file))\""
          if part["content"] == nil { content = try context.readFile(try context.findFile(file), true) }
          type = type ?? "application/octet-stream"
        }
      } else {
        content = value.secretRevealing.losslessBytes
      }
      result += Array("--\(boundary)\r\nContent-Disposition: \(disposition)\r\n".utf8)
      if let type { result += Array("Content-Type: \(type.filter { !$0.isNewline })\r\n".utf8) }
      result += Array("\r\n".utf8) + content + Array("\r\n".utf8)
    }
    bytes = result + Array("--\(boundary)--\r\n".utf8)
    contentType = "multipart/form-data; boundary=\"\(boundary)\""
  }

  private static func quoted(_ text: String) -> String {
    text.filter { !$0.isNewline }.replacing("\"", with: "%22")
  }
}
