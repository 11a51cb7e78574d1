import Subprocess
import Values

#if canImport(System)
  import System
#else
  import SystemPackage
#endif

/// Runs an inventory script, within bounds of time and output.
struct ScriptProcess {
  /// Absolute.
  let path: String
  let timeout: Duration
  let outputLimit: Int

  private static let errorLimit = 1 << 20

  /// What the script printed, on both streams.
  struct Output {
    let standardOutput: [UInt8]
    let standardError: String

    /// What it said on standard error, without the middle of a long story; `nil` for nothing.
    var excerpt: String? {
      let lines = standardError.split(separator: "\n")
      if lines.count <= 50 { return lines.isEmpty ? nil : lines.joined(separator: "\n") }
      let shown = lines.prefix(25) + ["(\(lines.count - 50) more lines)"] + lines.suffix(25)
      return shown.joined(separator: "\n")
    }
  }

  private enum Outcome {
    case ended(Output, failure: String?)
    case failed(String)
    case expired
  }

  /// - Parameter arguments: `--list`, or `--host` and a name.
  /// - Throws: `.file` for a script that can't be started or fails, `.limit` beyond a bound.
  func run(_ arguments: [String]) async throws(Diagnostic) -> Output {
    let outcome = await withTaskGroup(of: Outcome.self) { group in
      group.addTask { await start(arguments) }
      group.addTask {
        do { try await Task.sleep(for: timeout) } catch { return .failed("cancelled") }
        return .expired
      }
      defer { group.cancelAll() }
      return await group.next() ?? .expired
    }
    switch outcome {
    case .ended(let output, nil): return output
    case .ended(let output, let failure?):
      throw Diagnostic(
        .file, failure, at: place, help: output.excerpt.map { "It said on standard error:\n\($0)" })
    case .failed(let reason):
      let help = FileSystem.isExecutable(path) ? nil : "Inventory scripts must be executable: chmod +x '\(path)'."
      throw Diagnostic(.file, reason, at: place, help: help)
    case .expired:
      throw Diagnostic(
        .limit, "Inventory script did not end within \(timeout.components.seconds) seconds and was stopped", at: place)
    }
  }

  private var place: Place { Place(SourceFile(path: path, text: ""), line: 1, column: 1) }

  private func start(_ arguments: [String]) async -> Outcome {
    do {
      var options = PlatformOptions()
      options.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: .milliseconds(200))]
      let result = try await Subprocess.run(
        .path(FilePath(path)), arguments: Arguments(arguments), platformOptions: options,
        output: .bytes(limit: outputLimit), error: .bytes(limit: Self.errorLimit))
      let output = Output(
        standardOutput: result.standardOutput, standardError: String(lossless: result.standardError))
      switch result.terminationStatus {
      case .exited(0): return .ended(output, failure: nil)
      case .exited(let code): return .ended(output, failure: "Inventory script returned non-zero exit code \(code)")
      default: return .ended(output, failure: "Inventory script was ended by a signal")
      }
    } catch let error as SubprocessError where error.code == .outputLimitExceeded {
      return .failed("Inventory script printed more than \(outputLimit >> 20) MiB")
    } catch {
      return .failed("Failed to execute inventory script command: \(error)")
    }
  }
}
