import Transport
import Values

/// What a local time of the host is in seconds since 1970.
struct TimestampQuery: Query {
  /// `2020-01-31 23:59:00`.
  var localTime: String

  func script(_ traits: HostTraits) -> ShellScript { "date -d \(localTime) +%s" }

  func answer(_ output: QueryOutput) throws(ModuleFailure) -> Int {
    guard let seconds = Int(output.text.trimmed) else {
      throw ModuleFailure("the host does not know the time \(localTime)")
    }
    return seconds
  }
}
