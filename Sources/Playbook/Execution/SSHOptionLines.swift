import Modules
import Synchronization
import Transport

/// The words for OpenSSH's client, by the line that has them: a run has few lines, and each task of each host asks for them.
final class SSHOptionLines: Sendable {
  enum Failure: Error {
    case openQuotation
    case option(TransportError)
  }

  private let known = Mutex<[String: [SSHOption]]>([:])

  func options(of line: String) throws(Failure) -> [SSHOption] {
    if let options = known.withLock({ $0[line] }) { return options }
    guard let words = CommandWords.split(line) else { throw .openQuotation }
    do {
      let options = try SSHOption.parse(commandLine: words)
      known.withLock { $0[line] = options }
      return options
    } catch {
      throw .option(error)
    }
  }
}
