import Transport
import Values

/// An HTTP request that a host makes with the tools it has: curl, wget or Python, in this order.
///
/// Everything that may be secret (addresses, headers, passwords, bodies) goes through standard input, never into an argument
/// vector.
struct HTTPRequest: Sendable {
  static let arguments: [ArgumentSpec] = [
    ArgumentSpec("url", required: true, "The address."),
    ArgumentSpec("force", .bool, default: false, "Don't take answers from caches."),
    ArgumentSpec("http_agent", default: "ansible-httpget", "The name to give."),
    ArgumentSpec("use_proxy", .bool, default: true, "Use the proxy that the environment names."),
    ArgumentSpec("validate_certs", .bool, default: true, "Refuse certificates that can't be checked."),
    ArgumentSpec("url_password", .string, aliases: ["password"], secret: true, "The password."),
    ArgumentSpec("force_basic_auth", .bool, default: false, "Send name and password at once."),
    ArgumentSpec("client_cert", .path, "A certificate of the host's own."),
    ArgumentSpec("client_key", .path, "Its key."),
    ArgumentSpec("ciphers", .list(of: .string), "The ciphers to take."),
    ArgumentSpec("decompress", .bool, default: true, "Unpack an answer that is packed for the way."),
    ArgumentSpec(
      "unredirected_headers", .list(of: .string), default: [], "Headers that are not sent after a redirection."),
    ArgumentSpec("use_gssapi", .bool, default: false, "Authenticate by GSSAPI."),
    ArgumentSpec("use_netrc", .bool, default: true, "Read `~/.netrc`."),
  ]

  var method = "GET"
  var url: String
  var headers: [(name: String, value: String)]
  var body: [UInt8]?
  var timeout: Int
  /// `nil`: no more than the tool's own limit.
  var followsRedirects = true
  /// What curl is told beside; each line is an option of its configuration.
  private var options: [String] = []

  init(_ arguments: Arguments, timeout: Int, headers: Map?) throws(ModuleFailure) {
    url = arguments.string("url") ?? ""
    self.timeout = max(1, timeout)
    self.arguments = arguments
    self.headers = []
    for (key, value) in headers ?? [:] {
      let text = value.secretRevealing
      self.headers.append((key.string ?? key.value.pythonString, text))
    }
    guard Self.isClean(url), self.headers.allSatisfy({ Self.isClean($0.name) && Self.isClean($0.value) }) else {
      throw ModuleFailure("an address and its headers are one line each")
    }
    var options: [String] = []
    func add(_ option: String, _ value: String) { options.append("\(option) = \(Self.quoted(value))") }
    add("user-agent", arguments.string("http_agent") ?? "ansible-httpget")
    if let user = arguments.string("url_username") {
      add("user", "\(user):\(arguments.string("url_password") ?? "")")
      if !arguments.flag("force_basic_auth") { options.append("anyauth") }
    }
    if arguments.flag("force") { add("header", "cache-control: no-cache") }
    if arguments.bool("use_proxy") == false { add("noproxy", "*") }
    if arguments.bool("validate_certs") == false { options.append("insecure") }
    if let certificate = arguments.string("client_cert") { add("cert", certificate) }
    if let key = arguments.string("client_key") { add("key", key) }
    if let path = arguments.string("ca_path") { add("cacert", path) }
    if let ciphers = arguments.strings("ciphers"), !ciphers.isEmpty { add("ciphers", ciphers.joined(separator: ":")) }
    if arguments.bool("decompress") ?? true { options.append("compressed") }
    if arguments.bool("use_netrc") ?? true { options.append("netrc-optional") }
    if arguments.flag("use_gssapi") {
      options.append("negotiate")
      if arguments.string("url_username") == nil { add("user", ":") }
    }
    if let socket = arguments.string("unix_socket") { add("unix-socket", socket) }
    self.options = options
  }

  private let arguments: Arguments

  private static func isClean(_ text: String) -> Bool {
    !text.contains("\n") && !text.contains("\r") && !text.contains("\0")
  }

