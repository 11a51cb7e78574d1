/// One thing that is wrong with a module's arguments.
package struct ArgumentProblem: Error, Sendable, Hashable {
  package enum Kind: Sendable, Hashable {
    /// No argument of the module has this name.
    case unknown
    /// A required argument was not given.
    case missing
    /// A value that is not of the argument's type or not among its choices.
    case invalid
    /// Arguments that exclude or require each other.
    case combination
  }

  package var kind: Kind
  /// ansible's sentence for it. Unknown names are told together by `ArgumentProblems.message`.
  package var message: String
  /// The argument as the user spelt it, for finding its place; `nil` when something is missing altogether.
  package var argument: String?
  /// The names of the maps around it, outermost first, when the argument stands in a suboption.
  package var parents: [String]
  /// The name or value that was probably meant.
  package var suggestion: String?

  package init(
    _ kind: Kind, _ message: String, argument: String? = nil, parents: [String] = [], suggestion: String? = nil
  ) {
    self.kind = kind
    self.message = message
    self.argument = argument
    self.parents = parents
    self.suggestion = suggestion
  }
}

/// Everything that is wrong with a module's arguments, in the order in which ansible checks.
package struct ArgumentProblems: Error, Sendable, Hashable {
  package var problems: [ArgumentProblem]

  package init(_ problems: [ArgumentProblem]) { self.problems = problems }

  /// The `msg` of the failed task: ansible's text, and where several things are wrong, all of them.
  package var message: String {
    var messages: [String] = []
    for problem in problems where !messages.contains(problem.message) { messages.append(problem.message) }
    return messages.joined(separator: "; ")
  }
}
