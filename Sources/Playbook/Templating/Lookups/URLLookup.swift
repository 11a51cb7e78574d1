import Values

/// `url`: what is at a URL, fetched by curl on the controller, as the modules do on hosts: its TLS and proxy settings are
/// those that the administrator knows, and no TLS library of our own can grow old inside this program.
enum URLLookup {
  static let all: [LookupFunction] = [
    LookupFunction("url", "What is at URLs, line by line.") { call in
      try call.strings().flatMap { url -> [Value] in
        let text = try fetch(url, call)
        guard call.flag("split_lines", default: true) else { return [.string(text)] }
        let lines = text.replacing("\r\n", with: "\n").split(separator: "\n", omittingEmptySubsequences: false)
        return lines.map { Value.string(String($0)) }.droppingLastEmpty
      }
    }
  ]

  private static func fetch(_ url: String, _ call: LookupCall) throws(Diagnostic) -> String {
    let parts = try URLParts(url)
    switch parts.scheme {
    case "file":
      return String(
        lossless: try LocalFile.read(String(lossless: Percent.decode(Array(parts.path.utf8), plusIsSpace: false))))
    case "http", "https", "ftp": break
    default:
      throw call.failure(
        "'\(url)' is no URL that can be fetched", help: "It starts with http://, https://, ftp:// or file://.")
    }
    let output: ControllerProcess.Output
    do throws(Diagnostic) {
      output = try ControllerProcess.run(["curl", "--config", "-"], input: Array(try configuration(url, call).utf8))
    } catch {
      throw Diagnostic(
        .file, "'\(url)' can't be fetched: the program curl is missing", help: "Install curl.", causes: [error])
    }
    guard output.status == 0 else {
      throw Diagnostic(.file, "'\(url)' can't be fetched: \(reason(output, url))")
    }
    return output.text
  }

  /// Everything goes in by standard input: passwords and headers must not stand among a process's arguments.
  private static func configuration(_ url: String, _ call: LookupCall) throws(Diagnostic) -> String {
    var lines = ["silent", "show-error", "fail", "globoff", "stderr = \"-\""]
    func set(_ name: String, _ value: String) throws(Diagnostic) {
      guard !value.contains(where: { $0.isNewline || $0 == "\0" }) else {
        throw call.failure("a line break in the option '\(name)' or in the URL")
      }
      let escaped = value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
      lines.append("\(name) = \"\(escaped)\"")
    }
    try set("url", url)
    let timeout = call.options["timeout"].flatMap(Coercion.double) ?? 10
    try set("max-time", "\(max(timeout, 0.001))")
    try set("user-agent", call.string("http_agent") ?? "ansible-httpget")
    if !call.flag("validate_certs", default: true) { lines.append("insecure") }
    if !call.flag("use_proxy", default: true) { try set("noproxy", "*") }
    if call.flag("force") { try set("header", "Cache-Control: no-cache") }
    let follows = call.string("follow_redirects") ?? "urllib2"
    if !["no", "none", "false"].contains(follows.lowercased()) { lines.append("location") }
    for (option, name) in [
      ("ca_path", "cacert"), ("client_cert", "cert"), ("client_key", "key"), ("unix_socket", "unix-socket"),
    ] { if let value = call.string(option) { try set(name, value) } }
    if let user = call.string("username") ?? call.string("url_username") {
      try set("user", user + ":" + (call.string("password") ?? call.string("url_password") ?? ""))
    }
    if case .map(let headers)? = call.options["headers"] {
      for (name, value) in headers { try set("header", "\(name.string ?? ""): \(LookupCall.text(value))") }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func reason(_ output: ControllerProcess.Output, _ url: String) -> String {
    switch output.status {
    case 6: return "its host's name is unknown"
    case 7: return "its host can't be reached or refuses the connection"
    case 28: return "no answer came in time"
    default:
      let text = output.text.split(separator: "\n").last { $0.hasPrefix("curl: ") }
      return text.map { String($0.drop { $0 != ")" }.dropFirst()).trimmingBlanks } ?? "curl ended with \(output.status)"
    }
  }
}
