import Testing

@testable import Modules

@Suite struct DetachedJobTests {
  /// A job of one second with `async: 2` was ended half the time: what was left of the two seconds was cut to one.
  @Test(arguments: [(Duration.milliseconds(1_999), 2), (.seconds(2), 2), (.milliseconds(2_001), 3), (.zero, 1)])
  func aJobGetsNoLessThanItsTime(limit: Duration, seconds: Int) {
    let script = DetachedJob(name: "j1").start("true", hasInput: false, limit: limit)
    #expect(script.text.contains("while [ $n -lt \(seconds) ]"))
  }
}
