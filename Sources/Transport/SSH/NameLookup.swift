import NIOCore
import NIOPosix

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Finds the addresses of a name. Blocks its thread: a dead name server takes half a minute to notice.
enum NameLookup {
  struct Failure: Error {
    var text: String
  }

  static func addresses(of name: String, port: Int) -> Result<[SocketAddress], Failure> {
    var hints = addrinfo()
    hints.ai_family = AF_UNSPEC
    #if canImport(Glibc)
      hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    #else
      hints.ai_socktype = SOCK_STREAM
    #endif
    var list: UnsafeMutablePointer<addrinfo>?
    let code = getaddrinfo(name, String(port), &hints, &list)
    guard code == 0 else { return .failure(Failure(text: String(cString: gai_strerror(code)))) }
    defer { freeaddrinfo(list) }
    var addresses: [SocketAddress] = []
    var entry = list
    while let current = entry {
      if let raw = current.pointee.ai_addr,
        let address = SocketAddress(sockaddr: raw, length: current.pointee.ai_addrlen)
      {
        addresses.append(address)
      }
      entry = current.pointee.ai_next
    }
    return addresses.isEmpty ? .failure(Failure(text: "it has no address")) : .success(addresses)
  }
}

extension SocketAddress {
  fileprivate init?(sockaddr raw: UnsafeMutablePointer<sockaddr>, length: socklen_t) {
    switch Int32(raw.pointee.sa_family) {
    case AF_INET where Int(length) >= MemoryLayout<sockaddr_in>.size:
      self = raw.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { SocketAddress($0.pointee) }
    case AF_INET6 where Int(length) >= MemoryLayout<sockaddr_in6>.size:
      self = raw.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { SocketAddress($0.pointee) }
    default: return nil
    }
  }
}

/// Addresses found before, for NIO's connecting to IPv6 and IPv4 side by side (RFC 8305).
final class KnownAddresses: Resolver, Sendable {
  private let addresses: [SocketAddress]
  private let eventLoop: any EventLoop

  init(_ addresses: [SocketAddress], eventLoop: any EventLoop) {
    self.addresses = addresses
    self.eventLoop = eventLoop
  }

  func initiateAQuery(host: String, port: Int) -> EventLoopFuture<[SocketAddress]> {
    eventLoop.makeSucceededFuture(addresses.filter { $0.protocol == .inet })
  }

  func initiateAAAAQuery(host: String, port: Int) -> EventLoopFuture<[SocketAddress]> {
    eventLoop.makeSucceededFuture(addresses.filter { $0.protocol == .inet6 })
  }

  func cancelQueries() {}
}
