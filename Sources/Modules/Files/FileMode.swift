import Values

/// Permission bits as a task asks for them: octal (`0644`, `"0644"`) or symbolic (`u=rw,g+X,o-rwx`).
struct FileMode: Sendable, Hashable {
  private enum Form: Sendable, Hashable {
    case octal(Int)
    case symbolic([Clause])
  }

  private struct Clause: Sendable, Hashable {
    /// Subset of `ugo`; empty: all, less the umask.
    var who: Set<Character>
    var actions: [(operation: Character, permissions: [Character])]

    static func == (left: Clause, right: Clause) -> Bool {
      left.who == right.who && left.actions.elementsEqual(right.actions, by: { $0 == $1 })
    }
    func hash(into hasher: inout Hasher) { hasher.combine(who) }
  }

  private let form: Form
  /// As `chmod` takes it.
  let text: String

  /// Reads the `mode` argument.
  /// - Throws: ansible's message for text that is neither form.
  init(_ value: Value) throws(ModuleFailure) {
    if let int = value.int {
      // YAML has read 0644 as octal already; ansible takes any integer as it is.
      guard (0...0o7777).contains(int) else { throw Self.failure("\(int) is outside 0 to 07777") }
      form = .octal(int)
      text = Self.text(int)
      return
    }
    let string = value.pythonString
    text = string
    let digits = string.hasPrefix("0o") ? String(string.dropFirst(2)) : string
    if let bits = Int(digits, radix: 8), bits >= 0, bits <= 0o7777 {
      form = .octal(bits)
      return
    }
    var clauses: [Clause] = []
    for part in string.split(separator: ",", omittingEmptySubsequences: false) {
      guard let clause = Self.clause(part) else { throw Self.failure("bad symbolic permission for mode: \(part)") }
      clauses.append(clause)
    }
    form = .symbolic(clauses)
  }

  private static func failure(_ detail: String) -> ModuleFailure {
    ModuleFailure("mode must be in octal or symbolic form", values: ["details": .string(detail)])
  }

  private static func clause(_ text: Substring) -> Clause? {
    let who = text.prefix { "ugoa".contains($0) }
    var rest = text.dropFirst(who.count)
    var clause = Clause(who: who.contains("a") ? ["u", "g", "o"] : Set(who), actions: [])
    while let operation = rest.first {
      guard "+-=".contains(operation) else { return nil }
      let permissions = rest.dropFirst().prefix { "rwxXstugo".contains($0) }
      clause.actions.append((operation, Array(permissions)))
      rest = rest.dropFirst(1 + permissions.count)
    }
    return clause.actions.isEmpty ? nil : clause
  }

  /// The bits for a file that has `current` ones.
  func bits(current: Int, isDirectory: Bool, umask: Int) -> Int {
    switch form {
    case .octal(let bits): return bits
    case .symbolic(let clauses):
      var mode = current
      for clause in clauses {
        let allowed = clause.who.isEmpty ? ~umask : ~0
        let who: Set<Character> = clause.who.isEmpty ? ["u", "g", "o"] : clause.who
        for action in clause.actions {
          for user in who {
            let bits = Self.bits(action.permissions, for: user, mode: mode, original: current, isDirectory) & allowed
            switch action.operation {
            case "+": mode |= bits
            case "-": mode &= ~bits
            default: mode = mode & ~Self.mask(of: user) | bits
            }
          }
        }
      }
      return mode
    }
  }

  private static func shift(_ user: Character) -> Int { user == "u" ? 6 : user == "g" ? 3 : 0 }

  private static func mask(of user: Character) -> Int {
    0o7 << shift(user) | (user == "u" ? 0o4000 : user == "g" ? 0o2000 : 0o1000)
  }

  private static func bits(
    _ permissions: [Character], for user: Character, mode: Int, original: Int, _ isDirectory: Bool
  ) -> Int {
    var bits = 0
    for permission in permissions {
      switch permission {
      case "r": bits |= 4 << shift(user)
      case "w": bits |= 2 << shift(user)
      case "x": bits |= 1 << shift(user)
      case "X": if isDirectory || original & 0o111 != 0 { bits |= 1 << shift(user) }
      case "s": bits |= user == "u" ? 0o4000 : user == "g" ? 0o2000 : 0
      case "t": bits |= user == "o" ? 0o1000 : 0
      default: bits |= (mode >> shift(permission) & 7) << shift(user)
      }
    }
    return bits
  }

  /// `0644`, as ansible shows modes.
  /// As `stat` and `find` write it: `0644`, `4755`.
  static func fourDigits(_ bits: Int) -> String {
    let digits = String(bits & 0o7777, radix: 8)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }

  static func text(_ bits: Int) -> String {
    // As ansible writes it: `0644`, and with set-id or sticky bits `04755`.
    let digits = String(bits & 0o7777, radix: 8)
    return "0" + String(repeating: "0", count: max(0, 3 - digits.count)) + digits
  }
}
