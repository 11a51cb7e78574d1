/// Why a request to AWS brought nothing.
struct AWSFailure: Error {
  /// Amazon's code, `UnauthorizedOperation`; `nil` where no answer came or none that could be read.
  let code: String?
  let message: String

  /// Codes by which AWS asks to come again later ("Common error codes", "Error retries").
  static let throttlingCodes: Set<String> = [
    "Throttling", "ThrottlingException", "ThrottledException", "RequestThrottledException", "TooManyRequestsException",
    "RequestLimitExceeded", "BandwidthLimitExceeded", "RequestThrottled", "SlowDown", "EC2ThrottledException",
    "PriorRequestNotComplete", "TransactionInProgressException", "ProvisionedThroughputExceededException",
    "LimitExceededException", "ServiceUnavailable", "Unavailable", "InternalError", "InternalFailure",
  ]

  /// Codes of a caller who may not do this.
  static let permissionCodes: Set<String> = ["UnauthorizedOperation", "AccessDenied", "AccessDeniedException"]

  var isPermission: Bool { code.map(Self.permissionCodes.contains) ?? false }
}
