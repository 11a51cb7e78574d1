import Values

/// Python's `range`: knows its numbers without holding them.
package final class RangeObject: NativeObject {
  private let start: Int
  private let stop: Int
  private let step: Int

  package init(_ start: Int, _ stop: Int, _ step: Int) {
    self.start = start
    self.stop = stop
    self.step = step
  }

  package var typeName: String { "range" }
  package var isSequence: Bool { true }

  package var count: Int? {
    guard step > 0 ? start < stop : start > stop else { return 0 }
    let (distance, overflow) =
      step > 0 ? stop.subtractingReportingOverflow(start) : start.subtractingReportingOverflow(stop)
    if overflow { return .max }
    return Int(exactly: (UInt(distance) - 1) / step.magnitude + 1) ?? .max
  }

  /// The number at a position, from the end when negative.
  package func number(_ index: Int) -> Int? {
    let count = count ?? 0
    let position = index < 0 ? index + count : index
    guard position >= 0, position < count else { return nil }
    return start + position * step
  }

  /// Python's slice of a range is a range.
  func slice(_ start: Int?, _ stop: Int?, _ step: Int) -> RangeObject {
    let bounds = Object.bounds(start, stop, step, count: count ?? 0)
    return RangeObject(
      self.start &+ bounds.start &* self.step, self.start &+ bounds.stop &* self.step, self.step &* bounds.step)
  }

  package func item(_ key: Object, in scope: Scope) throws -> Object? { key.int.flatMap(number).map(Object.int) }

  package func elements(in scope: Scope) throws -> [Object] {
    let count = count ?? 0
    try scope.runtime.spend(count)
    return (0..<count).map { .int(start + $0 * step) }
  }

  package func contains(_ element: Object) throws -> Bool? {
    guard let number = element.int, step > 0 ? number >= start && number < stop : number <= start && number > stop
    else {
      return false
    }
    let (distance, overflow) = number.subtractingReportingOverflow(start)
    return !overflow && distance % step == 0
  }

  package func repr(depth: Int) throws -> String {
    step == 1 ? "range(\(start), \(stop))" : "range(\(start), \(stop), \(step))"
  }
}
