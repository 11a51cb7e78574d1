import NIOCore

/// The first bytes of a server: lines of text up to its version line (RFC 4253, section 4.2), then its algorithms.
///
/// Checked before libssh2 sees them, with a bound: what answers may be no SSH server at all.
struct SSHGreeting {
  private static let lineLimit = 255
  private static let linesLimit = 50
  private static let packetsLimit = 64 * 1024

  private var held: [UInt8] = []
  private var preamble: [String] = []
  /// `SSH-2.0-OpenSSH_9.2p1`, once it came.
  private(set) var version: String?
  private var packets: [UInt8] = []

  /// What the server offers, once it said so.
  var offer: SSHOffer? { SSHOffer(packets: packets) }

  /// Takes bytes from the server and gives those that libssh2 may see: the version line and all after it.
  mutating func take(_ bytes: ByteBuffer, peer: String) throws(TransportError) -> ByteBuffer {
    if version != nil {
      packets.append(contentsOf: bytes.readableBytesView.prefix(max(0, Self.packetsLimit - packets.count)))
      return bytes
    }
    held.append(contentsOf: bytes.readableBytesView)
    while let end = held.firstIndex(of: UInt8(ascii: "\n")) {
      if end > Self.lineLimit { throw tooLong(peer) }
      var line = held[..<end]
      if line.last == UInt8(ascii: "\r") { line.removeLast() }
      let text = String(decoding: line, as: UTF8.self)
      guard text.hasPrefix("SSH-") else {
        preamble.append(text)
        held.removeSubrange(...end)
        if preamble.count > Self.linesLimit { throw tooLong(peer) }
        continue
      }
      guard text.hasPrefix("SSH-2.0-") || text.hasPrefix("SSH-1.99-") else {
        throw TransportError(
          .protocolMismatch, "\(peer) speaks \(visible(text)), but only SSH 2.0 is supported: update its SSH server.")
      }
      version = text
      packets = Array(held[(end + 1)...])
      defer { held = [] }
      return ByteBuffer(bytes: held)
    }
    if held.count > Self.lineLimit { throw tooLong(peer) }
    return ByteBuffer()
  }

  /// Why the server closed the connection before the keys were exchanged.
  func explainEnd(peer: String) -> String {
    if let version {
      return "\(peer) (\(visible(version))) closed the connection during the key exchange: it may refuse this client's "
        + "address, or have too many connections waiting for login (MaxStartups)."
    }
    guard let first = (preamble.first ?? (held.isEmpty ? nil : String(decoding: held, as: UTF8.self))) else {
      return "\(peer) closed the connection before it sent anything: it may refuse this client's address, or have too "
        + "many connections waiting for login (MaxStartups)."
    }
    return "\(peer) is not an SSH server: it answered “\(visible(first))”. Is the port right (ansible_port)?"
  }

  private func tooLong(_ peer: String) -> TransportError {
    TransportError(
      .protocolMismatch, "\(peer) is not an SSH server: it sent no SSH version line. Is the port right (ansible_port)?")
  }

  /// Text from an unknown server, without what could steer a terminal.
  private func visible(_ text: String) -> String {
    String(
      String.UnicodeScalarView(text.unicodeScalars.prefix(80).map { $0.value < 32 || $0.value == 127 ? "." : $0 }))
  }
}
