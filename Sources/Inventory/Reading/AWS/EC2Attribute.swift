import Values

/// Attributes of instances under the names that filters and `hostnames` know them by ("DescribeInstances", Filters).
enum EC2Attribute {
  /// The value of an attribute: one text, several, or `nil`; the name itself where it is no attribute, for that is a literal.
  static func value(of name: String, in instance: Map) -> Value? {
    guard let path = paths[name] else { return .string(name) }
    var value = Value.map(instance)
    for part in path.split(separator: ".") {
      guard let next = member(String(part), of: value) else { return nil }
      value = next
    }
    return value
  }

  /// A member of a map, or those of all maps of a list; a list of one is its element.
  private static func member(_ name: String, of value: Value) -> Value? {
    guard let list = value.list else { return value[name] }
    let members = list.compactMap { member(name, of: $0) }.filter { !$0.isEmptyOrNull }
    return members.count == 1 ? members[0] : .list(members)
  }

  private static let paths: [String: String] = [
    "affinity": "placement.affinity", "architecture": "architecture",
    "availability-zone": "placement.availability_zone",
    "block-device-mapping.attach-time": "block_device_mappings.ebs.attach_time",
    "block-device-mapping.delete-on-termination": "block_device_mappings.ebs.delete_on_termination",
    "block-device-mapping.device-name": "block_device_mappings.device_name",
    "block-device-mapping.status": "block_device_mappings.ebs.status",
    "block-device-mapping.volume-id": "block_device_mappings.ebs.volume_id", "client-token": "client_token",
    "dns-name": "public_dns_name", "group-id": "security_groups.group_id", "group-name": "security_groups.group_name",
    "host-id": "placement.host_id", "hypervisor": "hypervisor", "iam-instance-profile.arn": "iam_instance_profile.arn",
    "image-id": "image_id", "instance-id": "instance_id", "instance-lifecycle": "instance_lifecycle",
    "instance-state-code": "state.code", "instance-state-name": "state.name", "instance-type": "instance_type",
    "instance.group-id": "security_groups.group_id", "instance.group-name": "security_groups.group_name",
    "ip-address": "public_ip_address", "kernel-id": "kernel_id", "key-name": "key_name",
    "launch-index": "ami_launch_index", "launch-time": "launch_time", "monitoring-state": "monitoring.state",
    "network-interface.addresses.private-ip-address": "network_interfaces.private_ip_address",
    "network-interface.addresses.primary": "network_interfaces.private_ip_addresses.primary",
    "network-interface.addresses.association.public-ip":
      "network_interfaces.private_ip_addresses.association.public_ip",
    "network-interface.addresses.association.ip-owner-id":
      "network_interfaces.private_ip_addresses.association.ip_owner_id",
    "network-interface.association.public-ip": "network_interfaces.association.public_ip",
    "network-interface.association.ip-owner-id": "network_interfaces.association.ip_owner_id",
    "network-interface.attachment.attachment-id": "network_interfaces.attachment.attachment_id",
    "network-interface.attachment.instance-id": "instance_id",
    "network-interface.attachment.instance-owner-id": "owner_id",
    "network-interface.attachment.device-index": "network_interfaces.attachment.device_index",
    "network-interface.attachment.status": "network_interfaces.attachment.status",
    "network-interface.attachment.attach-time": "network_interfaces.attachment.attach_time",
    "network-interface.attachment.delete-on-termination": "network_interfaces.attachment.delete_on_termination",
    "network-interface.availability-zone": "placement.availability_zone",
    "network-interface.description": "network_interfaces.description",
    "network-interface.group-id": "network_interfaces.groups.group_id",
    "network-interface.group-name": "network_interfaces.groups.group_name",
    "network-interface.ipv6-addresses.ipv6-address": "network_interfaces.ipv6_addresses.ipv6_address",
    "network-interface.mac-address": "network_interfaces.mac_address",
    "network-interface.network-interface-id": "network_interfaces.network_interface_id",
    "network-interface.owner-id": "network_interfaces.owner_id",
    "network-interface.private-dns-name": "network_interfaces.private_dns_name",
    "network-interface.requester-managed": "network_interfaces.association.ip_owner_id",
    "network-interface.status": "network_interfaces.status",
    "network-interface.source-dest-check": "network_interfaces.source_dest_check",
    "network-interface.subnet-id": "network_interfaces.subnet_id",
    "network-interface.vpc-id": "network_interfaces.vpc_id",
    "owner-id": "owner_id", "placement-group-name": "placement.group_name", "platform": "platform",
    "private-dns-name": "private_dns_name", "private-ip-address": "private_ip_address",
    "product-code": "product_codes.product_code_id", "product-code.type": "product_codes.product_code_type",
    "ramdisk-id": "ramdisk_id", "reason": "state_transition_reason", "requester-id": "requester_id",
    "reservation-id": "reservation_id", "root-device-name": "root_device_name", "root-device-type": "root_device_type",
    "source-dest-check": "source_dest_check", "spot-instance-request-id": "spot_instance_request_id",
    "state-reason-code": "state_reason.code", "state-reason-message": "state_reason.message", "subnet-id": "subnet_id",
    "tag": "tags", "tag-key": "tags", "tag-value": "tags", "tenancy": "placement.tenancy",
    "virtualization-type": "virtualization_type", "vpc-id": "vpc_id",
  ]
}

extension Value {
  /// What Python takes for false, of texts, lists and maps.
  var isEmptyOrNull: Bool {
    switch self {
    case .null: true
    case .bool(let bool): !bool
    case .string(let text): text.string.isEmpty
    case .list(let list): list.isEmpty
    case .map(let map): map.isEmpty
    default: false
    }
  }
}
