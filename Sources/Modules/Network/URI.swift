import Transport
import Values

/// Talks to a web service from a host.
struct URI: Module {
  static let spec = ModuleSpec(
    name: "uri", summary: "Talk to web services",
    arguments: HTTPRequest.arguments + [
      ArgumentSpec("dest", .path, "The file to keep the answer in."),
      ArgumentSpec("url_username", aliases: ["user"], "The name."),
      ArgumentSpec("body", .raw, "What to send."),
      ArgumentSpec(
        "body_format", default: "raw", choices: ["form-urlencoded", "json", "raw", "form-multipart"], "How to write it."
      ),
      ArgumentSpec("src", .path, "The file to send."),
      ArgumentSpec("method", default: "GET", "HTTP's method."),
      ArgumentSpec("return_content", .bool, default: false, "Tell the answer's text in any case."),
      ArgumentSpec(
        "follow_redirects", default: "safe", choices: ["all", "no", "none", "safe", "urllib2", "yes"],
        "Which redirections to follow."),
      ArgumentSpec("creates", .path, "Do nothing when this file exists."),
      ArgumentSpec("removes", .path, "Do nothing unless this file exists."),
      ArgumentSpec("status_code", .list(of: .int), default: [200], "The answers that are no failure."),
      ArgumentSpec("timeout", .int, default: 30, "Seconds to wait for the server."),
      ArgumentSpec("headers", .map, default: [:], "Headers to send."),
      ArgumentSpec("remote_src", .bool, default: false, "`src` is on the host."),
      ArgumentSpec("unix_socket", .path, "The socket to send the request to."),
      ArgumentSpec("ca_path", .path, "Certificates to trust."),
    ] + FileAttributes.arguments,
    rules: [.mutuallyExclusive(["body", "src"])], checkMode: .none,
    returns: [
      ReturnSpec("status", "HTTP's status."), ReturnSpec("url", "The address that answered."),
      ReturnSpec("msg", "What the server said."), ReturnSpec("content", "The answer's text."),
      ReturnSpec("json", "The answer as a structure, when it is JSON."), ReturnSpec("elapsed", "Seconds."),
      ReturnSpec("path", "The file that the answer is in."),
      ReturnSpec("redirected", "Whether another address answered."),
      ReturnSpec("cookies", "The cookies that were set."), ReturnSpec("cookies_string", "The same, for a header."),
    ])

  private let arguments: Arguments
  private let request: HTTPRequest
  private let attributes: FileAttributes
  private let context: ModuleContext

  init(_ arguments: Arguments, _ context: ModuleContext) throws(ModuleFailure) {
    self.arguments = arguments
    self.context = context
    attributes = try FileAttributes(arguments)
    var headers = arguments.map("headers") ?? [:]
    let body = try HTTPBody(arguments, context)
    let hasType = headers.keys.contains { $0.string?.lowercased() == "content-type" }
    if let type = body.contentType, !hasType { headers["Content-Type"] = .string(type) }
    var request = try HTTPRequest(arguments, timeout: arguments.int("timeout") ?? 30, headers: headers)
    request.method = (arguments.string("method") ?? "GET").uppercased()
    guard !request.method.isEmpty, request.method.allSatisfy({ $0.isLetter && $0.isASCII }) else {
      throw ModuleFailure("Parameter 'method' needs to be a single word in uppercase, like GET or POST.")
    }
    request.body = body.bytes
    switch arguments.string("follow_redirects") {
    case "all", "yes", "urllib2": request.followsRedirects = true
    case "no", "none": request.followsRedirects = false
    default: request.followsRedirects = request.method == "GET" || request.method == "HEAD"
    }
    self.request = request
  }

  private var guardQuery: CommandGuardQuery? {
    let (creates, removes) = (arguments.string("creates"), arguments.string("removes"))
    return creates == nil && removes == nil
      ? nil : CommandGuardQuery(directory: nil, creates: creates, removes: removes)
  }

  private var destinationQuery: FileQuery? { arguments.string("dest").map { FileQuery($0, checksum: .sha1) } }

  private var sourceQuery: FileQuery? {
    guard let source = arguments.string("src"), arguments.flag("remote_src") else { return nil }
    return FileQuery(source, contentLimit: 64 << 20)
  }

  func queries() -> [any Query] {
    var queries: [any Query] = guardQuery.map { [$0] } ?? []
    if let destinationQuery {
      queries.append(destinationQuery)
      queries += attributes.queries(for: destinationQuery.path)
    }
    if let sourceQuery { queries.append(sourceQuery) }
    return queries
  }

  func plan(_ observed: Observations) throws(ModuleFailure) -> Planning {
    if let query = guardQuery {
      guard let found = observed(query) else { return .ask(queries()) }
      if let creates = arguments.string("creates"), found.createsExists { return .done(skipped("'\(creates)' exists")) }
      if let removes = arguments.string("removes"), !found.removesExists {
        return .done(skipped("'\(removes)' does not exist"))
      }
    }
    var request = request
    if let sourceQuery {
      guard let found = observed(sourceQuery) else { return .ask(queries()) }
      guard let content = found.content else { throw ModuleFailure("Unable to open source file \(found.path)") }
      request.body = content
    }
    let wanted = request
    let start = context.now()
    let (found, isSaved) = (destinationQuery.flatMap { observed($0) }, arguments.string("dest") != nil)
    if let found { try found.checkTrust(following: found.isLink) }
    let limit = 16 << 20
    let script: ShellScript = """
      \(request.script)
      cat "$w/o"; cat "$h"
      printf '\\001'
      \(try saving(found))
      head -c \(limit) <"$b"
      """
    var plan = Plan(
      changed: isSaved, unknown: CommandRun.unknowable,
      steps: [.run(script, input: wanted.input, failure: "Request failed", mayFail: true)])
    plan.conclude = { [self] (_, outcomes) throws(ModuleFailure) in
      guard let outcome = outcomes.first else { return Conclusion(changed: false, values: [:]) }
      return try conclude(outcome, wanted, start: start)
    }
    return .done(plan)
  }

