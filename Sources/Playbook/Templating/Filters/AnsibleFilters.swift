import Jinja
import Values

/// The filters that Ansible adds to Jinja's: the one table that templates, checks and the documentation derive from.
package enum AnsibleFilters {
  package static let all: [TemplateFunction] = (paths + data + collections + text + digests + regex + numbers + misc)
    .map(withFullName)

  /// Every filter answers to its full name as well.
  static func withFullName(_ function: TemplateFunction) -> TemplateFunction {
    function.adding(collection: "ansible.builtin")
  }
}

extension TemplateFunction {
  /// The same under `collection.name` too, for each of its names.
  func adding(collection: String) -> TemplateFunction {
    let names = [name] + aliases
    return TemplateFunction(
      name, signature.text, aliases: aliases + names.filter { !$0.contains(".") }.map { "\(collection).\($0)" },
      acceptsUndefined: acceptsUndefined, summary, body: body)
  }
}

extension Call {
  /// The argument as a value that leaves the render.
  func value(_ index: Int) throws -> Value { try self[index].exported(in: scope) }

  func object(_ value: Value) -> Object { Object(value, in: scope) }

  /// The argument as a list of values.
  func values(_ index: Int) throws -> [Value] { try elements(index).map { try $0.exported(in: scope) } }

  /// A keyword that `**kwargs` took.
  func keyword(_ name: String) throws -> Value? { try keywords.first { $0.name == name }?.value.exported(in: scope) }

  /// The argument as text, whatever its type, as Python's `str` has it.
  func anyText(_ index: Int) throws -> String { try self[index].text() }
}
