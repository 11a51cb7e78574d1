import NIOCore

extension Duration {
  var timeAmount: TimeAmount {
    let (seconds, attoseconds) = components
    let nanoseconds = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    return nanoseconds.overflow
      ? .nanoseconds(.max) : .nanoseconds(nanoseconds.partialValue &+ attoseconds / 1_000_000_000)
  }

  /// `10 s`, `1.5 s`.
  var inSeconds: String {
    let tenths = Int64(components.seconds) &* 10 &+ components.attoseconds / 100_000_000_000_000_000
    return tenths % 10 == 0 ? "\(tenths / 10) s" : "\(tenths / 10).\(tenths % 10) s"
  }
}
