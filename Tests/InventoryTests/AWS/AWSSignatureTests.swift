import Testing
import Values

@testable import Inventory

/// Signature Version 4.
@Suite struct AWSSignatureTests {
  /// The worked example of Amazon's "Create a signed AWS API request": `ListUsers` of IAM.
  @Test func signsAmazonsOwnExample() throws {
    let credentials = AWSCredentials(
      accessKey: "AKIDEXAMPLE", secretKey: Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"))
    var request = try #require(WebRequest(url: "https://iam.amazonaws.com/"))
    request.query = [("Action", "ListUsers"), ("Version", "2010-05-08")]
    request.headers = [("content-type", "application/x-www-form-urlencoded; charset=utf-8")]
    let headers = AWSSignature(credentials: credentials, region: "us-east-1", service: "iam").signed(
      request, at: AWSTime(stamp: "20150830T123600Z"))
    #expect(
      headers.first { $0.name == "authorization" }?.value
        == "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, SignedHeaders=content-type;host;x-amz-date, Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7"
    )
  }

  @Test(arguments: [
    (0, "19700101T000000Z"), (951_782_399, "20000228T235959Z"), (951_782_400, "20000229T000000Z"),
    (1_440_938_160, "20150830T123600Z"), (4_107_542_400, "21000301T000000Z"),
  ])
  func aTimeIsWrittenInUTC(_ seconds: Int, _ stamp: String) {
    #expect(AWSTime(seconds: seconds).stamp == stamp)
  }

  @Test func onlyUnreservedCharactersStayAsTheyAre() {
    #expect(AWSSignature.encoded("a-Z_0.~ /+ü") == "a-Z_0.~%20%2F%2B%C3%BC")
  }
}
