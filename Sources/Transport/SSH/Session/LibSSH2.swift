import CLibSSH2
import CSSHGuard
import NIOCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// One libssh2 session behind types: the only file that talks to libssh2.
///
/// Not `Sendable`: libssh2 must never be entered for one session from two places, so the session's actor owns it. Every call
/// is non-blocking and says `.again` where it has to wait for the other side.
///
/// The socket is not libssh2's: it takes bytes from `Wire.inbound` and leaves bytes in `Wire.outbound`. Because the second
/// always has room, no packet is ever half sent, and so none of libssh2's traps around a half-sent packet can be met
/// (LIBSSH2_ERROR_BAD_USE when anything else is sent before the same buffer is offered again).
final class LibSSH2 {
  /// What a non-blocking call came to.
  enum Attempt<Value> {
    case done(Value)
    /// Nothing to do before more bytes arrive; then the same call has to be repeated.
    case again
  }

  /// libssh2's error: its code (`LIBSSH2_ERROR_…`) and text.
  struct Failure: Error {
    var code: Int32
    var message: String
  }

  enum Stream: Int32 {
    case stdout = 0
    case stderr = 1
  }

  enum ReadOutcome {
    case bytes([UInt8])
    case nothing
  }

  /// A channel of this session, valid until `free`.
  struct Channel {
    fileprivate let pointer: OpaquePointer
  }

  let wire = Wire()
  private let session: OpaquePointer
  private let scratch = UnsafeMutableBufferPointer<CChar>.allocate(capacity: 64 * 1024)

  // `libssh2_init` counts its calls without atomics; a global is set once, by one thread.
  private static let initialised: Int32 = libssh2_init(0)

  // The handshake wants a descriptor that is not -1 and takes fcntl(F_SETFL); it never reads or writes it. All sessions share it.
  private static let descriptor: Int32 = open("/dev/null", O_RDWR | O_CLOEXEC)

  init() throws(Failure) {
    guard Self.initialised == 0, Self.descriptor >= 0,
      let session = libssh2_session_init_ex(nil, nil, nil, Unmanaged.passUnretained(wire).toOpaque())
    else {
      scratch.deallocate()
      throw Failure(code: LIBSSH2_ERROR_ALLOC, message: "libssh2 can't be initialised")
    }
    self.session = session
    libssh2_session_set_blocking(session, 0)
    swiftible_set_receive(session, receiveCallback)
    swiftible_set_send(session, sendCallback)
  }

  deinit {
    // From here on libssh2 finds the socket closed, so it has nothing to wait for; what it still wants to send is dropped.
    wire.isClosed = true
    var triesLeft = 64
    while triesLeft > 0, swiftible_session_free(session) == LIBSSH2_ERROR_EAGAIN { triesLeft -= 1 }
    scratch.deallocate()
  }

  // MARK: Handshake

  /// Sets what is offered for one kind of algorithm, best first.
  func prefer(_ kind: AlgorithmKind, _ names: [String]) throws(Failure) {
    try check(libssh2_session_method_pref(session, kind.rawValue, names.joined(separator: ",")))
  }

  /// What was agreed on for one kind of algorithm.
  func agreed(_ kind: AlgorithmKind) -> String? {
    libssh2_session_methods(session, kind.rawValue).map { String(cString: $0) }
  }

  func handshake() throws(Failure) -> Attempt<Void> {
    try attempt(swiftible_handshake(session, Self.descriptor))
  }

  /// The server's public key, as the bytes that known_hosts files hold in base64.
  var hostKey: [UInt8]? {
    var length = 0
    var type: Int32 = 0
    guard let bytes = libssh2_session_hostkey(session, &length, &type), length > 0 else { return nil }
    return bytes.withMemoryRebound(to: UInt8.self, capacity: length) {
      Array(UnsafeBufferPointer(start: $0, count: length))
    }
  }

  func disconnect() {
    _ = libssh2_session_disconnect_ex(session, SSH_DISCONNECT_BY_APPLICATION, "", "")
  }

  /// Asks the server for an answer, so that a dead link is noticed and a firewall keeps its state.
  func keepalive() {
    var next: Int32 = 0
    libssh2_keepalive_config(session, 1, 1)
    libssh2_keepalive_send(session, &next)
  }

