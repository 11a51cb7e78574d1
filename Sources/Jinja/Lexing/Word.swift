/// The names that the grammar knows. They are names like any other too: a variable may be called `block`.
enum Word: String, CaseIterable {
  /// Any other name.
  case other = ""
  case and, or, not, `in`, `is`, `if`, `else`, elif, endif
  case `for`, endfor, recursive
  case set, endset, with, endwith, without
  case macro, endmacro, call, endcall, filter, endfilter
  case block, endblock, scoped, required
  case extends, include, ignore, missing, context, `import`, from, `as`
  case `do`, `break`, `continue`, print, autoescape, endautoescape
  case `true`, `false`, none
  case capitalTrue = "True"
  case capitalFalse = "False"
  case capitalNone = "None"
}
