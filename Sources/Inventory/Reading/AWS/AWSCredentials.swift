import Values

/// Who signs requests to AWS.
struct AWSCredentials: Sendable, Hashable {
  let accessKey: String
  let secretKey: Secret
  /// Of temporary credentials.
  var token: Secret?
}