  // MARK: Authentication

  enum Authentication {
    case accepted
    case refused
  }

  /// The methods the server offers; `nil` when it wanted none and the user is logged in already.
  func methods(user: String) throws(Failure) -> Attempt<[String]?> {
    var list: UnsafeMutablePointer<CChar>?
    let code = swiftible_userauth_list(session, user, UInt32(user.utf8.count), &list)
    if code == LIBSSH2_ERROR_EAGAIN { return .again }
    guard code == 0 else { throw failure(code) }
    return .done(list.map { String(cString: $0).split(separator: ",").map(String.init) })
  }

  func authenticate(user: String, password: String) throws(Failure) -> Attempt<Authentication> {
    try answer(
      swiftible_userauth_password(
        session, user, UInt32(user.utf8.count), password, UInt32(password.utf8.count)))
  }

  /// Answers every prompt without echo by `wire.password`, as `Wire.prompts` counts.
  func authenticateInteractively(user: String) throws(Failure) -> Attempt<Authentication> {
    try answer(
      swiftible_userauth_interactive(session, user, UInt32(user.utf8.count), interactiveCallback))
  }

  /// Offers a public key. When the server takes it, `wire.signature` becomes `.wanted` and the call says `.again`; it has
  /// to be repeated when the signature is there.
  func authenticate(user: String, publicKey: [UInt8]) throws(Failure) -> Attempt<Authentication> {
    try answer(
      swiftible_userauth_publickey(session, user, publicKey, publicKey.count, signCallback))
  }

  private func answer(_ code: Int32) throws(Failure) -> Attempt<Authentication> {
    switch code {
    case LIBSSH2_ERROR_NONE: .done(.accepted)
    case LIBSSH2_ERROR_EAGAIN: .again
    case LIBSSH2_ERROR_AUTHENTICATION_FAILED, LIBSSH2_ERROR_PUBLICKEY_UNVERIFIED: .done(.refused)
    default: throw failure(code)
    }
  }

  // MARK: Channels

  func openChannel() throws(Failure) -> Attempt<Channel> {
    let window: UInt32 = 2 << 20
    let packet: UInt32 = 32 << 10
    var channel: OpaquePointer?
    let code = swiftible_channel_open(session, window, packet, &channel)
    return try opened(code, channel)
  }

  /// Asks the server to connect a channel to another host's port.
  func openTunnel(host: String, port: Int) throws(Failure) -> Attempt<Channel> {
    var channel: OpaquePointer?
    let code = swiftible_channel_tunnel(session, host, Int32(clamping: port), &channel)
    return try opened(code, channel)
  }

  private func opened(_ code: Int32, _ channel: OpaquePointer?) throws(Failure) -> Attempt<Channel> {
    if code == LIBSSH2_ERROR_EAGAIN { return .again }
    guard code == 0, let channel else { throw failure(code) }
    return .done(Channel(pointer: channel))
  }

  func execute(_ command: [UInt8], on channel: Channel) throws(Failure) -> Attempt<Void> {
    let code = command.withUnsafeBytes { raw in
      swiftible_channel_execute(
        channel.pointer, raw.baseAddress?.assumingMemoryBound(to: CChar.self),
        UInt32(truncatingIfNeeded: raw.count))
    }
    return try attempt(code)
  }

  /// Takes what has arrived for one stream, at most 64 KB.
  func read(_ channel: Channel, _ stream: Stream) throws(Failure) -> ReadOutcome {
    let count = swiftible_channel_read(channel.pointer, stream.rawValue, scratch.baseAddress, scratch.count)
    if count > 0 { return .bytes(Array(UnsafeRawBufferPointer(start: scratch.baseAddress, count: count))) }
    if count == 0 || count == Int(LIBSSH2_ERROR_EAGAIN) { return .nothing }
    throw failure(Int32(truncatingIfNeeded: count))
  }

  /// Sends a part of the bytes: how many, or `.again` when the other side's window is full.
  func write(_ channel: Channel, _ bytes: ArraySlice<UInt8>) throws(Failure) -> Attempt<Int> {
    let count = bytes.withUnsafeBytes { raw in
      swiftible_channel_write(channel.pointer, raw.baseAddress?.assumingMemoryBound(to: CChar.self), raw.count)
    }
    if count > 0 { return .done(count) }
    if count == 0 || count == Int(LIBSSH2_ERROR_EAGAIN) { return .again }
    throw failure(Int32(truncatingIfNeeded: count))
  }

