import Glibc
import Jinja
import Values

extension AnsibleFilters {
  /// Numbers, sizes, chance.
  static let numbers: [TemplateFunction] = [
    TemplateFunction("log", "(x, base=2.718281828459045)", "A logarithm.") { call in
      let (x, base) = (try call.number(0), try call.number(1))
      guard x > 0, base > 0, base != 1 else { throw domain(call, "of \(x.pythonRepr) to the base \(base.pythonRepr)") }
      if base == 10 { return .double(log10(x)) }
      if call[1].double == M_E { return .double(Glibc.log(x)) }
      return .double(Glibc.log(x) / Glibc.log(base))
    },
    TemplateFunction("pow", "(x, y)", "A power.") { call in
      let (x, y) = (try call.number(0), try call.number(1))
      let result = Glibc.pow(x, y)
      guard result.isFinite || !x.isFinite || !y.isFinite else {
        throw domain(call, "of \(x.pythonRepr) to the power of \(y.pythonRepr)")
      }
      return .double(result)
    },
    TemplateFunction("root", "(x, base=2)", "A root.") { call in
      let x = try call.number(0)
      guard let base = call[1].double ?? call[1].string.flatMap(Numbers.float) else { throw wrongBase(call) }
      guard base != 0, x >= 0 else {
        throw domain(call, "of \(x.pythonRepr) with the degree \(base.pythonRepr)")
      }
      return .double(base == 2 ? x.squareRoot() : Glibc.pow(x, 1 / base))
    },
    TemplateFunction("human_readable", "(size, isbits=False, unit=None)", "A size with a unit.") { call in
      guard let size = call.input.double else {
        throw call.failure("human_readable() failed on bad input: it wants a number, not '\(call.input.typeName)'")
      }
      return .string(SizeText.readable(size, isBits: try call.bool(1), unit: try call.optionalString(2)))
    },
    TemplateFunction(
      "human_to_bytes", "(size, default_unit=None, isbits=False)", "The number that a size with a unit means."
    ) { call in
      let text = try call.anyText(0)
      return .int(try SizeText.bytes(text, defaultUnit: try call.optionalString(1), isBits: try call.bool(2)))
    },
    TemplateFunction("random", "(end, start=None, step=None, seed=None)", "A random item or number.") { call in
      var generator = try chance(call, seed: call[3])
      if let end = call.input.int {
        let start = try call.optionalInt(1) ?? 0
        let step = try call.optionalInt(2).flatMap { $0 == 0 ? nil : $0 } ?? 1
        let (span, overflows) = end.subtractingReportingOverflow(start)
        let (reach, reaches) = span.addingReportingOverflow(step > 0 ? step - 1 : step + 1)
        let count = reach / step
        guard !overflows, !reaches, count > 0 else {
          throw call.failure("random() has no number to choose from start \(start) to end \(end) by step \(step)")
        }
        return .int(start + generator.below(count) * step)
      }
      guard call.input.isSequence || call.input.string != nil || call.input.isMapping else {
        throw call.failure("random() can only be used on sequences and integers, not '\(call.input.typeName)'")
      }
      guard try call[1].isNone || !call.bool(1), try call[2].isNone || !call.bool(2) else {
        throw call.failure("start and step can only be used with integer values")
      }
      let items = try call.elements(0)
      guard !items.isEmpty else { throw call.failure("random() can't choose from an empty sequence") }
      return items[generator.below(items.count)]
    },
    TemplateFunction("shuffle", "(mylist, seed=None)", "The items in random order.") { call in
      guard call.input.isSequence || call.input.string != nil || call.input.isMapping else { return call.input }
      var items = try call.elements(0)
      var generator = try chance(call, seed: try call[1].isNone || !call.bool(1) ? .none : call[1])
      generator.shuffle(&items)
      return .list(items)
    },
  ]

  private static func domain(_ call: Call, _ what: String) -> Diagnostic {
    call.failure(
      "\(call.function.name)() has no result: there is no real number that is the \(call.function.name) \(what)")
  }

  private static func wrongBase(_ call: Call) -> Diagnostic {
    call.failure("\(call.function.name)() argument 'base' must be a number, not '\(call[1].typeName)'")
  }

  /// Python's generator for a seed, or the system's randomness without one.
  static func chance(_ call: Call, seed: Object) throws -> Chance {
    if seed.isNone { return .system }
    guard let seeded = PythonRandom(seed: seed) else {
      throw call.failure("\(call.function.name)() argument 'seed' must be a text or a number, not '\(seed.typeName)'")
    }
    return .seeded(seeded)
  }
}

/// Where random numbers come from.
enum Chance {
  case system
  case seeded(PythonRandom)

  /// A number from 0 up to, but without, `limit`, which must be positive.
  mutating func below(_ limit: Int) -> Int {
    guard case .seeded(var generator) = self else { return Int.random(in: 0..<limit) }
    defer { self = .seeded(generator) }
    return generator.below(limit)
  }

  mutating func shuffle<Element>(_ list: inout [Element]) {
    guard case .seeded(var generator) = self else { return list.shuffle() }
    generator.shuffle(&list)
    self = .seeded(generator)
  }
}
