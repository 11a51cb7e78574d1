#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

#if canImport(Glibc)
  private let systemConnect = Glibc.connect
#elseif canImport(Musl)
  private let systemConnect = Musl.connect
#else
  private let systemConnect = Darwin.connect
#endif

/// Speaks with ssh-agent over its socket (draft-ietf-sshm-ssh-agent). Each request has a connection and a deadline of its own, so
/// that an agent that hangs, or waits for its user, holds up no run. Every method blocks its thread until then.
struct SSHAgent: Sendable {
  struct Failure: Error, Hashable, CustomStringConvertible {
    var description: String
  }

  struct Key: Sendable, Hashable {
    var publicKey: [UInt8]
    var comment: String
  }

  let socketPath: String
  var timeout = Duration.seconds(5)

  func keys() throws(Failure) -> [Key] {
    var reader = SSHReader(try ask([11]))
    guard reader.byte() == 12, let count = reader.uint32() else { throw Self.refused }
    var keys: [Key] = []
    for _ in 0..<min(count, 4096) {
      guard let publicKey = reader.string(), let comment = reader.text() else { throw Self.malformed }
      keys.append(Key(publicKey: publicKey, comment: comment))
    }
    return keys
  }

  /// The signature, without the name of its algorithm.
  func sign(_ data: [UInt8], publicKey: [UInt8], algorithm: String) throws(Failure) -> [UInt8] {
    let flags: [String: UInt32] = ["rsa-sha2-256": 2, "rsa-sha2-512": 4]
    var writer = SSHWriter()
    writer.byte(13)
    writer.string(publicKey)
    writer.string(data)
    writer.uint32(flags[algorithm] ?? 0)
    var reader = SSHReader(try ask(writer.bytes))
    guard reader.byte() == 14, let signature = reader.string() else { throw Self.refused }
    var fields = SSHReader(signature)
    guard let name = fields.text(), let bytes = fields.string() else { throw Self.malformed }
    guard name == algorithm else { throw Failure(description: "the agent can't sign by \(algorithm)") }
    return bytes
  }

  private static let refused = Failure(description: "the agent refused")
  private static let malformed = Failure(description: "the agent's answer can't be read")

  private func ask(_ request: [UInt8]) throws(Failure) -> [UInt8] {
    try exchange(request, until: ContinuousClock.now + timeout)
  }

  // MARK: The socket

  private func exchange(_ request: [UInt8], until deadline: ContinuousClock.Instant) throws(Failure) -> [UInt8] {
    let descriptor = try connect()
    defer { close(descriptor) }
    var message = SSHWriter()
    message.string(request)
    var rest = message.bytes[...]
    while !rest.isEmpty {
      try wait(descriptor, for: Int16(POLLOUT), until: deadline)
      let count = rest.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      if count > 0 {
        rest = rest.dropFirst(count)
      } else if errno != EAGAIN, errno != EINTR {
        throw Failure(description: "the agent hung up (\(errorText(errno)))")
      }
    }
    var header = SSHReader(try receive(4, from: descriptor, until: deadline))
    guard let length = header.uint32(), length > 0, length <= 1 << 20 else { throw Self.malformed }
    return try receive(Int(length), from: descriptor, until: deadline)
  }

  private func connect() throws(Failure) -> Int32 {
    #if canImport(Darwin)
      let descriptor = socket(AF_UNIX, SOCK_STREAM, 0)
    #else
      let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    #endif
    guard descriptor >= 0 else { throw Failure(description: errorText(errno)) }
    _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let path = Array(socketPath.utf8)
    let isShort = withUnsafeMutableBytes(of: &address.sun_path) { field in
      guard path.count < field.count else { return false }
      field.copyBytes(from: path)
      return true
    }
    let size = socklen_t(MemoryLayout<sockaddr_un>.size)
    let status = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { systemConnect(descriptor, $0, size) }
    }
    guard isShort, status == 0 else {
      let reason = isShort ? errorText(errno) : "the path is too long"
      close(descriptor)
      throw Failure(description: "no agent answers at \(socketPath) (\(reason))")
    }
    return descriptor
  }

  private func receive(
    _ count: Int, from descriptor: Int32, until deadline: ContinuousClock.Instant
  ) throws(Failure) -> [UInt8] {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: count)
    while bytes.count < count {
      try wait(descriptor, for: Int16(POLLIN), until: deadline)
      let got = recv(descriptor, &buffer, count - bytes.count, 0)
      if got == 0 { throw Failure(description: "the agent hung up") }
      if got > 0 {
        bytes += buffer.prefix(got)
      } else if errno != EAGAIN, errno != EINTR {
        throw Failure(description: "the agent hung up (\(errorText(errno)))")
      }
    }
    return bytes
  }

  private func wait(
    _ descriptor: Int32, for events: Int16, until deadline: ContinuousClock.Instant
  ) throws(Failure) {
    let left = ContinuousClock.now.duration(to: deadline)
    let milliseconds = left.components.seconds * 1000 + left.components.attoseconds / 1_000_000_000_000_000
    var state = pollfd(fd: descriptor, events: events, revents: 0)
    guard milliseconds > 0, poll(&state, 1, Int32(clamping: milliseconds)) != 0 else {
      throw Failure(description: "the agent did not answer within \(timeout.inSeconds)")
    }
  }
}
