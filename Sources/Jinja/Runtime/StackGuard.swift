/// Measures how much of the thread's stack a parse or a render uses.
///
/// A depth counter can't: one level of a macro costs as much stack as the expressions around the call need. The address of a
/// local variable tells it exactly; it is only compared, never read through.
struct StackGuard {
  /// The lowest address that may be reached.
  private let floor: UInt

  /// A budget that is never used up.
  static let unlimited = StackGuard(floor: 0)

  private init(floor: UInt) { self.floor = floor }

  /// A budget of `bytes` from where the caller stands.
  init(bytes: UInt) {
    let top = StackGuard.position()
    floor = top > bytes ? top - bytes : 0
  }

  /// Whether there is stack left. What then runs unguarded (some levels of an expression, a filter, the text of a nested
  /// value) must fit into what a thread has beside the budget.
  @inline(__always) var hasRoom: Bool { StackGuard.position() > floor }

  @inline(never)
  private static func position() -> UInt {
    var marker: UInt8 = 0
    return withUnsafeMutablePointer(to: &marker) { UInt(bitPattern: $0) }
  }
}