  func sendEnd(_ channel: Channel) throws(Failure) -> Attempt<Void> {
    try attempt(swiftible_channel_send_eof(channel.pointer))
  }

  /// Whether the other side sent the end of its output and all of it was read here.
  func isAtEnd(_ channel: Channel) -> Bool { libssh2_channel_eof(channel.pointer) == 1 }

  /// Waits for the other side to close the channel, which it does after it told how the process ended.
  func waitClosed(_ channel: Channel) throws(Failure) -> Attempt<Void> {
    try attempt(swiftible_channel_wait_closed(channel.pointer))
  }

  /// Closes this side and waits for the other; to be followed by `free`.
  func close(_ channel: Channel) throws(Failure) -> Attempt<Void> {
    try attempt(swiftible_channel_close(channel.pointer))
  }

  func free(_ channel: Channel) { swiftible_channel_free(channel.pointer) }

  /// How the process ended. libssh2 keeps no note of whether a status came at all: where none came it says 0.
  func ending(_ channel: Channel) -> ShellEnding {
    var name: UnsafeMutablePointer<CChar>?
    var length = 0
    libssh2_channel_get_exit_signal(channel.pointer, &name, &length, nil, nil, nil, nil)
    guard let name else { return .exited(status: Int(libssh2_channel_get_exit_status(channel.pointer))) }
    defer { libssh2_free(session, name) }
    return .signalled(name: String(decoding: UnsafeRawBufferPointer(start: name, count: length), as: UTF8.self))
  }

  // MARK: Results

  private func attempt(_ code: Int32) throws(Failure) -> Attempt<Void> {
    if code == LIBSSH2_ERROR_EAGAIN { return .again }
    try check(code)
    return .done(())
  }

  private func check(_ code: Int32) throws(Failure) {
    if code < 0 { throw failure(code) }
  }

  private func failure(_ code: Int32) -> Failure {
    var text: UnsafeMutablePointer<CChar>?
    var length: Int32 = 0
    let last = libssh2_session_last_error(session, &text, &length, 0)
    guard last == code, let text, length > 0 else { return Failure(code: code, message: "libssh2 error \(code)") }
    return Failure(
      code: code,
      message: String(decoding: UnsafeRawBufferPointer(start: text, count: Int(length)), as: UTF8.self))
  }
}

extension LibSSH2 {
  /// The kinds of algorithm two sides have to agree on, with libssh2's numbers for them.
  enum AlgorithmKind: Int32, CaseIterable {
    case keyExchange = 0
    case hostKey = 1
    case cipherToServer = 2
    case cipherToClient = 3
    case macToServer = 4
    case macToClient = 5
  }

  /// What libssh2 and the session hand each other: bytes, and what its callbacks ask for.
  final class Wire {
    enum Signature {
      case none
      /// The server took the key: these bytes are to be signed.
      case wanted([UInt8])
      case ready([UInt8])
      case failed
    }

    var inbound = ByteBuffer()
    var outbound = ByteBuffer()
    /// Makes libssh2 find its socket closed.
    var isClosed = false
    var signature = Signature.none
    /// The answer to prompts without echo, and the prompts that came.
    var password: [UInt8] = []
    var prompts: [String] = []
  }
}

extension LibSSH2.Failure {
  /// Whether only one channel is concerned, and the session can go on.
  var isOfChannel: Bool {
    switch code {
    case LIBSSH2_ERROR_CHANNEL_FAILURE, LIBSSH2_ERROR_CHANNEL_REQUEST_DENIED, LIBSSH2_ERROR_CHANNEL_CLOSED,
      LIBSSH2_ERROR_CHANNEL_EOF_SENT, LIBSSH2_ERROR_CHANNEL_UNKNOWN:
      true
    default: false
    }
  }

