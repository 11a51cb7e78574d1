/// Statements that run one after the other, with the text before each. A tree of constants, not an array: to call an element of
/// an array costs counting a reference to it.
final class SequenceAction: Action {
  /// A statement and the text before it, a part of the source; either may be missing.
  struct Piece {
    var text = 0..<0
    var action: (any Action)?
  }

  private let source: [UInt8]
  private let text1: Range<Int>
  private let text2: Range<Int>
  private let text3: Range<Int>
  private let text4: Range<Int>
  private let action1: any Action
  private let action2: any Action
  private let action3: any Action
  private let action4: any Action

  private static let nothing = EmptyAction()
  private static let width = 4

  /// - Parameter start: the position of the first of up to four pieces.
  private init(_ source: [UInt8], _ pieces: [Piece], from start: Int) {
    self.source = source
    let (second, third, fourth) = (start + 1, start + 2, start + 3)
    text1 = pieces[start].text
    text2 = second < pieces.count ? pieces[second].text : 0..<0
    text3 = third < pieces.count ? pieces[third].text : 0..<0
    text4 = fourth < pieces.count ? pieces[fourth].text : 0..<0
    action1 = pieces[start].action ?? SequenceAction.nothing
    action2 = (second < pieces.count ? pieces[second].action : nil) ?? SequenceAction.nothing
    action3 = (third < pieces.count ? pieces[third].action : nil) ?? SequenceAction.nothing
    action4 = (fourth < pieces.count ? pieces[fourth].action : nil) ?? SequenceAction.nothing
  }

  /// Takes the pieces from `start` on away, and gives them as one.
  ///
  /// - Parameter source: the whole template, which all of its texts share.
  static func of(_ pieces: inout [Piece], from start: Int, _ source: [UInt8]) -> any Action {
    defer { pieces.removeSubrange(start...) }
    if pieces.count == start { return nothing }
    while pieces.count > start + width {
      // The groups take the places of the first pieces, which they hold by then.
      var end = start
      for position in stride(from: start, to: pieces.count, by: width) {
        pieces[end] = Piece(action: SequenceAction(source, pieces, from: position))
        end += 1
      }
      pieces.removeSubrange(end...)
    }
    if pieces.count == start + 1, pieces[start].text.isEmpty { return pieces[start].action ?? nothing }
    return SequenceAction(source, pieces, from: start)
  }

  func run(_ frame: Frame, _ output: Output) throws -> Flow {
    if !text1.isEmpty { try output.append(source, text1) }
    var flow = try action1.run(frame, output)
    if flow != .normal { return flow }
    if !text2.isEmpty { try output.append(source, text2) }
    flow = try action2.run(frame, output)
    if flow != .normal { return flow }
    if !text3.isEmpty { try output.append(source, text3) }
    flow = try action3.run(frame, output)
    if flow != .normal { return flow }
    if !text4.isEmpty { try output.append(source, text4) }
    return try action4.run(frame, output)
  }
}

final class EmptyAction: Action {
  func run(_ frame: Frame, _ output: Output) throws -> Flow { .normal }
}
