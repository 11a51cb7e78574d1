import CPCRE2
import Values

/// A regular expression as Python's `re` reads it, run by PCRE2 with limits: the one place that talks to that library.
///
/// Offsets are in UTF-8 bytes. Safe to use from many threads at once.
package final class PythonPattern: Sendable {
  package struct Flags: OptionSet, Sendable, Hashable {
    package let rawValue: Int
    package init(rawValue: Int) { self.rawValue = rawValue }
    package static let ignoreCase = Flags(rawValue: 1)
    package static let multiline = Flags(rawValue: 2)
    package static let dotAll = Flags(rawValue: 4)
    package static let verbose = Flags(rawValue: 8)
    /// A Python pattern made of `bytes`: it works on bytes of any kind, and classes such as `\w` know ASCII only. Without it
    /// texts must be UTF-8.
    package static let bytes = Flags(rawValue: 16)
  }

  package let source: String
  let worksOnBytes: Bool
  /// How many groups there are, the whole match not counted.
  package let groupCount: Int
  /// The numbers of the named groups.
  package let groupNames: [String: Int]
  // A compiled pattern is never written after the JIT compiler is done with it (pcre2api, "Thread safety"), and it is freed
  // only by `deinit`: sharing the pointer between threads is safe.
  private nonisolated(unsafe) let code: OpaquePointer

  /// How much backtracking one match may do; a pattern that needs more ends in an error, in well under two seconds.
  private static let matchLimit: UInt32 = 10_000_000
  private static let heapLimitKiB: UInt32 = 64 << 10

  /// - Throws: `Diagnostic(.template)` saying what is wrong with the pattern and where.
  package init(_ pattern: String, flags: Flags = []) throws(Diagnostic) {
    source = pattern
    worksOnBytes = flags.contains(.bytes)
    let translation = try PatternTranslation(pattern, isBytes: flags.contains(.bytes))
    let translated = translation.bytes
    var options = flags.contains(.bytes) ? 0 : UInt32(PCRE2_UTF) | UInt32(PCRE2_UCP)
    options |= UInt32(PCRE2_NEVER_BACKSLASH_C)
    let context = pcre2_compile_context_create_8(nil)
    defer { pcre2_compile_context_free_8(context) }
    pcre2_set_newline_8(context, UInt32(PCRE2_NEWLINE_LF))
    if flags.contains(.ignoreCase) { options |= UInt32(PCRE2_CASELESS) }
    if flags.contains(.multiline) { options |= UInt32(PCRE2_MULTILINE) }
    if flags.contains(.dotAll) { options |= UInt32(PCRE2_DOTALL) }
    if flags.contains(.verbose) { options |= UInt32(PCRE2_EXTENDED) }
    var code: Int32 = 0
    var offset = 0
    guard let compiled = pcre2_compile_8(translated, translated.count, options, &code, &offset, context) else {
      throw translation.error(number: Int(code), offset: offset, text: PythonPattern.message(code))
    }
    self.code = compiled
    pcre2_jit_compile_8(compiled, UInt32(PCRE2_JIT_COMPLETE))
    var groups: UInt32 = 0
    pcre2_pattern_info_8(compiled, UInt32(PCRE2_INFO_CAPTURECOUNT), &groups)
    groupCount = Int(groups)
    groupNames = PythonPattern.names(compiled)
  }

  deinit { pcre2_code_free_8(code) }

  /// One match: the byte ranges of the whole and of each group.
  package struct Match: Sendable {
    package let ranges: [Range<Int>?]
    package var range: Range<Int> { ranges.first.flatMap(\.self) ?? 0..<0 }
  }

  /// The first match at or after an offset.
  /// - Parameter anchored: whether it must begin right there (`re.match`).
  /// - Throws: `Diagnostic(.limit)` when the match needs too much backtracking.
  package func match(
    _ text: [UInt8], from start: Int = 0, anchored: Bool = false, notEmpty: Bool = false
  ) throws(Diagnostic) -> Match? {
    guard start <= text.count, let data = pcre2_match_data_create_from_pattern_8(code, nil) else { return nil }
    defer { pcre2_match_data_free_8(data) }
    let context = pcre2_match_context_create_8(nil)
    defer { pcre2_match_context_free_8(context) }
    pcre2_set_match_limit_8(context, PythonPattern.matchLimit)
    pcre2_set_heap_limit_8(context, PythonPattern.heapLimitKiB)
    // The text is a Swift string's UTF-8, so it is valid: checking it again for each match would make `findAll` quadratic.
    var options = UInt32(PCRE2_NO_UTF_CHECK)
    if anchored { options |= UInt32(PCRE2_ANCHORED) }
    if notEmpty { options |= UInt32(PCRE2_NOTEMPTY_ATSTART) }
    var result = pcre2_match_8(code, text, text.count, start, options, data, context)
    if result == PCRE2_ERROR_JIT_STACKLIMIT {
      result = pcre2_match_8(code, text, text.count, start, options | UInt32(PCRE2_NO_JIT), data, context)
    }
    if result == PCRE2_ERROR_NOMATCH { return nil }
    guard result > 0 else {
      throw Diagnostic(
        .limit, "the regular expression '\(source)' gave up: \(PythonPattern.message(result))",
        help: "It backtracks too much on this text; make its repetitions less ambiguous.")
    }
    let count = Int(pcre2_get_ovector_count_8(data))
    guard let vector = pcre2_get_ovector_pointer_8(data) else { return nil }
    let ranges = (0..<count).map { group -> Range<Int>? in
      let lower = vector[2 * group]
      let upper = vector[2 * group + 1]
      // `\K` may set the start beyond the end; PCRE2 gives all ones for a group that took no part.
      return lower >= 0 && lower <= upper && upper <= text.count && group < Int(result) ? lower..<upper : nil
    }
    return Match(ranges: ranges)
  }

  private static func message(_ code: Int32) -> String {
    var buffer = [UInt8](repeating: 0, count: 256)
    let length = pcre2_get_error_message_8(code, &buffer, buffer.count)
    return String(decoding: buffer.prefix(max(Int(length), 0)), as: UTF8.self)
  }

  private static func names(_ code: OpaquePointer) -> [String: Int] {
    var count: UInt32 = 0
    var size: UInt32 = 0
    var table: UnsafePointer<UInt8>?
    pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_NAMECOUNT), &count)
    pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_NAMEENTRYSIZE), &size)
    pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_NAMETABLE), &table)
    guard let table else { return [:] }
    var names: [String: Int] = [:]
    for index in 0..<Int(count) {
      let entry = table + index * Int(size)
      let bytes = UnsafeBufferPointer(start: entry + 2, count: Int(size) - 2).prefix { $0 != 0 }
      names[String(decoding: bytes, as: UTF8.self)] = Int(entry[0]) << 8 | Int(entry[1])
    }
    return names
  }
}