  /// A word of curl's configuration.
  private static func quoted(_ text: String) -> String {
    "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }

  /// curl's configuration: what would else stand in its arguments.
  private var configuration: String {
    var lines =
      options + ["url = \(Self.quoted(url))", "connect-timeout = \(timeout)", "globoff", "silent", "show-error"]
    lines += headers.map { "header = \(Self.quoted("\($0.name): \($0.value)"))" }
    if followsRedirects { lines += ["location", "max-redirs = 10"] }
    if method != "GET" || body != nil { lines.append("request = \(Self.quoted(method))") }
    if method == "HEAD" { lines.append("head") }
    return lines.joined(separator: "\n") + "\n"
  }

  /// What Python is told, as JSON.
  private var description: String {
    var map: Map = [
      "url": .string(url), "method": .string(method), "timeout": .int(timeout), "follow": .bool(followsRedirects),
      "verify": .bool(arguments.bool("validate_certs") ?? true), "proxy": .bool(arguments.bool("use_proxy") ?? true),
      "agent": .string(arguments.string("http_agent") ?? "ansible-httpget"),
      "headers": .list(headers.map { .list([.string($0.name), .string($0.value)]) }),
    ]
    if let user = arguments.string("url_username") {
      map["user"] = .string(user)
      map["password"] = .string(arguments.string("url_password") ?? "")
    }
    if let body { map["body"] = .string(Base64.encode(body)) }
    for name in ["client_cert", "client_key", "ca_path"] {
      if let path = arguments.string(name) { map[name] = .string(path) }
    }
    return JSONWriter(revealsSecrets: true).string(.map(map))
  }

  /// The script leaves the answer's headers in the file `$h` and its body in `$b`, both in the directory `$w`, and prints the
  /// status, the last address and the reason on three lines. Its standard input is `input`.
  var script: ShellScript {
    let bodySize = body?.count ?? 0
    let configurationSize = configuration.utf8.count
    let python = description.utf8.count
    let send: ShellScript = body == nil ? "" : "--data-binary @\"$w/d\""
    return """
      umask 077
      w=$(mktemp -d) || exit 1
      trap 'rm -rf -- "$w"' 0
      trap 'exit 1' 1 2 15
      h=$w/h b=$w/b
      : >"$h"; : >"$b"; x=0
      take() { [ "$1" -eq 0 ] || dd bs="$1" count=1 iflag=fullblock 2>/dev/null; }
      take \(configurationSize) >"$w/c"; take \(bodySize) >"$w/d"; take \(python) >"$w/j"
      if command -v curl >/dev/null 2>&1; then
      curl --config "$w/c" \(send) -D "$h" -o "$b" -w '%{http_code}\\n%{url_effective}\\n' >"$w/s" 2>"$w/e"
      x=$?
      { cat "$w/s"; printf '%s\\n' "$(head -n 1 "$w/e" | sed 's/^curl: ([0-9]*) //')"; } >"$w/o"
      elif command -v python3 >/dev/null 2>&1; then
      python3 -c \(Self.pythonProgram) "$w" </dev/null >"$w/o" 2>"$w/e" || { tail -n 1 "$w/e" >&2; exit 1; }
      else echo 'neither curl nor python3 is on the host, and one of them is needed to fetch from an address' >&2; exit 1
      fi
      """
  }

  /// The standard input that `script` takes.
  var input: [UInt8] { Array(configuration.utf8) + (body ?? []) + Array(description.utf8) }

  /// The same request in Python's standard library, for hosts without curl.
  private static let pythonProgram = """
    import base64, json, ssl, sys, urllib.error, urllib.request
    w = sys.argv[1]
    q = json.load(open(w + '/j'))
    c = ssl.create_default_context(cafile=q.get('ca_path'))
    if not q['verify']:
        c.check_hostname = False
        c.verify_mode = ssl.CERT_NONE
    if 'client_cert' in q:
        c.load_cert_chain(q['client_cert'], q.get('client_key'))
    p = [urllib.request.HTTPSHandler(context=c)]
    if not q['proxy']:
        p.append(urllib.request.ProxyHandler({}))
    if not q['follow']:
        class Stay(urllib.request.HTTPRedirectHandler):
            def redirect_request(self, *a):
                return None
        p.append(Stay())
    r = urllib.request.Request(q['url'], method=q['method'], data=base64.b64decode(q['body']) if 'body' in q else None)
    r.add_header('User-Agent', q['agent'])
    for n, v in q['headers']:
        r.add_header(n, v)
    if 'user' in q:
        r.add_header('Authorization', 'Basic ' + base64.b64encode((q['user'] + ':' + q['password']).encode()).decode())
    try:
        try:
            a = urllib.request.build_opener(*p).open(r, timeout=q['timeout'])
        except urllib.error.HTTPError as e:
            a = e
        with open(w + '/b', 'wb') as f:
            while True:
                d = a.read(65536)
                if not d:
                    break
                f.write(d)
        with open(w + '/h', 'w') as f:
            f.write('HTTP/1.1 %s %s\\n' % (getattr(a, 'status', 200) or 200, getattr(a, 'reason', '') or 'OK'))
            for n, v in (a.headers or {}).items():
                f.write('%s: %s\\n' % (n, v))
        print(getattr(a, 'status', 200) or 200)
        print(a.geturl())
        print()
    except Exception as e:
        print(-1)
        print(q['url'])
        print(getattr(e, 'reason', e))
    """
}

/// What came of an `HTTPRequest`.
struct HTTPAnswer: Sendable {
  /// -1 when no answer came.
  var status: Int
  var url: String
  /// Why no answer came.
  var reason: String
  var headers: Map
  /// The line that HTTP answers with, without the version.
  var message: String

  /// Reads the three lines of the script's output, and the headers after them.
  init?(_ text: String) {
    // A carriage return and a line feed are one character to Swift.
    let text = text.replacing("\r\n", with: "\n")
    let lines = text.split(separator: "\n", maxSplits: 3, omittingEmptySubsequences: false).map(String.init)
    guard lines.count >= 3, let code = Int(lines[0]) else { return nil }
    (status, url, reason) = (code == 0 ? (lines[2].isEmpty ? 200 : -1) : code, lines[1], lines[2])
    headers = [:]
    message = ""
    // Each answer on the way has its own headers; the last counts.
    for line in (lines.dropFirst(3).first ?? "").split(separator: "\n", omittingEmptySubsequences: true) {
      let line = line.trimmed
      if line.hasPrefix("HTTP/") {
        headers = [:]
        message = line.split(separator: " ", maxSplits: 2).dropFirst(2).first.map(String.init) ?? ""
      } else if let colon = line.firstIndex(of: ":") {
        let name = line[..<colon].lowercased().replacing("-", with: "_")
        let value = line[line.index(after: colon)...].trimmed
        headers[name] = headers[name]?.string.map { .string("\($0), \(value)") } ?? .string(value)
      }
    }
  }

  /// ansible's `msg`: `OK (12 bytes)` or why it failed.
  func text(size: Int?) -> String {
    if status == -1 { return "Request failed: <urlopen error \(reason)>" }
    if status >= 300 { return "HTTP Error \(status): \(message)" }
    return "OK (\(headers["content_length"]?.string ?? size.map(String.init) ?? "unknown") bytes)"
  }
}

extension Value {
  /// The value as text, for standard input: secrets in the clear.
  var secretRevealing: String {
    if case .secret(let secret) = self { return secret.reveal() }
    return pythonString
  }
}
