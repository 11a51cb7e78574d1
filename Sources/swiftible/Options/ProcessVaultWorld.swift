import Glibc
import Playbook
import Values
import Vault

/// Files, programs and the terminal of this process, for vault passwords.
struct ProcessVaultWorld: VaultSecretWorld {
  func isExecutable(_ path: String) -> Bool { LocalFile.isFile(path) && access(path, X_OK) == 0 }

  func contents(ofFile path: String) async throws(Diagnostic) -> [UInt8] {
    try LocalFile.read(LocalFile.absolute(path))
  }

  func output(ofProgram path: String, arguments: [String]) async throws(Diagnostic) -> [UInt8] {
    let output = try ControllerProcess.run([LocalFile.absolute(path)] + arguments)
    guard output.status == 0 else {
      throw Diagnostic(.vault, "the vault password script '\(path)' ended with exit code \(output.status)")
    }
    return output.text.losslessBytes
  }

  func prompt(_ text: String) async throws(Diagnostic) -> Secret { Secret(try Terminal.ask(text, isHidden: true)) }
}
