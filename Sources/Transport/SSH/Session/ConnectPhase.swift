/// How far a connection has come, to say what was waited for when time runs out.
enum ConnectPhase {
  case lookup
  case proxy
  case connecting
  case greeting
  case keyExchange
  case authentication
  case connected

  var isBeforeKeys: Bool {
    switch self {
    case .lookup, .proxy, .connecting, .greeting, .keyExchange: true
    case .authentication, .connected: false
    }
  }

  /// Why the deadline passed.
  func timeoutMessage(peer: String, address: String, timeout: String) -> String {
    switch self {
    case .lookup:
      "The name \(address) was not resolved within \(timeout): the name server does not answer."
    case .proxy:
      "The way to \(peer) (ProxyJump, ProxyCommand) did not open within \(timeout)."
    case .connecting:
      "\(peer) did not answer within \(timeout): the host is down, or a firewall drops the packets. "
        + "Raise the limit with -T/--timeout if the network is slow."
    case .greeting:
      "\(peer) accepted the connection but sent no SSH greeting within \(timeout): the server hangs, or the port is not SSH's."
    case .keyExchange:
      "\(peer) did not finish the key exchange within \(timeout)."
    case .authentication:
      "\(peer) did not finish the authentication within \(timeout)."
    case .connected:
      "\(peer) did not answer within \(timeout)."
    }
  }
}
