import Values

/// What an inventory script printed, read as JSON.
///
/// Its author is the user, so its strings may be templates; all but those that it marks with `__ansible_unsafe`, as
/// ansible-inventory's own list does.
enum ScriptAnswer {
  /// - Parameters:
  ///   - argument: what the script was asked with, `--list` or `--host`, for the place of errors.
  ///   - subject: how messages name the answer.
  static func object(
    _ output: [UInt8], of path: String, asked argument: String, subject: String, vault: VaultEnvelopes
  ) throws(Diagnostic) -> Map {
    guard let text = String(validating: output, as: UTF8.self) else {
      throw Diagnostic(
        .invalid, "Inventory script result contained characters that cannot be interpreted as UTF-8",
        at: place(ofInvalid: output, path: "\(path) \(argument)"), help: "The script is '\(path)'.")
    }
    let source = SourceFile(path: "\(path) \(argument)", text: text)
    let value: Value
    do throws(Diagnostic) {
      value = try JSONReader.read(output, from: source, trusted: true)
    } catch {
      throw Diagnostic(error.kind, "\(subject) could not be parsed as JSON", at: error.place, causes: [error])
    }
    guard case .map(let map) = value else {
      throw Diagnostic(
        .invalid, "\(subject) is '\(value.typeName)' instead of 'dict'", at: Place(source, line: 1, column: 1))
    }
    guard text.utf8.contains("__ansible_".utf8) else { return map }
    let start = Place(source, line: 1, column: 1)
    let result: Value
    do throws(Diagnostic) {
      result = try JSONProfile.legacy.value(of: value, at: start, openVault: vault.opener)
    } catch {
      guard error.kind == .invalid else { throw error }
      throw Diagnostic(
        .invalid, "Inventory script result could not be parsed as JSON", at: error.place ?? start, causes: [error])
    }
    guard let result = result.map else {
      throw Diagnostic(
        .invalid, "Inventory script result could not be parsed as JSON: it is a marked value, not an object of groups",
        at: start)
    }
    return result
  }

  private static func place(ofInvalid bytes: [UInt8], path: String) -> Place {
    // The longest valid front part ends before the fault; the search is binary because validity is monotonous in it.
    var low = 0
    var high = bytes.count
    while low < high {
      let middle = (low + high + 1) / 2
      if isFront(bytes[..<middle]) { low = middle } else { high = middle - 1 }
    }
    let front = bytes[..<low]
    let line = front.count(where: { $0 == 0x0A }) + 1
    let start = front.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
    let column = front[start...].count(where: { $0 & 0xC0 != 0x80 }) + 1
    return Place(SourceFile(path: path, text: String(lossless: bytes)), line: line, column: column)
  }

  /// Whether bytes are UTF-8 but perhaps for a last character that is cut off.
  private static func isFront(_ bytes: ArraySlice<UInt8>) -> Bool {
    for cut in 0...min(3, bytes.count) where String(validating: bytes.dropLast(cut), as: UTF8.self) != nil {
      return cut == 0 || bytes.suffix(cut).first.map { $0 >= 0xC0 } ?? true
    }
    return false
  }
}
