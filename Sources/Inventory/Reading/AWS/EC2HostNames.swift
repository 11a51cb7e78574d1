import Jinja
import Values

/// What an instance is called in the inventory: the option `hostnames`, in order of preference.
struct EC2HostNames {
  private enum Preference {
    case plain(Text)
    case composed(name: Text, prefix: Text?, separator: String)
  }

  private let preferences: [Preference]
  private let takesAll: Bool
  private let engine: JinjaEngine
  private let place: Place
  private let fitting: @Sendable (String) -> String

  init(
    _ configuration: SourceConfiguration, engine: JinjaEngine, fitting: @escaping @Sendable (String) -> String
  ) throws(Diagnostic) {
    self.engine = engine
    self.fitting = fitting
    place = configuration.place
    takesAll = configuration.flag("allow_duplicated_hosts")
    var preferences: [Preference] = []
    for item in try configuration.list("hostnames") {
      if let text = item.text {
        preferences.append(.plain(text))
      } else if let map = item.map {
        guard let name = map["name"]?.text else {
          throw Diagnostic(
            .invalid, "A 'name' key must be defined in a hostnames dictionary.", at: configuration.place)
        }
        preferences.append(
          .composed(name: name, prefix: map["prefix"]?.text, separator: map["separator"]?.string ?? "_"))
      } else {
        throw Diagnostic(.invalid, "Hostnames should be a list of dict and str.", at: configuration.place)
      }
    }
    let fallback = ["dns-name", "private-dns-name"].map { Preference.plain(Text($0, writtenAt: configuration.place)) }
    self.preferences = preferences.isEmpty ? fallback : preferences
  }

  /// One name, or all that match where the configuration allows it; none for an instance that has none.
  func names(of instance: Map) throws(Diagnostic) -> [String] {
    var names: [String] = []
    for preference in preferences {
      let found = try self.names(preference, instance)
      guard !found.isEmpty else { continue }
      names += takesAll ? found : Array(found.prefix(1))
      if !takesAll { break }
    }
    return names.map(withoutColons)
  }

  /// A colon would begin a port.
  private func withoutColons(_ name: String) -> String { name.utf8.contains(UInt8(ascii: ":")) ? fitting(name) : name }

  private func names(_ preference: Preference, _ instance: Map) throws(Diagnostic) -> [String] {
    switch preference {
    case .plain(let text): return try values(text, instance)
    case .composed(let name, let prefix, let separator):
      let names = try values(name, instance)
      guard let first = names.first, let prefix, let front = try values(prefix, instance).first else { return names }
      return [front + separator + first]
    }
  }

  /// The texts that one preference stands for: a tag's, an attribute's, or itself; perhaps through filters (`tag:Name | lower`).
  private func values(_ preference: Text, _ instance: Map) throws(Diagnostic) -> [String] {
    let parts = preference.string.split(separator: "|", maxSplits: 1, omittingEmptySubsequences: false)
    var source = parts.first ?? ""
    while source.last == " " { source.removeLast() }
    var value =
      source.hasPrefix("tag:")
      ? tags(source.dropFirst(4), instance) : EC2Attribute.value(of: String(source), in: instance)
    if parts.count == 2, let single = value, !single.isEmptyOrNull {
      let expression = Text("attribute | \(parts[1])", sharing: preference.origin)
      let scope = Scope(engine: engine, variables: ["attribute": single])
      value = try engine.evaluate(expression: expression, in: scope)
    }
    guard let value, !value.isEmptyOrNull else { return [] }
    return (value.list ?? [value]).map { withoutColons(PythonText.str($0)) }
  }

  /// `Name`: the tag's value; `Name=web`: `Name_web` where it has that value; several between commas.
  private func tags(_ names: Substring, _ instance: Map) -> Value {
    var tags: [String: String] = [:]
    for tag in instance["tags"]?.list ?? [] {
      if let key = tag["key"]?.string { tags[key] = tag["value"]?.string }
    }
    var values: [String] = []
    for name in names.split(separator: ",", omittingEmptySubsequences: false) {
      let parts = name.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      if parts.count == 2 {
        if tags[parts[0]] == parts[1] { values.append("\(parts[0])_\(parts[1])") }
      } else if let value = tags[String(name)], !value.isEmpty {
        values.append(value)
      }
    }
    return values.count == 1 ? .string(values[0]) : .list(values.map { .string($0) })
  }
}
