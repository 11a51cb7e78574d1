import Modules
import Values

/// What a module was called with, as results show it: `{"module_args": {…}}` with every argument that it has.
enum Invocation {
  /// - Parameter given: the arguments with all templates rendered.
  static func value(_ spec: ModuleSpec, _ given: Map) -> Value {
    let arguments = (try? ArgumentValidator.validate(given, against: spec))?.values ?? given
    var shown = Map(minimumCapacity: spec.arguments.count)
    for argument in spec.arguments {
      let value = arguments[argument.name] ?? .null
      // The mark that ansible's modules put there.
      let isHidden = argument.isSecret && !value.isNull
      shown[argument.name] = isHidden ? "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER" : value.withoutTrust
    }
    if spec.takesAnyName {
      for (name, value) in arguments where shown[name] == nil { shown[name] = value.withoutTrust }
    }
    return ["module_args": .map(shown)]
  }
}
