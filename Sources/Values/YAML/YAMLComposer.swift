/// Puts libyaml's events together into nodes. Iterative: nesting costs heap, never stack.
struct YAMLComposer: ~Copyable {
  private var parser: LibYAMLParser
  private let file: SourceFile
  private let text: String
  private let budget: YAMLBudget
  private var anchors: [String: Composed] = [:]
  private var nodeCount = 0
  var warnings: [Diagnostic] = []

  /// A node and what it costs when an alias repeats it.
  private struct Composed {
    let node: YAMLNode
    var size: Int
    var height: Int
  }

  /// A collection whose end has not come yet.
  private struct Frame {
    let isMapping: Bool
    let place: Place
    let tag: String?
    let anchor: String?
    var items: [YAMLNode] = []
    var pairs: [(key: YAMLNode, value: YAMLNode)] = []
    var pendingKey: YAMLNode?
    var size = 1
    var height = 0
  }

  init(_ text: String, file: SourceFile, budget: YAMLBudget) throws(Diagnostic) {
    guard text.utf8.count <= budget.bytes else {
      throw Diagnostic(
        .limit, "The YAML text has \(text.utf8.count) bytes; at most \(budget.bytes) are read.",
        at: Place(file, line: 1, column: 1))
    }
    self.parser = LibYAMLParser(text)
    self.text = text
    self.file = file
    self.budget = budget
  }

  /// The next document's root and the place where the document starts, or `nil` at the end of the stream.
  mutating func nextDocument() throws(Diagnostic) -> (root: YAMLNode?, start: Place)? {
    anchors = [:]
    var start: Place?
    var stack: [Frame] = []
    var root: YAMLNode?
    while true {
      let (event, mark) = try next()
      let place = place(mark)
      var finished: Composed?
      var anchor: String?
      switch event {
      case .streamEnd: return nil
      case .documentStart: start = place
      case .documentEnd:
        let isEmpty = root?.isEmptyPlain ?? true
        return (isEmpty ? nil : root, start ?? place)
      case .alias(let name):
        guard let target = anchors[name] else { throw undefinedAlias(name, at: place) }
        finished = target
      case .scalar(let text, let style, let isImplicit, let name, let written):
        let tag = Self.shortTag(written)
        // The tag `!` alone says that a plain text is not to be resolved.
        let isText = style == .plain && tag == nil && !isImplicit
        let node = YAMLNode(place: place, tag: tag, content: .scalar(text: text, style: isText ? .quoted : style))
        finished = Composed(node: node, size: 1, height: 0)
        anchor = name
      case .sequenceStart(let anchor, let tag), .mappingStart(let anchor, let tag):
        guard stack.count < budget.depth else { throw tooDeep(at: place) }
        var isMapping = false
        if case .mappingStart = event { isMapping = true }
        stack.append(Frame(isMapping: isMapping, place: place, tag: Self.shortTag(tag), anchor: anchor))
      case .sequenceEnd, .mappingEnd:
        guard let frame = stack.popLast() else { continue }
        finished = Composed(node: close(frame), size: frame.size, height: frame.height + 1)
        anchor = frame.anchor
      }
      guard let composed = finished else { continue }
      if let anchor { anchors[anchor] = composed }
      try count(composed, event: event, depth: stack.count, at: place)
      guard !stack.isEmpty else {
        root = composed.node
        continue
      }
      try add(composed, to: &stack[stack.count - 1])
    }
  }

  private mutating func next() throws(Diagnostic) -> (event: YAMLEvent, mark: YAMLMark) {
    do {
      return try parser.next()
    } catch {
      throw YAMLHint.diagnostic(for: error, in: text, file: file)
    }
  }

  private func place(_ mark: YAMLMark) -> Place {
    Place(file, line: mark.line &+ 1, column: mark.column &+ 1)
  }

  /// Every scalar and collection counts one; an alias counts all that it stands for.
  private mutating func count(_ composed: Composed, event: YAMLEvent, depth: Int, at place: Place) throws(Diagnostic) {
    if case .alias = event {
      nodeCount += composed.size
      guard depth + composed.height <= budget.depth else { throw tooDeep(at: place) }
    } else {
      nodeCount += 1
    }
    guard nodeCount <= budget.nodes else {
      throw Diagnostic(
        .limit, "The YAML text has more than \(budget.nodes) nodes, aliases expanded.", at: place,
        help: "An alias counts as all the nodes it stands for.")
    }
  }

  private func add(_ composed: Composed, to frame: inout Frame) throws(Diagnostic) {
    frame.size += composed.size
    frame.height = max(frame.height, composed.height)
    guard frame.isMapping else {
      frame.items.append(composed.node)
      return
    }
    guard let key = frame.pendingKey else {
      guard composed.node.scalarText != nil else {
        throw YAMLHint.unhashableKey(composed.node, mapping: frame.place, text: text)
      }
      frame.pendingKey = composed.node
      return
    }
    frame.pairs.append((key, composed.node))
    frame.pendingKey = nil
  }

  private mutating func close(_ frame: Frame) -> YAMLNode {
    if frame.isMapping { warnOfDuplicates(frame.pairs) }
    return YAMLNode(
      place: frame.place, tag: frame.tag, content: frame.isMapping ? .mapping(frame.pairs) : .sequence(frame.items))
  }

  private mutating func warnOfDuplicates(_ pairs: [(key: YAMLNode, value: YAMLNode)]) {
    guard pairs.count > 1 else { return }
    var seen = Set<Key>(minimumCapacity: pairs.count)
    for (node, _) in pairs where !node.isMergeKey {
      guard let key = node.key, !seen.insert(key).inserted else { continue }
      warnings.append(
        Diagnostic(
          .syntax, "Found duplicate mapping key \(key.value.pythonRepr).", at: node.place,
          help: "Using last defined value only."))
    }
  }

  private func tooDeep(at place: Place) -> Diagnostic {
    Diagnostic(.limit, "The YAML text is nested more than \(budget.depth) levels deep.", at: place)
  }

  private func undefinedAlias(_ name: String, at place: Place) -> Diagnostic {
    let shown = place.file.isQuotable ? " '\(name)'" : ""
    return Diagnostic(
      .syntax, "YAML parsing failed: Found undefined alias\(shown).", at: place,
      help: "An unquoted '*' starts an alias of a node marked with '&' above. Quote the value if it is text.")
  }

  /// `tag:yaml.org,2002:str` as people write it: `!!str`. `!` is no tag.
  private static func shortTag(_ tag: String?) -> String? {
    guard let tag, tag != "!" else { return nil }
    let prefix = "tag:yaml.org,2002:"
    return tag.hasPrefix(prefix) ? "!!" + tag.dropFirst(prefix.count) : tag
  }
}

extension YAMLNode {
  /// A document of nothing: libyaml gives an empty plain scalar.
  fileprivate var isEmptyPlain: Bool {
    if case .scalar("", .plain) = content, tag == nil { true } else { false }
  }
}