  var isAlgorithmMismatch: Bool {
    code == LIBSSH2_ERROR_KEX_FAILURE || code == LIBSSH2_ERROR_METHOD_NONE
  }
  var isPasswordExpired: Bool { code == LIBSSH2_ERROR_PASSWORD_EXPIRED }
  /// The key exchange itself failed: the server's signature or its share of the secret is wrong.
  var isKeyExchange: Bool { code == LIBSSH2_ERROR_KEY_EXCHANGE_FAILURE || code == LIBSSH2_ERROR_HOSTKEY_SIGN }
}

// MARK: Callbacks

// The `abstract` of every session is its `Wire`, which lives as long as the `LibSSH2` that owns both. The callbacks run only
// inside calls of that `LibSSH2`'s methods, on its actor.

private func wire(_ abstract: UnsafeMutablePointer<UnsafeMutableRawPointer?>?) -> LibSSH2.Wire? {
  abstract?.pointee.map { Unmanaged<LibSSH2.Wire>.fromOpaque($0).takeUnretainedValue() }
}

private func copyToMalloc(_ bytes: [UInt8]) -> UnsafeMutableRawPointer? {
  guard let copy = malloc(max(1, bytes.count)) else { return nil }
  bytes.withUnsafeBytes { if let base = $0.baseAddress { memcpy(copy, base, $0.count) } }
  return copy
}

private func receiveCallback(
  _ socket: Int32, _ buffer: UnsafeMutableRawPointer?, _ length: Int, _ flags: Int32,
  _ abstract: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> Int {
  guard let wire = wire(abstract), let buffer else { return 0 }
  let count = min(length, wire.inbound.readableBytes)
  if count == 0 { return wire.isClosed ? 0 : -Int(EAGAIN) }
  wire.inbound.readWithUnsafeReadableBytes { bytes in
    if let base = bytes.baseAddress { memcpy(buffer, base, count) }
    return count
  }
  return count
}

private func sendCallback(
  _ socket: Int32, _ buffer: UnsafeRawPointer?, _ length: Int, _ flags: Int32,
  _ abstract: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> Int {
  guard let wire = wire(abstract), let buffer, !wire.isClosed else { return -Int(ECONNRESET) }
  return wire.outbound.writeBytes(UnsafeRawBufferPointer(start: buffer, count: length))
}

private func signCallback(
  _ session: OpaquePointer?, _ signature: UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>?,
  _ signatureLength: UnsafeMutablePointer<Int>?, _ data: UnsafePointer<UInt8>?, _ length: Int,
  _ abstract: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> Int32 {
  guard let wire = wire(abstract), let signature, let signatureLength else { return LIBSSH2_ERROR_INVAL }
  switch wire.signature {
  case .none, .wanted:
    wire.signature = .wanted(Array(UnsafeBufferPointer(start: data, count: length)))
    return LIBSSH2_ERROR_EAGAIN
  case .ready(let bytes):
    wire.signature = .none
    guard let copy = copyToMalloc(bytes) else { return LIBSSH2_ERROR_ALLOC }
    signature.pointee = copy.assumingMemoryBound(to: UInt8.self)
    signatureLength.pointee = bytes.count
    return 0
  case .failed:
    wire.signature = .none
    return LIBSSH2_ERROR_INVAL
  }
}

private func interactiveCallback(
  _ name: UnsafePointer<CChar>?, _ nameLength: Int32, _ instruction: UnsafePointer<CChar>?,
  _ instructionLength: Int32, _ count: Int32,
  _ prompts: UnsafePointer<LIBSSH2_USERAUTH_KBDINT_PROMPT>?,
  _ responses: UnsafeMutablePointer<LIBSSH2_USERAUTH_KBDINT_RESPONSE>?,
  _ abstract: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) {
  guard let wire = wire(abstract), let prompts, let responses else { return }
  for index in 0..<max(0, Int(count)) {
    let prompt = prompts[index]
    wire.prompts.append(
      String(
        decoding: UnsafeRawBufferPointer(start: prompt.text, count: prompt.text == nil ? 0 : Int(prompt.length)),
        as: UTF8.self))
    let answer = prompt.echo == 0 ? wire.password : []
    responses[index].text = copyToMalloc(answer)?.assumingMemoryBound(to: CChar.self)
    responses[index].length = responses[index].text == nil ? 0 : UInt32(answer.count)
  }
}
