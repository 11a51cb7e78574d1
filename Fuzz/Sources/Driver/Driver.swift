import Glibc

@_silgen_name("LLVMFuzzerRunDriver")
private func runFuzzer(
  _ count: UnsafeMutablePointer<Int32>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
  _ test: @convention(c) (UnsafePointer<UInt8>, Int) -> Int32
) -> Int32

/// libFuzzer, started from a `main` of our own, for SwiftPM's executables must have one.
package enum Driver {
  /// Runs libFuzzer on the command line's options; it calls `test` until they are satisfied.
  ///
  /// - Parameter test: takes one made-up input and answers 0; a trap or a signal in it is a find.
  package static func run(_ test: @convention(c) (UnsafePointer<UInt8>, Int) -> Int32) -> Never {
    var count = CommandLine.argc
    var arguments = CommandLine.unsafeArgv
    exit(runFuzzer(&count, &arguments, test))
  }
}
