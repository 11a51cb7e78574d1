import Values

/// What earlier tasks of a check run would have made of one host: laid over the answers to later questions, so that a check
/// on a fresh host foretells the whole run. Engine-owned, one a host; empty outside check mode.
package struct PredictedState: Sendable {
  package private(set) var predictions: [Prediction] = []

  package init() {}

  package var isEmpty: Bool { predictions.isEmpty }

  package mutating func record(_ new: [Prediction]) { predictions += new }
}

/// One thing that will be true of the host. The cases grow with the kinds of queries.
package enum Prediction: Sendable, Hashable {
  case placeholder
}
