import Values

/// Names that a variable can have but should not: keywords, and functions of templates that it would hide.
enum ReservedNames {
  private static let functions: Set<String> = [
    "cycler", "dict", "joiner", "lipsum", "lookup", "namespace", "now", "omit", "q", "query", "range", "undef",
  ]
  private static let sections: Set<String> = [
    "always", "async_val", "block", "force_handlers", "gather_facts", "handlers", "hosts", "loop_with", "post_tasks",
    "pre_tasks", "rescue", "roles", "tasks", "vars_files", "vars_prompt", "with_",
  ]
  /// Keywords that are no fault as variables: ansible warns of all but these.
  private static let allowed: Set<String> = ["gather_subset", "listen", "validate_argspec"]

  static func contains(_ name: String) -> Bool {
    functions.contains(name) || sections.contains(name) || Keyword(rawValue: name) != nil && !allowed.contains(name)
  }

  static func warning(_ name: String, at place: Place?) -> Diagnostic? {
    contains(name) && name != "vars"
      ? Diagnostic(.invalid, "Found variable using reserved name '\(name)'.", at: place) : nil
  }
}
