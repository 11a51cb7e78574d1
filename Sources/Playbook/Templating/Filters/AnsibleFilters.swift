import Jinja
import Values

/// The filters that Ansible adds to Jinja's: the one table that templates, checks and the documentation derive from.
package enum AnsibleFilters {
  /// `ansible.builtin`'s own.
  package static let builtin: [TemplateFunction] =
    paths + data + collections + sets + text + times + digests + passwords + regex + numbers + misc

  /// All that templates may call, under every name: Jinja's own and ours answer to `ansible.builtin.NAME` too.
  package static let all: [TemplateFunction] =
    (Builtins.filters + builtin).map { $0.adding(collection: "ansible.builtin") } + AddressFilters.all
    + CommunityFilters.all + TrustFilters.all + TOMLFilters.all
}

extension TemplateFunction {
  /// The same under `collection.name` too, for each of its names.
  func adding(collection: String) -> TemplateFunction {
    let names = [name] + aliases
    return TemplateFunction(
      name, signatureText, aliases: aliases + names.filter { !$0.contains(".") }.map { "\(collection).\($0)" },
      acceptsUndefined: acceptsUndefined, acceptsSealed: acceptsSealed, rendersConstants: rendersConstants, summary,
      body: body)
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

  /// The argument as text, whatever its type, as Python's `str` has it; bytes are what they mean.
  func anyText(_ index: Int) throws -> String {
    if case .native(let bytes as BytesObject) = self[index] { return bytes.decoded }
    return try self[index].text()
  }

  /// The argument as a number.
  func number(_ index: Int) throws -> Double {
    guard let number = self[index].double else {
      throw failure("\(function.name)() can only be used on numbers: must be real number, not \(self[index].typeName)")
    }
    return number
  }

  /// The process's environment variable.
  func environment(_ name: String) -> String? {
    (scope.attachment as? TemplatingContext)?.lookup.snapshot.settings.environment[name]
  }
}