  private func skipped(_ reason: String) -> Plan {
    let message = "skipped, since \(reason)"
    return Plan(changed: false, values: ["stdout": .string(message)])
  }

  /// Puts the answer in place unless it is there; prints `new` or `same`, the path and a byte 1.
  private func saving(_ found: FileAnswer?) throws(ModuleFailure) -> ShellScript {
    guard let found else { return "printf 'none\\001'" }
    let answerName =
      request.url.prefix { $0 != "?" && $0 != "#" }.split(separator: "/").last.map(String.init) ?? "index.html"
    let path = found.isDirectory ? "\(found.path)/\(answerName)" : found.effectivePath(following: true)
    let temporary = FileAnswer.ancestor(of: path, up: 1) + "/.swiftible-" + Nonce().text
    let mode =
      attributes.mode?.bits(current: 0o666 & ~found.umask, isDirectory: false, umask: found.umask) ?? 0o666 & ~found
      .umask
    let owner = (attributes.owner ?? "") + (attributes.group.map { ":" + $0 } ?? "")
    let change: ShellScript = owner.isEmpty ? ":" : "chown -- \(owner) \(temporary)"
    return """
      if [ -f \(path) ] && [ "$(sha1sum <"$b")" = "$(sha1sum <\(path))" ]; then printf 'same %s\\001' \(path)
      elif ( set -C; : >\(temporary) ) && cat "$b" >\(temporary) && \(change) && chmod \(FileMode.text(mode)) \(temporary) && mv -f -- \(temporary) \(path)
      then printf 'new %s\\001' \(path)
      else rm -f -- \(temporary); echo "could not write "\(path) >&2; exit 84; fi
      """
  }

  // MARK: The answer

  private func conclude(
    _ outcome: ShellResult, _ request: HTTPRequest, start: WallTime
  ) throws(ModuleFailure) -> Conclusion {
    let pieces = outcome.stdout.split(separator: 1, maxSplits: 2, omittingEmptySubsequences: false)
    guard let head = pieces.first, let answer = HTTPAnswer(String(lossless: Array(head))) else {
      throw ModuleFailure("Request failed: \(String(lossless: outcome.stderr).trimmed)")
    }
    var values = Map()
    for (name, value) in answer.headers { values[name] = value }
    if let location = answer.headers["location"]?.string {
      values["location"] = .string(Self.absolute(location, from: answer.url))
    }
    values["elapsed"] = .int((context.now().microseconds - start.microseconds) / 1_000_000)
    values["url"] = .string(answer.url)
    values["status"] = .int(answer.status)
    values["redirected"] = .bool(answer.url != request.url)
    if answer.status < 300 { Self.addCookies(answer, &values) }
    let body = pieces.count == 3 ? Array(pieces[2]) : []
    values["msg"] = .string(answer.text(size: answer.status == -1 ? nil : body.count))
    let place = (pieces.dropFirst().first.map { String(lossless: Array($0)) } ?? "").split(separator: " ", maxSplits: 1)
    let isChanged = place.first == "new"
    if place.count == 2 { values["path"] = .string(String(place[1])) }
    let type = answer.headers["content_type"]?.string ?? ""
    let text = String(lossless: body)
    let isJSON = type.split(separator: ";").first.map { $0.trimmed.lowercased() }.map { $0.hasSuffix("json") } ?? false
    if isJSON, let json = try? JSONReader.read(text) { values["json"] = json }
    let isExpected = arguments.list("status_code")?.contains { $0.int == answer.status } ?? false
    if arguments.flag("return_content") || !isExpected { values["content"] = .string(text) }
    if outcome.status == 84 { throw ModuleFailure(String(lossless: outcome.stderr).trimmed, values: values) }
    guard isExpected else {
      let wanted = (arguments.list("status_code") ?? []).map(\.pythonString).joined(separator: ", ")
      let message = answer.text(size: nil)
      throw ModuleFailure("Status code was \(answer.status) and not [\(wanted)]: \(message)", values: values)
    }
    return Conclusion(changed: isChanged, values: values)
  }

  /// Where a redirection leads when it is seen from the address that gave it.
  private static func absolute(_ location: String, from url: String) -> String {
    guard !location.contains("://"), let scheme = url.firstRange(of: "://") else { return location }
    let path = url[scheme.upperBound...].firstIndex { "/?#".contains($0) } ?? url.endIndex
    if location.hasPrefix("//") { return url[..<scheme.lowerBound] + ":" + location }
    if location.hasPrefix("/") { return url[..<path] + location }
    let end = url[path...].firstIndex { "?#".contains($0) } ?? url.endIndex
    let directory = url[path..<end].lastIndex(of: "/").map { url[...$0] } ?? url[..<path] + "/"
    return directory + location
  }

  private static func addCookies(_ answer: HTTPAnswer, _ values: inout Map) {
    var cookies = Map()
    for cookie in answer.headers["set_cookie"]?.string?.split(separator: ",") ?? [] {
      let pair = cookie.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1).map { $0.trimmed }
      if pair.count == 2 { cookies[pair[0]] = .string(pair[1]) }
    }
    values["cookies"] = .map(cookies)
    values["cookies_string"] = .string(
      cookies.map { "\($0.key.string ?? "")=\($0.value.string ?? "")" }.joined(separator: "; "))
  }
}
