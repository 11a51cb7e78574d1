import Foundation
import Values

@testable import Modules

/// A module's result in the shape of ansible's, without what differs from machine to machine and from run to run.
struct ModuleOutcome {
  private static let volatile: Set<String> = [
    "start", "end", "delta", "atime", "mtime", "ctime", "birthtime", "inode", "dev", "version", "blocks", "block_size",
    "device_type",
  ]

  let values: Map

  init(_ result: ModuleResult, root: String, address: String, picking paths: [[String]]?) {
    var values = result.values
    values["changed"] = .bool(result.isChanged)
    if result.isFailed { values["failed"] = true }
    if result.isSkipped { values["skipped"] = true }
    if !result.facts.isEmpty {
      values["ansible_facts"] = .map(paths.map { Self.picked($0, of: result.facts) } ?? result.facts)
    }
    var diffs: [Value] = []
    for diff in result.diffs {
      if let value = Self.value(diff) { diffs.append(value) }
    }
    if !diffs.isEmpty { values["diff"] = .list(diffs) }
    self.values = Self.cleaned(.map(values), root: root, address: address).map ?? [:]
  }

  private static func picked(_ paths: [[String]], of facts: Map) -> Map {
    var kept = Map()
    for path in paths {
      guard let key = path.first, let value = facts[key] else { continue }
      if path.count == 1 {
        kept[key] = value
      } else if let inner = value.map {
        let found = picked([Array(path.dropFirst())], of: inner)
        kept[key] = .map((kept[key]?.map ?? [:]).merging(found))
      }
    }
    return kept
  }

  private static func value(_ diff: Diff) -> Value? {
    switch diff.content {
    case .text(let before, let after): before == after ? nil : ["before": .string(before), "after": .string(after)]
    case .state(let before, let after): before == after ? nil : ["before": before, "after": after]
    case .prepared(let text): ["prepared": .string(text)]
    case .note: nil
    }
  }

  static func cleaned(_ value: Value, root: String, address: String) -> Value {
    switch value {
    case .map(let map):
      var result = Map()
      for (key, value) in map where !volatile.contains(key.string ?? "") {
        result[key.string.map { .string(cleaned($0, root: root, address: address)) } ?? key] = cleaned(
          value, root: root, address: address)
      }
      return .map(result)
    case .list(let list): return .list(list.map { cleaned($0, root: root, address: address) })
    case .string(let text): return .string(cleaned(text.string, root: root, address: address))
    default: return value
    }
  }

  static func cleaned(_ text: String, root: String, address: String) -> String {
    let backup = /\.[0-9]+\.[0-9]{4}-[0-9]{2}-[0-9]{2}@[0-9]{2}:[0-9]{2}:[0-9]{2}~/
    // The loopback's usual address is part of many texts.
    let text = address == "127.0.0.1" ? text : text.replacing(address, with: "ADDRESS")
    return text.replacing(root, with: "ROOT").replacing(backup, with: ".BACKUP~")
  }

  /// Every key in which the outcome is not what was expected.
  ///
  /// Where ansible tells less than it could we may tell more: a check may tell what the run will say, a failure may have
  /// further keys, and a message may go on where ansible's ends.
  /// - Parameter only: the keys to look at; `nil`: all.
  func differences(
    from expected: Map, _ phase: String, only: Set<String>? = nil, except: Set<String> = [],
    run: (ours: ModuleOutcome, expected: Map)? = nil
  ) -> [String] {
    var differences: [String] = []
    let keys = only ?? Set(expected.keys.compactMap(\.string)).union(values.keys.compactMap(\.string))
    for key in keys.subtracting(except).sorted() {
      let wanted = expected[key].map { shape($0, key) }.flatMap { key == "diff" && $0 == [] ? nil : $0 }
      let got = values[key].map { shape($0, key) }
      if wanted == got || isMore(key, wanted, got) { continue }
      if let run, isForetold(key, wanted, got, run) { continue }
      differences.append("\(phase).\(key): expected \(text(wanted)), got \(text(got))")
    }
    return differences
  }

  private func isMore(_ key: String, _ wanted: Value?, _ got: Value?) -> Bool {
    // ansible's is the path of a copy of its own, which is gone by then.
    if key == "src", let path = wanted?.string, path.hasPrefix("TEMPORARY") { return true }
    guard values["failed"] == true else { return false }
    // What else a failed task tells depends on how far ansible got before it failed.
    guard ["msg", "failed", "changed", "rc"].contains(key) else { return true }
    if wanted == nil { return true }
    guard key == "msg", var message = wanted?.string, let got = got?.string else { return false }
    // These are not ansible's messages but what Python said where ansible did not expect it.
    if message.hasPrefix("Task failed: ") { return true }
    // What follows are lists in the order of Python's sets, and arguments for ansible's own use.
    for list in [" Supported parameters include", " Valid booleans include"] {
      if let start = message.range(of: list)?.lowerBound { message = String(message[..<start]) }
    }
    while let last = message.last, last == "." || last.isWhitespace { message.removeLast() }
    return got.hasPrefix(message)
  }

  private func isForetold(
    _ key: String, _ wanted: Value?, _ got: Value?, _ run: (ours: ModuleOutcome, expected: Map)
  ) -> Bool {
    // What only the run can tell need not be told before it.
    guard let got else { return key != "changed" && key != "failed" && key != "msg" }
    return got == run.expected[key].map { shape($0, key) }
      || wanted == nil && (got == run.ours.values[key].map { shape($0, key) } || run.ours.values["failed"] == true)
  }

  /// ansible gives one difference as a map and several as a list, with headers that only the screen needs.
  private func shape(_ value: Value, _ key: String) -> Value {
    // The order of a directory is the file system's.
    if key == "files", let list = value.list {
      return .list(list.sorted { ($0.map?["path"]?.string ?? "") < ($1.map?["path"]?.string ?? "") })
    }
    guard key == "diff" else { return value }
    let entries = value.list ?? [value]
    return .list(
      entries.compactMap { entry in
        guard var map = entry.map else { return nil }
        map.removeValue(forKey: "before_header")
        map.removeValue(forKey: "after_header")
        return (map["before"] == nil || map["after"] == nil) && map["prepared"] == nil ? nil : .map(map)
      })
  }

  private func text(_ value: Value?) -> String { value.map { JSONWriter().string($0) } ?? "nothing" }
}
