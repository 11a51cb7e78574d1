/// An element of an XML document, as the answers of web services have them: no attributes, no mixed content.
struct XMLElement: Sendable {
  let name: String
  /// The text within, between the children too; references resolved.
  var text = ""
  var children: [XMLElement] = []

  subscript(name: String) -> XMLElement? { children.first { $0.name == name } }

  /// The element at the end of a path of names.
  func descendant(_ path: String...) -> XMLElement? {
    var element: XMLElement? = self
    for name in path { element = element?[name] }
    return element
  }
}
