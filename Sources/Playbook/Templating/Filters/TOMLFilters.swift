import Inventory
import Jinja
import Values

/// TOML, which ansible reads in inventories only: its projects bring a filter in Python for the rest.
enum TOMLFilters {
  static let all: [TemplateFunction] = [
    TemplateFunction("from_toml", "(data)", "The value that a TOML text means.") { call in
      guard let text = call.input.string else {
        throw call.failure("a text is wanted, not \(call.input.typeName)")
      }
      return call.object(.map(try TOMLReader.read(SourceFile(path: "<TOML text>", text: text), isTrusted: false)))
    }
  ]
}
