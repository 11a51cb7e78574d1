import Values

extension JMESPath {
  struct Token {
    enum Kind: Equatable {
      case identifier(String)
      case quoted(String)
      case literal(Value)
      case number(Int)
      /// Punctuation and operators as they are written.
      case symbol(String)
      case end
    }

    let kind: Kind
    let offset: Int
  }

  enum Lexer {
    private static let pairs = ["[?", "[]", "||", "&&", "==", "!=", "<=", ">="]

    static func tokens(_ text: String) throws(Diagnostic) -> [Token] {
      let scalars = Array(text.unicodeScalars)
      var tokens: [Token] = []
      var position = 0
      func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }
      func isLetter(_ scalar: Unicode.Scalar) -> Bool {
        ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || scalar == "_"
      }
      func delimited(_ end: Unicode.Scalar) throws(Diagnostic) -> String {
        let start = position
        position += 1
        var content = String.UnicodeScalarView()
        while position < scalars.count, scalars[position] != end {
          if scalars[position] == "\\", position + 1 < scalars.count {
            // In quotes the escape stays for JSON to read; before the delimiter itself it goes.
            if scalars[position + 1] != end || end == "\"" { content.append("\\") }
            position += 1
          }
          content.append(scalars[position])
          position += 1
        }
        guard position < scalars.count else { throw failure("the '\(end)' is never closed", in: text, at: start) }
        position += 1
        return String(content)
      }
      while position < scalars.count {
        let start = position
        let scalar = scalars[position]
        switch scalar {
        case " ", "\t", "\n", "\r":
          position += 1
          continue
        case _ where isLetter(scalar):
          while position < scalars.count, isLetter(scalars[position]) || isDigit(scalars[position]) { position += 1 }
          tokens.append(
            Token(kind: .identifier(String(String.UnicodeScalarView(scalars[start..<position]))), offset: start))
          continue
        case _ where scalar == "-" || isDigit(scalar):
          position += 1
          while position < scalars.count, isDigit(scalars[position]) { position += 1 }
          guard let number = Int(String(String.UnicodeScalarView(scalars[start..<position]))) else {
            throw failure("'\(scalar)' starts no number", in: text, at: start)
          }
          tokens.append(Token(kind: .number(number), offset: start))
          continue
        case "\"":
          let content = try delimited("\"")
          guard case .string(let name)? = try? JSONReader.read(Array("\"\(content)\"".utf8)) else {
            throw failure("the name in quotes is no JSON text", in: text, at: start)
          }
          tokens.append(Token(kind: .quoted(name.string), offset: start))
          continue
        case "'":
          tokens.append(Token(kind: .literal(.string(try delimited("'"))), offset: start))
          continue
        case "`":
          let content = try delimited("`")
          // Text that is no JSON stands for itself, as older versions of the language had it.
          let bare = String(content.drop(while: \.isWhitespace))
          let value = (try? JSONReader.read(Array(bare.utf8))) ?? .string(bare)
          tokens.append(Token(kind: .literal(value), offset: start))
          continue
        default: break
        }
        let pair =
          position + 1 < scalars.count ? String(String.UnicodeScalarView(scalars[position...position + 1])) : ""
        if pairs.contains(pair) {
          position += 2
          tokens.append(Token(kind: .symbol(pair), offset: start))
        } else if ".*[](){}:,|&!<>@".unicodeScalars.contains(scalar) {
          position += 1
          tokens.append(Token(kind: .symbol(String(scalar)), offset: start))
        } else {
          throw failure("unexpected character '\(scalar)'", in: text, at: start)
        }
      }
      return tokens + [Token(kind: .end, offset: scalars.count)]
    }
  }
}
