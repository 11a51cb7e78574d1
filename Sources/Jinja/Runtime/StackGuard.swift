/// Measures how much of the thread's stack a render uses.
///
/// A depth counter can't: one level of a macro costs as much stack as the expressions around the call need. The address of a
/// local variable tells it exactly; it is only compared, never read through.
enum StackGuard {
  @inline(never)
  static func position() -> UInt {
    var marker: UInt8 = 0
    return withUnsafeMutablePointer(to: &marker) { UInt(bitPattern: $0) }
  }
}
