import Values

/// Why a value could not be made into the type that an argument wants.
struct ConversionError: Error {
  /// The type wanted, as ansible calls it.
  var kind: String
  var culprit: Value
  /// The reason, which may quote the value.
  var detail: String
  /// Whether the culprit is one element of a list.
  var isElement = false

  /// The reason for a value that must not be shown.
  var withoutValue: String { "the value, which is secret, cannot be converted" }
}

/// Brings values into the types of arguments, as ansible-core does: `"yes"` is a bool where one is wanted, `"a,b"` a list.
enum ArgumentConversion {
  /// The words for true and false.
  static let boolWords: [String: Bool] = [
    "y": true, "yes": true, "on": true, "1": true, "true": true, "t": true,
    "n": false, "no": false, "off": false, "0": false, "false": false, "f": false,
  ]

  /// - Parameter isOpen: whether a value is still a template; such elements of lists are left as they are.
  static func convert(
    _ value: Value, to kind: ArgumentSpec.Kind, isOpen: (Value) -> Bool = { _ in false }
  ) throws(ConversionError) -> Value {
    switch kind {
    case .raw: return value
    case .string, .path: return string(value)
    case .int: return try int(value)
    case .float: return try float(value)
    case .bool: return try bool(value)
    case .bytes: return try bytes(value)
    case .json: return try json(value)
    case .map: return try map(value)
    case .list(let element):
      let items = try list(value)
      var result: [Value] = []
      result.reserveCapacity(items.count)
      for item in items {
        if isOpen(item) {
          result.append(item)
          continue
        }
        do {
          result.append(try convert(item, to: element, isOpen: isOpen))
        } catch {
          var inner = error
          inner.isElement = true
          throw inner
        }
      }
      return .list(result)
    }
  }

  private static func string(_ value: Value) -> Value {
    switch value {
    case .string, .secret: value
    case .null: ""
    default: .string(value.pythonString)
    }
  }

  private static func int(_ value: Value) throws(ConversionError) -> Value {
    switch value {
    case .int: return value
    case .bool(let bool): return .int(bool ? 1 : 0)
    case .double(let double):
      if let exact = Int(exactly: double) { return .int(exact) }
    case .string(let text):
      if let int = pythonInt(text.string) { return .int(int) }
    case .secret(let secret):
      if let int = pythonInt(secret.reveal()) { return .int(int) }
    default: break
    }
    throw ConversionError(
      kind: "int", culprit: value, detail: "\"\(value.pythonRepresentation)\" cannot be converted to an int")
  }

  /// Python's `int(text)`: surrounding blanks, a sign, underscores between digits.
  static func pythonInt(_ text: String) -> Int? {
    let digits = text.trimmed
    guard !digits.isEmpty, !digits.hasPrefix("_"), !digits.hasSuffix("_"), !digits.contains("__") else { return nil }
    return Int(digits.replacing("_", with: ""))
  }

  private static func float(_ value: Value) throws(ConversionError) -> Value {
    switch value {
    case .double: return value
    case .int(let int): return .double(Double(int))
    case .bool(let bool): return .double(bool ? 1 : 0)
    case .string(let text):
      if let double = Double(text.string.trimmed) { return .double(double) }
    default: break
    }
    throw ConversionError(kind: "float", culprit: value, detail: "\(value.pythonClass) cannot be converted to a float")
  }

  private static func bool(_ value: Value) throws(ConversionError) -> Value {
    let word: String
    switch value {
    case .bool: return value
    case .int(let int): word = String(int)
    case .double(let double): word = double == 1 ? "1" : double == 0 ? "0" : value.pythonString
    case .string(let text): word = text.string.trimmed.lowercased()
    case .secret(let secret): word = secret.reveal().trimmed.lowercased()
    default:
      throw ConversionError(kind: "bool", culprit: value, detail: "\(value.pythonClass) cannot be converted to a bool")
    }
    if let bool = boolWords[word] { return .bool(bool) }
    throw ConversionError(
      kind: "bool", culprit: value,
      detail: "The value '\(value.pythonString)' is not a valid boolean. Valid booleans include: 0, 1, "
        + boolWords.keys.sorted().map { "'\($0)'" }.joined(separator: ", "))
  }

  private static func list(_ value: Value) throws(ConversionError) -> [Value] {
    switch value {
    case .list(let list): return list
    case .string(let text):
      return text.string.split(separator: ",", omittingEmptySubsequences: false)
        .map { .string(Text(String($0), sharing: text.origin)) }
    case .secret: return [value]
    case .int, .double, .bool, .dateTime: return [.string(value.pythonString)]
    case .map, .null, .omit:
      throw ConversionError(kind: "list", culprit: value, detail: "\(value.pythonClass) cannot be converted to a list")
    }
  }

  private static func map(_ value: Value) throws(ConversionError) -> Value {
    switch value {
    case .map: return value
    case .string(let text):
      let string = text.string.trimmed
      if string.hasPrefix("{") {
        if case .map(let map)? = try? JSONReader.read(string) { return .map(map) }
        throw ConversionError(kind: "dict", culprit: value, detail: "unable to evaluate string as dictionary")
      }
      if let map = MapText.pairs(string) { return .map(map) }
      throw ConversionError(
        kind: "dict", culprit: value, detail: "dictionary requested, could not parse JSON or key=value")
    default:
      throw ConversionError(kind: "dict", culprit: value, detail: "\(value.pythonClass) cannot be converted to a dict")
    }
  }

  private static func json(_ value: Value) throws(ConversionError) -> Value {
    switch value {
    case .string(let text): return .string(text.string.trimmed)
    case .secret: return value
    case .map, .list: return .string(JSONWriter(revealsSecrets: true).string(value))
    default:
      throw ConversionError(
        kind: "json", culprit: value, detail: "\(value.pythonClass) cannot be converted to a json string")
    }
  }

  private static func bytes(_ value: Value) throws(ConversionError) -> Value {
    if let count = ByteSize.parse(value.pythonString) { return .int(count) }
    throw ConversionError(
      kind: "bytes", culprit: value, detail: "\(value.pythonClass) cannot be converted to a Byte value")
  }
}
