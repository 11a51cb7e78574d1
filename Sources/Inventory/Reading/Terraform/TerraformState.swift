import Values

/// The virtual machines that a Terraform state (`terraform.tfstate`, version 4) knows.
///
/// Terraform documents the state's shape only as internal; OpenTofu writes the same.
enum TerraformState {
  /// - Parameters:
  ///   - bytes: the file's.
  ///   - file: the same for excerpts.
  /// - Returns: the machines in the order of the file.
  static func machines(_ bytes: [UInt8], of file: SourceFile) throws(Diagnostic) -> [TerraformMachine] {
    let start = Place(file, line: 1, column: 1)
    // Texts in it come from the cloud, where others write names and tags: never templates.
    let root = try JSONReader.read(bytes, from: file, trusted: false)
    guard let state = root.map else {
      throw Diagnostic(.invalid, "A Terraform state is an object, not \(root.typeName)", at: start)
    }
    guard state["encrypted_data"] == nil else {
      throw Diagnostic(
        .invalid, "The Terraform state is encrypted", at: start, help: "Write it in the clear with 'tofu state pull'.")
    }
    guard let version = state["version"]?.int else {
      throw Diagnostic(.invalid, "This is no Terraform state: it has no version", at: start)
    }
    guard version == 4 else {
      throw Diagnostic(
        .invalid, "The Terraform state has version \(version); version 4 is known", at: start,
        help: "Terraform 0.12 and newer write version 4.")
    }
    guard let resources = (state["resources"] ?? []).list else {
      throw Diagnostic(.invalid, "The Terraform state's resources are no list", at: start)
    }
    var machines: [TerraformMachine] = []
    for resource in resources where resource["mode"]?.string == "managed" {
      guard let type = resource["type"]?.string, let kind = TerraformMachine.Kind(type: type) else { continue }
      for instance in resource["instances"]?.list ?? [] where instance["deposed"] == nil {
        guard let attributes = instance["attributes"]?.map else { continue }
        machines.append(
          TerraformMachine(
            kind: kind, type: type, resource: resource["name"]?.string ?? "", module: modules(resource["module"]),
            attributes: hiding(instance["sensitive_attributes"], in: attributes)))
      }
    }
    return machines
  }

  /// `module.net["eu.west"].module.web[0]`: `net`, `web`.
  private static func modules(_ address: Value?) -> [String] {
    var names: [String] = []
    var part = ""
    var isInBrackets = false
    for character in (address?.string ?? "") + "." {
      switch character {
      case "[": isInBrackets = true
      case "]": isInBrackets = false
      case _ where isInBrackets: break
      case ".":
        names.append(part)
        part = ""
      default: part.append(character)
      }
    }
    // Every second part is the word `module`.
    return names.enumerated().filter { $0.offset % 2 == 1 }.map(\.element)
  }

  /// The attributes with those that Terraform or we know to be secret as secrets.
  private static func hiding(_ paths: Value?, in attributes: Map) -> Map {
    var result = attributes
    var names = ["admin_password", "password_data", "custom_data"]
    for path in paths?.list ?? [] {
      if let name = path.list?.first?["value"]?.string ?? path.list?.first?["value"]?["value"]?.string {
        names.append(name)
      }
    }
    for name in names {
      guard let value = result[name], !value.isEmptyOrNull else { continue }
      result[name] = .secret(Secret(value.string ?? JSONWriter().string(value)))
    }
    return result
  }
}
