/// A method of a native object.
final class NativeMethod: NativeObject {
  private let function: TemplateFunction

  init(_ function: TemplateFunction) { self.function = function }

  var typeName: String { "method" }
  var isCallable: Bool { true }
  func call(_ arguments: Arguments) throws -> Object { try function(arguments) }
}
