import Transport
import Values

/// A read-only question to a host, with a typed answer.
///
/// One type a kind of thing (`FileQuery`, `UserQuery`, `PackageQuery`…), so that check mode's predictions are laid over the
/// answers in one place, for every module alike.
package protocol Query: Hashable, Sendable {
  associatedtype Answer: Sendable

  /// The script whose output is the answer. It runs in a subshell of its own, changes nothing and reads no standard input.
  /// Several queries' scripts travel in one request.
  func script(_ traits: HostTraits) -> ShellScript

  /// Whether the output holds no NUL byte, and line breaks at its end mean nothing: then it comes in one packet.
  var isText: Bool { get }

  /// Reads the script's output.
  func answer(_ output: QueryOutput) throws(ModuleFailure) -> Answer

  /// The answer as it would be after the changes that earlier tasks planned but, in check mode, did not make.
  func answer(_ answer: Answer, after predictions: PredictedState) -> Answer
}

extension Query {
  package var isText: Bool { false }

  /// By default no prediction bears on the answer.
  package func answer(_ answer: Answer, after predictions: PredictedState) -> Answer { answer }
}

/// What a query's script printed.
package struct QueryOutput: Sendable, Hashable {
  package var status: Int
  package var stdout: [UInt8]

  package init(status: Int, stdout: [UInt8]) {
    self.status = status
    self.stdout = stdout
  }

  /// Standard output as text, byte-exact (`String(lossless:)`).
  package var text: String { String(lossless: stdout) }
}

/// The answers so far, by their questions.
package struct Observations: Sendable {
  private var answers: [AnyHashableQuery: any Sendable] = [:]
  /// Why the answers may not be the whole truth: what earlier tasks of a check run would have brought to the host without
  /// saying what exactly (`package nginx would be installed`). `nil` outside check mode. A plan that fails while this is set
  /// counts as changed and unknown, so modules need not look at it unless they can say something better.
  package var uncertainty: String?

  package init() {}

  /// The answer to a question that was asked; `nil` when it was not.
  package func callAsFunction<Q: Query>(_ query: Q) -> Q.Answer? {
    answers[AnyHashableQuery(query)] as? Q.Answer
  }

  package mutating func record<Q: Query>(_ answer: Q.Answer, to query: Q) {
    answers[AnyHashableQuery(query)] = answer
  }

  /// Whether the question was asked.
  package func holds(_ query: some Query) -> Bool { answers[AnyHashableQuery(query)] != nil }
}

/// A query as a dictionary key.
struct AnyHashableQuery: Hashable, Sendable {
  let query: any Query

  init(_ query: any Query) { self.query = query }

  static func == (left: AnyHashableQuery, right: AnyHashableQuery) -> Bool { isEqual(left.query, right.query) }
  func hash(into hasher: inout Hasher) { query.hash(into: &hasher) }

  private static func isEqual<Q: Query>(_ left: Q, _ right: any Query) -> Bool { (right as? Q) == left }
}
