/// How templates are read. The defaults are Ansible's.
package struct JinjaOptions: Sendable, Hashable {
  package var blockStart = "{%"
  package var blockEnd = "%}"
  package var variableStart = "{{"
  package var variableEnd = "}}"
  package var commentStart = "{#"
  package var commentEnd = "#}"
  /// Drops the first newline after a block.
  package var trimBlocks = true
  /// Drops spaces and tabs before a block that starts a line.
  package var lstripBlocks = false
  package var keepTrailingNewline = false
  /// What newlines in the template's text become: `\n`, `\r\n` or `\r`.
  package var newlineSequence = "\n"

  package init() {}
}

/// How much a render may use. Each limit ends in a `Diagnostic(.limit)`.
package struct JinjaLimits: Sendable {
  /// Steps: loop iterations, calls, elements made.
  package var fuel = 20_000_000
  /// Bytes of any single text.
  package var outputBytes = 64 << 20
  /// Bytes of stack below the engine's caller, for guarded recursion. Twice as much is needed in all; some systems' threads
  /// have 512 KiB.
  package var stackBytes: UInt = 224 << 10

  package init() {}
}

/// What the language allows beyond its core.
package struct JinjaFeatures: Sendable, Hashable {
  /// `ALLOW_BROKEN_CONDITIONALS`: a condition may have any type, and be empty.
  package var allowsBrokenConditionals = false
  /// `ALLOW_EMBEDDED_TEMPLATES`: string constants with template delimiters are rendered in conditions and lookup terms.
  package var allowsEmbeddedTemplates = true

  package init() {}
}
