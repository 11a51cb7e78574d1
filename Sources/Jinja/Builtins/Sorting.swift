import Values

/// Python's stable sort by keys, whose comparisons may fail.
package enum Sorting {
  package static func sorted(_ elements: [Object], reverse: Bool = false, by key: (Object) throws -> Object) throws
    -> [Object]
  {
    var keyed = try elements.map { (key: try key($0), element: $0) }
    // Merging keeps equal elements in order, also when reversed.
    try mergeSort(&keyed) { left, right in
      let order = try right.key.compare(to: left.key) ?? 0
      return reverse ? order > 0 : order < 0
    }
    return keyed.map(\.element)
  }

  /// - Parameter isAfter: whether the first must come after the second.
  private static func mergeSort<Element>(_ elements: inout [Element], _ isAfter: (Element, Element) throws -> Bool)
    throws
  {
    var width = 1
    var source = elements
    var target = elements
    while width < source.count {
      var start = 0
      while start < source.count {
        let middle = min(start + width, source.count)
        let end = min(start + 2 * width, source.count)
        var (left, right) = (start, middle)
        for position in start..<end {
          if left < middle, try right >= end || !isAfter(source[left], source[right]) {
            target[position] = source[left]
            left += 1
          } else {
            target[position] = source[right]
            right += 1
          }
        }
        start = end
      }
      swap(&source, &target)
      width *= 2
    }
    elements = source
  }
}
