import Glibc
import Testing
import Values

@testable import Transport

extension HostTests {
  @Suite struct FileTransferTests {
    /// Both ways an upload can go: inside a request, over a channel of its own.
    static let sizes = [0, 1, 4_096, 64 << 10, (64 << 10) + 1, 300_000]

    @Test(arguments: TestShells.all, sizes)
    func whatIsUploadedComesBack(_ shell: String, _ size: Int) async throws {
      let bytes = (0..<size).map { _ in UInt8.random(in: 0...255) }
      try await withDirectory { directory in
        try await withConnection(shell) { connection in
          let path = "\(directory)/it's a $file\n"
          try await connection.upload(.bytes(bytes), to: path)
          #expect(try await connection.download(path, limit: size) == bytes)
          let mode = try await connection.run(ShellRequest("stat -c %a -- \(path)"))
          #expect(mode.stdout == Array("600\n".utf8))
          try await connection.download(path, toLocalFile: "\(directory)/copy")
          try await connection.upload(.file(path: "\(directory)/copy"), to: "\(directory)/again")
          let same = try await connection.run(ShellRequest("cmp \(path) \("\(directory)/again")"))
          #expect(same == ShellResult(status: 0))
        }
      }
    }

    @Test(arguments: TestShells.all, [10, 200_000])
    func anUploadNeverTouchesWhatExists(_ shell: String, _ size: Int) async throws {
      let bytes = [UInt8](repeating: 7, count: size)
      try await withDirectory { directory in
        try await withConnection(shell) { connection in
          _ = try await connection.run(
            ShellRequest("cd \(directory); echo old >old; ln -s nowhere dangling; ln -s old link; mkdir dir"))
          for name in ["old", "dangling", "link", "dir"] {
            let path = "\(directory)/\(name)"
            let error = await #expect(throws: TransportError.self) {
              try await connection.upload(.bytes(bytes), to: path)
            }
            #expect(error == TransportError(.file, "Can't write \(path): a file of that name exists already"))
          }
          let after = try await connection.run(ShellRequest("cd \(directory); ls; cat old"))
          #expect(String(lossless: after.stdout) == "dangling\ndir\nlink\nold\nold\n")
        }
      }
    }

    @Test(arguments: TestShells.all, [10, 200_000])
    func whyAFileCantBeWrittenIsSaid(_ shell: String, _ size: Int) async throws {
      let bytes = [UInt8](repeating: 7, count: size)
      try await withConnection(shell) { connection in
        let missing = await #expect(throws: TransportError.self) {
          try await connection.upload(.bytes(bytes), to: "/no-such-place/file")
        }
        #expect(missing == TransportError(.file, "Can't write /no-such-place/file: its directory does not exist"))
      }
    }

    @Test(arguments: [10, 200_000])
    func aFullDiskIsNamedAndNothingIsLeft(_ size: Int) async throws {
      guard geteuid() == 0 else { return }
      try await withDirectory { directory in
        try await withConnection("/bin/sh") { connection in
          let mounted = try await connection.run(ShellRequest("mount -t tmpfs -o size=4096 none \(directory)"))
          guard mounted.status == 0 else { return }
          _ = try await connection.run(ShellRequest("head -c 4096 /dev/zero >\("\(directory)/filler")"))
          let path = "\(directory)/file"
          let error = await #expect(throws: TransportError.self) {
            try await connection.upload(.bytes([UInt8](repeating: 7, count: size)), to: path)
          }
          let left = try await connection.run(ShellRequest("ls \(directory); umount \(directory)"))
          #expect(error == TransportError(.file, "Can't write \(path): No space left on device"))
          #expect(left.stdout == Array("filler\n".utf8))
        }
      }
    }

    @Test func aDownloadThatIsTooLargeOrMissingIsAnError() async throws {
      try await withConnection("/bin/sh") { connection in
        let large = await #expect(throws: TransportError.self) { try await connection.download("/bin/sh", limit: 10) }
        #expect(large == TransportError(.file, "Can't read /bin/sh: it is larger than 10 bytes"))
        let missing = await #expect(throws: TransportError.self) {
          try await connection.download("/no-such-place", limit: 10)
        }
        #expect(missing?.kind == .file)
        #expect(missing?.message.hasPrefix("Can't read /no-such-place: ") == true)
        let directory = await #expect(throws: TransportError.self) { try await connection.download("/", limit: 10) }
        #expect(directory == TransportError(.file, "Can't read /: Is a directory"))
      }
    }

    @Test func aMissingFileOfTheControllerIsNamed() async throws {
      try await withConnection("/bin/sh") { connection in
        let error = await #expect(throws: TransportError.self) {
          try await connection.upload(.file(path: "/no-such-place"), to: "/tmp/never")
        }
        #expect(
          error == TransportError(.file, "Can't read /no-such-place on the controller: No such file or directory"))
      }
    }
  }
}
