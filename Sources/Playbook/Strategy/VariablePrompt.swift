import Glibc
import Values

/// Asks one `vars_prompt` on the terminal.
struct VariablePrompt {
  private let prompt: Play.VarsPrompt
  private let fallback: String?

  init(_ prompt: Play.VarsPrompt, fallback: String?) {
    self.prompt = prompt
    self.fallback = fallback
  }

  func ask() throws(Diagnostic) -> Value {
    let question = fallback.map { "\(prompt.prompt) [\($0)]" } ?? prompt.prompt
    while true {
      guard isatty(STDIN_FILENO) == 1 else {
        // Without a terminal ansible goes on with the default, or an empty answer.
        return value(fallback ?? "")
      }
      let answer = try Terminal.ask("\(question): ", isHidden: prompt.isPrivate)
      if prompt.mustConfirm, try Terminal.ask("confirm \(question): ", isHidden: prompt.isPrivate) != answer {
        Terminal.write("***** VALUES ENTERED DO NOT MATCH ****\n")
        continue
      }
      return value(answer.isEmpty ? fallback ?? "" : answer)
    }
  }

  /// What was typed is data, never a template. A private answer is hidden only while it is typed, as in ansible.
  private func value(_ answer: String) -> Value { .string(answer) }
}
