import Testing
import Values

@Suite struct SuggestionTests {
  @Test(arguments: [
    ("become_uesr", "become_user"), ("hosst", "hosts"), ("gather-facts", "gather_facts"), ("Tasks", "tasks"),
    ("taks", "tasks"),
  ])
  func aNearNameIsFound(_ written: String, _ meant: String) {
    let names = ["hosts", "tasks", "become", "become_user", "gather_facts", "tags"]
    #expect(Suggestion.nearest(to: written, in: names) == meant)
  }

  @Test(arguments: ["", "zzz", "x", "completely_else"])
  func aFarNameIsNot(_ written: String) {
    #expect(Suggestion.nearest(to: written, in: ["hosts", "tasks", "become_user"]) == nil)
  }

  @Test func helpAsksAQuestion() {
    #expect(Suggestion.help(for: "taskz", in: ["tasks"]) == "Did you mean 'tasks'?")
  }
}
