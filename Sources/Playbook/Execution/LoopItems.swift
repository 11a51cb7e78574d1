import Jinja
import Values

/// The items that a task's `loop:` or `with_*:` gives; `nil` for a task without one.
struct LoopItems {
  let items: [Value]?

  init(_ task: PlayTask, _ templar: Templar) throws(Diagnostic) {
    guard let loop = task.loop else {
      items = nil
      return
    }
    if let lookup = loop.lookup {
      items = try templar.lookupItems(lookup, terms: loop.value, at: loop.place)
      return
    }
    let value = try templar.resolve(loop.value)
    guard case .list(let list) = value else {
      throw Diagnostic(
        .invalid,
        "Invalid data passed to 'loop', it requires a list, got this instead: \(PlainText.of(value)). Hint: If you passed a list/dict of just one element, try adding wantlist=True to your lookup invocation or use q/query instead of lookup.",
        at: loop.place)
    }
    items = list
  }
}
