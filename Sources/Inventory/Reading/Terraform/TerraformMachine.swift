import Values

/// A virtual machine of a Terraform state.
struct TerraformMachine: Sendable {
  enum Kind: Sendable {
    case aws
    case google
    case azure

    /// - Parameter type: of the resource; `nil` for what is no machine.
    init?(type: String) {
      switch type {
      case "aws_instance", "aws_spot_instance_request": self = .aws
      case "google_compute_instance": self = .google
      case "azurerm_linux_virtual_machine", "azurerm_windows_virtual_machine", "azurerm_virtual_machine": self = .azure
      default: return nil
      }
    }
  }

  let kind: Kind
  let type: String
  /// The resource's name in the configuration.
  let resource: String
  /// The modules that it is in, outermost first.
  let module: [String]
  let attributes: Map

  /// What people call it: its name or its tag `Name`, else the resource's.
  var name: String {
    let given = kind == .aws ? tags["Name"]?.string : attributes["name"]?.string
    return given.flatMap { $0.isEmpty ? nil : $0 } ?? resource
  }

  /// What tells it from others of the same name.
  var id: String {
    let id = kind == .google ? attributes["instance_id"] : kind == .azure ? attributes["virtual_machine_id"] : nil
    return (id ?? attributes["id"])?.string ?? ""
  }

  /// Where it is reached: its public address, else the private one.
  var address: String? {
    let candidates: [Value?]
    switch kind {
    case .aws: candidates = [attributes["public_ip"], attributes["private_ip"]]
    case .google:
      let interface = attributes["network_interface"]?.list?.first
      candidates = [interface?["access_config"]?.list?.first?["nat_ip"], interface?["network_ip"]]
    case .azure: candidates = [attributes["public_ip_address"], attributes["private_ip_address"]]
    }
    return candidates.lazy.compactMap { $0?.string }.first { !$0.isEmpty }
  }

  /// Tags with values: AWS's and Azure's tags, Google's labels.
  var tags: Map {
    let tags = (kind == .google ? attributes["labels"] : attributes["tags"])?.map ?? Map()
    return (kind == .aws ? attributes["tags_all"]?.map ?? Map() : Map()).merging(tags)
  }

  /// Google's network tags, which have no values.
  var words: [String] { kind == .google ? (attributes["tags"]?.list ?? []).compactMap(\.string) : [] }
}
