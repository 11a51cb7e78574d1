import Values

/// What the name of a module stands for: the arguments it takes, and how a call of it is made. Modules of this program are
/// types; modules that a project brings are files. Whoever runs them need not know which.
package struct ModuleDefinition: Sendable {
  package let spec: ModuleSpec
  let make: @Sendable (Arguments, ModuleContext) throws(ModuleFailure) -> any ModuleWork

  package init<Type: Module>(_ type: Type.Type) {
    spec = type.spec
    make = { (arguments, context) throws(ModuleFailure) in try Type(arguments, context) }
  }

  /// - Parameter make: gets arguments that `ArgumentValidator` has checked against `spec`.
  init(
    spec: ModuleSpec, make: @escaping @Sendable (Arguments, ModuleContext) throws(ModuleFailure) -> any ModuleWork
  ) {
    self.spec = spec
    self.make = make
  }
}
