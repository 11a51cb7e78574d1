import Values

extension ShellConnection {
  /// Up to this size a file travels inside a request; above, over a channel of its own, which other requests don't wait for.
  private static let largestInlineUpload = 64 << 10

  package func upload(_ source: UploadSource, to destination: String) async throws(TransportError) {
    switch source {
    case .bytes(let bytes) where bytes.count <= Self.largestInlineUpload:
      try await uploadInline(bytes, to: destination)
    case .bytes(let bytes):
      try await uploadStreaming(.init(bytes), to: destination)
    case .file(let path):
      let file = try ControllerFile.open(path)
      let isSmall = file.size <= Self.largestInlineUpload
      guard isSmall else { return try await uploadStreaming(.init(file), to: destination) }
      let bytes = try file.readAll()
      try await uploadInline(bytes, to: destination)
    }
  }

  package func download(_ path: String, limit: Int) async throws(TransportError) -> [UInt8] {
    let (oneMore, isHuge) = limit.addingReportingOverflow(1)
    let request = ShellRequest(
      "head -c \(isHuge ? limit : oneMore) <\(path)", outputLimit: max(isHuge ? limit : oneMore, 4_096),
      isolation: .subshell)
    let result = try await run(request)
    try Self.check(result, "read", path)
    guard result.stdout.count <= limit, !result.isTruncated else {
      throw TransportError(.file, "Can't read \(path): it is larger than \(limit) bytes")
    }
    return result.stdout
  }

  package func download(_ path: String, toLocalFile localPath: String) async throws(TransportError) {
    let file = try ControllerFile.create(localPath)
    do {
      let request = ShellRequest("cat <\(path)", isolation: .subshell)
      let result = try await run(request.script.text.losslessBytes, request) { bytes throws(TransportError) in
        try file.append(bytes)
      }
      try Self.check(result, "read", path)
      try file.finish()
    } catch {
      file.discard()
      throw error
    }
  }

  private static func check(_ result: ShellResult, _ verb: String, _ path: String) throws(TransportError) {
    guard result.status != 0 else { return }
    throw TransportError(.file, "Can't \(verb) \(path): \(FileRemark.text(of: result))")
  }
}

extension ShellConnection {
  /// The content is printed by the shell itself, so that a small file costs one program (`wc`).
  private func uploadInline(_ bytes: [UInt8], to destination: String) async throws(TransportError) {
    let text = UploadScript.inline(bytes, to: destination)
    let result = try await run(text, ShellRequest("", outputLimit: 65_536, isolation: .subshell))
    try UploadScript.check(result, destination)
  }

  private func uploadStreaming(_ content: UploadContent, to destination: String) async throws(TransportError) {
    guard !destination.utf8.contains(0) else {
      throw TransportError(.invalidRequest, "The name of the file to write holds a NUL byte")
    }
    var generator = SystemRandomNumberGenerator()
    let loop = RemoteLoop(shell: recipe.shell, using: &generator)
    let line = UploadScript.streaming(content.size, to: destination, marker: loop.marker)
    let (channel, rest) = try await LiveShell.start(recipe, loop, opening: line)
    let interruption = Interruption(channel)
    let answer: Result<ShellResult, TransportError> = await withTaskCancellationHandler {
      do throws(TransportError) {
        // A far end that refuses at once ends its input; its answer says why, so a failed write alone is no news.
        do throws(TransportError) {
          while let piece = try content.next() {
            try await channel.write(piece)
            recipe.statistics.recordSent(piece.count)
          }
        } catch {
          if error.kind == .file { throw error }
        }
        var decoder = RemoteLoopDecoder(marker: loop.marker)
        decoder.begin(id: 1, limit: 65_536)
        var next: ShellChunk? = .stdout(rest)
        while let chunk = next {
          for case .finished(let result) in decoder.consume(chunk) { return .success(result) }
          next = try await channel.read()
        }
        return .failure(TransportError(.connectionLost, "The connection was lost while \(destination) was written"))
      } catch {
        return .failure(error)
      }
    } onCancel: {
      interruption.interrupt(.cancelled)
    }
    await channel.close()
    if interruption.finish() != nil { throw TransportError(.cancelled, "The run was cancelled") }
    try UploadScript.check(try answer.get(), destination)
  }
}
