/// The bytes of a large upload, piece by piece.
final class UploadContent {
  let size: Int
  private var pieces: () throws(TransportError) -> [UInt8]?

  private static let pieceSize = 256 << 10

  init(_ bytes: [UInt8]) {
    size = bytes.count
    var position = 0
    pieces = { () throws(TransportError) in
      guard position < bytes.count else { return nil }
      let end = min(position + UploadContent.pieceSize, bytes.count)
      defer { position = end }
      return Array(bytes[position..<end])
    }
  }

  /// Sends as many bytes as the file had when it was opened; a file that shrinks meanwhile is an error.
  init(_ file: ControllerFile) {
    size = file.size
    var left = file.size
    pieces = { () throws(TransportError) in
      guard left > 0 else { return nil }
      let piece = try file.read(min(left, UploadContent.pieceSize))
      guard !piece.isEmpty else { throw TransportError(.file, "\(file.path) became shorter while it was read") }
      left -= piece.count
      return piece
    }
  }

  func next() throws(TransportError) -> [UInt8]? { try pieces() }
}
