import Testing
import Values

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The expectation files beside `Tests/Fixtures/Values/make-fixtures.py`.
enum Fixture {
  static func cases(_ name: String) throws -> [Value] {
    let text = try text(name)
    return try #require(JSONReader.read(text).list)
  }

  static func text(_ name: String) throws -> String {
    let folder = #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
    let file = try #require(fopen("/\(folder)/Fixtures/Values/\(name)", "r"))
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer[..<count] }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The notation of the fixture files: everything that JSON has no type for stands in a map of one pair.
  static func plain(_ value: Value) -> Value {
    switch value {
    case .map(let map): ["map": .list(map.map { [plain($0.key.value), plain($0.value)] })]
    case .list(let list): ["list": .list(list.map(plain))]
    case .double(let double): ["double": .string(double.pythonRepr)]
    case .dateTime(let time): ["time": [.string(time.isoText), .string(time.pythonRepr)]]
    default: value
    }
  }

  /// What `plain` made, back as a value.
  static func unfold(_ value: Value) throws -> Value {
    guard case .map(let map) = value else { return value }
    if let double = map["double"]?.string { return .double(try #require(Double(double))) }
    if let time = map["time"]?.list?.first?.string {
      return try YAMLReader.read(SourceFile(path: "time", text: time)).root?.value() ?? .null
    }
    if let list = map["list"]?.list { return .list(try list.map(unfold)) }
    var result = Map()
    for pair in map["map"]?.list ?? [] {
      let parts = try #require(pair.list)
      result[try #require(Key(unfold(parts[0])))] = try unfold(parts[1])
    }
    return .map(result)
  }

  /// Text that tells `1` from `true` and `1.0`, unlike `==`.
  static func exact(_ value: Value?) -> String { value.map { JSONWriter(ensuresASCII: false).string($0) } ?? "nothing" }
}
