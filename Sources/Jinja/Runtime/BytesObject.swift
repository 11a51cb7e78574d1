import Values

/// Python's bytes, which `encode` makes. Where a value leaves the template they become text.
package final class BytesObject: NativeObject {
  private let content: [UInt8]
  /// Of the render that watches over bytes that were made of a secret: whatever is computed from them is secret too.
  private let taint: Taint?

  package init(_ bytes: [UInt8]) {
    content = bytes
    taint = nil
  }

  private init(secret bytes: [UInt8], _ taint: Taint) {
    content = bytes
    self.taint = taint
  }

  /// The same as a secret.
  func secret(_ taint: Taint) -> BytesObject { BytesObject(secret: content, taint) }

  package var bytes: [UInt8] {
    taint?.noteReveal()
    return content
  }

  /// The text that they mean; what is not UTF-8 in it can be had back (`losslessBytes`).
  package var decoded: String { String(lossless: bytes) }

  package var typeName: String { "bytes" }
  package var isSequence: Bool { true }
  package var count: Int? { content.count }

  package func item(_ key: Object, in scope: Scope) throws -> Object? {
    guard let index = key.int else { return nil }
    let position = index < 0 ? index + bytes.count : index
    return bytes.indices.contains(position) ? .int(Int(bytes[position])) : nil
  }

  func slice(_ start: Int?, _ stop: Int?, _ step: Int) -> BytesObject {
    BytesObject(Object.positions(start, stop, step, count: bytes.count).map { bytes[$0] })
  }

  package func elements(in scope: Scope) throws -> [Object] { bytes.map { .int(Int($0)) } }

  package func contains(_ element: Object) throws -> Bool? {
    if let other = element.bytes { return Methods.latin1(bytes).containsText(Methods.latin1(other)) }
    guard let int = element.int else {
      throw Diagnostic(.template, "a bytes-like object is required, not '\(element.typeName)'")
    }
    return bytes.contains { Int($0) == int }
  }

  package func repr(depth: Int) throws -> String {
    let hasSingle = bytes.contains(UInt8(ascii: "'"))
    let quote: Unicode.Scalar = hasSingle && !bytes.contains(UInt8(ascii: "\"")) ? "\"" : "'"
    var text = "b"
    text.unicodeScalars.append(quote)
    for byte in bytes {
      let scalar = Unicode.Scalar(byte)
      switch scalar {
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case quote: text += "\\\(quote)"
      case _ where byte < 0x20 || byte >= 0x7F: text += "\\x" + Object.hex(UInt32(byte), 2)
      default: text.unicodeScalars.append(scalar)
      }
    }
    text.unicodeScalars.append(quote)
    return text
  }

  package func isEqual(to other: Object) -> Bool { other.bytes == bytes }

  package func compare(to other: Object) -> Int? {
    other.bytes.map { bytes == $0 ? 0 : bytes.lexicographicallyPrecedes($0) ? -1 : 1 }
  }

  package func apply(_ operator: String, _ other: Object, reversed: Bool) throws -> Object? {
    if `operator` == "*", let count = other.int { return .native(derived(try repeated(count), from: self)) }
    guard `operator` == "+" else { return nil }
    guard case .native(let added as BytesObject) = other else {
      throw Diagnostic(
        .template,
        reversed
          ? "can only concatenate \(other.typeName) (not \"bytes\") to \(other.typeName)"
          : "can't concat \(other.typeName) to bytes")
    }
    return .native(derived(reversed ? added.content + content : content + added.content, from: added))
  }

  /// Bytes made of this one's and another's: secret if one of them is.
  private func derived(_ bytes: [UInt8], from other: BytesObject) -> BytesObject {
    let result = BytesObject(bytes)
    return (taint ?? other.taint).map(result.secret) ?? result
  }

  private func repeated(_ count: Int) throws -> [UInt8] {
    let (size, overflow) = content.count.multipliedReportingOverflow(by: max(count, 0))
    guard !overflow, size <= JinjaLimits().outputBytes else {
      throw Diagnostic(.limit, "the bytes grow beyond \(JinjaLimits().outputBytes)")
    }
    return Array(repeating: content, count: max(count, 0)).flatMap(\.self)
  }

  package func exported(in scope: Scope) throws -> Value {
    taint == nil ? .string(decoded) : .secret(Secret(decoded))
  }
}

extension Object {
  /// The bytes of a bytes object.
  package var bytes: [UInt8]? {
    if case .native(let native as BytesObject) = self { native.bytes } else { nil }
  }
}
