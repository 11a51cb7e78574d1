// Made by scripts/ec2-shapes from botocore's description of the EC2 API: edit that script instead.

/// What `DescribeInstances` tells of an instance: the XML element, the name as a variable, and the kind of each member.
enum EC2InstanceShape {
  static let instance: [AWSMember] = [
    AWSMember("architecture", "architecture", .string),
    AWSMember("blockDeviceMapping", "block_device_mappings", .list(.structure(blockDeviceMappings))),
    AWSMember("clientToken", "client_token", .string),
    AWSMember("ebsOptimized", "ebs_optimized", .bool),
    AWSMember("enaSupport", "ena_support", .bool),
    AWSMember("hypervisor", "hypervisor", .string),
    AWSMember("iamInstanceProfile", "iam_instance_profile", .structure(iamInstanceProfile)),
    AWSMember("instanceLifecycle", "instance_lifecycle", .string),
    AWSMember("elasticGpuAssociationSet", "elastic_gpu_associations", .list(.structure(elasticGpuAssociations))),
    AWSMember(
      "elasticInferenceAcceleratorAssociationSet", "elastic_inference_accelerator_associations",
      .list(.structure(elasticInferenceAcceleratorAssociations))),
    AWSMember("networkInterfaceSet", "network_interfaces", .list(.structure(networkInterfaces))),
    AWSMember("outpostArn", "outpost_arn", .string),
    AWSMember("rootDeviceName", "root_device_name", .string),
    AWSMember("rootDeviceType", "root_device_type", .string),
    AWSMember("groupSet", "security_groups", .list(.structure(securityGroups))),
    AWSMember("sourceDestCheck", "source_dest_check", .bool),
    AWSMember("spotInstanceRequestId", "spot_instance_request_id", .string),
    AWSMember("sriovNetSupport", "sriov_net_support", .string),
    AWSMember("stateReason", "state_reason", .structure(stateReason)),
    AWSMember("tagSet", "tags", .list(.structure(tags))),
    AWSMember("virtualizationType", "virtualization_type", .string),
    AWSMember("cpuOptions", "cpu_options", .structure(cpuOptions)),
    AWSMember("capacityBlockId", "capacity_block_id", .string),
    AWSMember("capacityReservationId", "capacity_reservation_id", .string),
    AWSMember(
      "capacityReservationSpecification", "capacity_reservation_specification",
      .structure(capacityReservationSpecification)),
    AWSMember("hibernationOptions", "hibernation_options", .structure(hibernationOptions)),
    AWSMember("licenseSet", "licenses", .list(.structure(licenses))),
    AWSMember("metadataOptions", "metadata_options", .structure(metadataOptions)),
    AWSMember("enclaveOptions", "enclave_options", .structure(enclaveOptions)),
    AWSMember("bootMode", "boot_mode", .string),
    AWSMember("platformDetails", "platform_details", .string),
    AWSMember("usageOperation", "usage_operation", .string),
    AWSMember("usageOperationUpdateTime", "usage_operation_update_time", .time),
    AWSMember("privateDnsNameOptions", "private_dns_name_options", .structure(privateDnsNameOptions)),
    AWSMember("ipv6Address", "ipv6_address", .string),
    AWSMember("tpmSupport", "tpm_support", .string),
    AWSMember("maintenanceOptions", "maintenance_options", .structure(maintenanceOptions)),
    AWSMember("currentInstanceBootMode", "current_instance_boot_mode", .string),
    AWSMember("networkPerformanceOptions", "network_performance_options", .structure(networkPerformanceOptions)),
    AWSMember("operator", "operator", .structure(`operator`)),
    AWSMember("secondaryInterfaceSet", "secondary_interfaces", .list(.structure(secondaryInterfaces))),
    AWSMember("instanceId", "instance_id", .string),
    AWSMember("imageId", "image_id", .string),
    AWSMember("instanceState", "state", .structure(state)),
    AWSMember("privateDnsName", "private_dns_name", .string),
    AWSMember("dnsName", "public_dns_name", .string),
    AWSMember("reason", "state_transition_reason", .string),
    AWSMember("keyName", "key_name", .string),
    AWSMember("amiLaunchIndex", "ami_launch_index", .int),
    AWSMember("productCodes", "product_codes", .list(.structure(productCodes))),
    AWSMember("instanceType", "instance_type", .string),
    AWSMember("launchTime", "launch_time", .time),
    AWSMember("placement", "placement", .structure(placement)),
    AWSMember("kernelId", "kernel_id", .string),
    AWSMember("ramdiskId", "ramdisk_id", .string),
    AWSMember("platform", "platform", .string),
    AWSMember("monitoring", "monitoring", .structure(monitoring)),
    AWSMember("subnetId", "subnet_id", .string),
    AWSMember("vpcId", "vpc_id", .string),
    AWSMember("privateIpAddress", "private_ip_address", .string),
    AWSMember("ipAddress", "public_ip_address", .string),
  ]

  static let blockDeviceMappings: [AWSMember] = [
    AWSMember("deviceName", "device_name", .string),
    AWSMember("ebs", "ebs", .structure(blockDeviceMappingsEbs)),
  ]

  static let blockDeviceMappingsEbs: [AWSMember] = [
    AWSMember("attachTime", "attach_time", .time),
    AWSMember("deleteOnTermination", "delete_on_termination", .bool),
    AWSMember("status", "status", .string),
    AWSMember("volumeId", "volume_id", .string),
    AWSMember("associatedResource", "associated_resource", .string),
    AWSMember("volumeOwnerId", "volume_owner_id", .string),
    AWSMember("operator", "operator", .structure(blockDeviceMappingsEbsOperator)),
    AWSMember("ebsCardIndex", "ebs_card_index", .int),
  ]

  static let blockDeviceMappingsEbsOperator: [AWSMember] = [
    AWSMember("managed", "managed", .bool),
    AWSMember("principal", "principal", .string),
    AWSMember("hiddenByDefault", "hidden_by_default", .bool),
  ]

  static let iamInstanceProfile: [AWSMember] = [
    AWSMember("arn", "arn", .string),
    AWSMember("id", "id", .string),
  ]

  static let elasticGpuAssociations: [AWSMember] = [
    AWSMember("elasticGpuId", "elastic_gpu_id", .string),
    AWSMember("elasticGpuAssociationId", "elastic_gpu_association_id", .string),
    AWSMember("elasticGpuAssociationState", "elastic_gpu_association_state", .string),
    AWSMember("elasticGpuAssociationTime", "elastic_gpu_association_time", .string),
  ]

  static let elasticInferenceAcceleratorAssociations: [AWSMember] = [
    AWSMember("elasticInferenceAcceleratorArn", "elastic_inference_accelerator_arn", .string),
    AWSMember("elasticInferenceAcceleratorAssociationId", "elastic_inference_accelerator_association_id", .string),
    AWSMember(
      "elasticInferenceAcceleratorAssociationState", "elastic_inference_accelerator_association_state", .string),
    AWSMember("elasticInferenceAcceleratorAssociationTime", "elastic_inference_accelerator_association_time", .time),
  ]

  static let networkInterfaces: [AWSMember] = [
    AWSMember("association", "association", .structure(networkInterfacesAssociation)),
    AWSMember("attachment", "attachment", .structure(networkInterfacesAttachment)),
    AWSMember("description", "description", .string),
    AWSMember("groupSet", "groups", .list(.structure(networkInterfacesGroups))),
    AWSMember("ipv6AddressesSet", "ipv6_addresses", .list(.structure(networkInterfacesIpv6Addresses))),
    AWSMember("macAddress", "mac_address", .string),
    AWSMember("networkInterfaceId", "network_interface_id", .string),
    AWSMember("ownerId", "owner_id", .string),
    AWSMember("privateDnsName", "private_dns_name", .string),
    AWSMember("privateIpAddress", "private_ip_address", .string),
    AWSMember("privateIpAddressesSet", "private_ip_addresses", .list(.structure(networkInterfacesPrivateIpAddresses))),
    AWSMember("sourceDestCheck", "source_dest_check", .bool),
    AWSMember("status", "status", .string),
    AWSMember("subnetId", "subnet_id", .string),
    AWSMember("vpcId", "vpc_id", .string),
    AWSMember("interfaceType", "interface_type", .string),
    AWSMember("ipv4PrefixSet", "ipv4_prefixes", .list(.structure(networkInterfacesIpv4Prefixes))),
    AWSMember("ipv6PrefixSet", "ipv6_prefixes", .list(.structure(networkInterfacesIpv6Prefixes))),
    AWSMember(
      "connectionTrackingConfiguration", "connection_tracking_configuration",
      .structure(networkInterfacesConnectionTrackingConfiguration)),
    AWSMember("operator", "operator", .structure(networkInterfacesOperator)),
  ]

  static let networkInterfacesAssociation: [AWSMember] = [
    AWSMember("carrierIp", "carrier_ip", .string),
    AWSMember("customerOwnedIp", "customer_owned_ip", .string),
    AWSMember("ipOwnerId", "ip_owner_id", .string),
    AWSMember("publicDnsName", "public_dns_name", .string),
    AWSMember("publicIp", "public_ip", .string),
  ]

  static let networkInterfacesAttachment: [AWSMember] = [
    AWSMember("attachTime", "attach_time", .time),
    AWSMember("attachmentId", "attachment_id", .string),
    AWSMember("deleteOnTermination", "delete_on_termination", .bool),
    AWSMember("deviceIndex", "device_index", .int),
    AWSMember("status", "status", .string),
    AWSMember("networkCardIndex", "network_card_index", .int),
    AWSMember(
      "enaSrdSpecification", "ena_srd_specification", .structure(networkInterfacesAttachmentEnaSrdSpecification)),
    AWSMember("enaQueueCount", "ena_queue_count", .int),
  ]

  static let networkInterfacesAttachmentEnaSrdSpecification: [AWSMember] = [
    AWSMember("enaSrdEnabled", "ena_srd_enabled", .bool),
    AWSMember(
      "enaSrdUdpSpecification", "ena_srd_udp_specification",
      .structure(networkInterfacesAttachmentEnaSrdSpecificationEnaSrdUdpSpecification)),
  ]

  static let networkInterfacesAttachmentEnaSrdSpecificationEnaSrdUdpSpecification: [AWSMember] = [
    AWSMember("enaSrdUdpEnabled", "ena_srd_udp_enabled", .bool)
  ]

  static let networkInterfacesGroups: [AWSMember] = [
    AWSMember("groupId", "group_id", .string),
    AWSMember("groupName", "group_name", .string),
  ]

  static let networkInterfacesIpv6Addresses: [AWSMember] = [
    AWSMember("ipv6Address", "ipv6_address", .string),
    AWSMember("isPrimaryIpv6", "is_primary_ipv6", .bool),
  ]

  static let networkInterfacesPrivateIpAddresses: [AWSMember] = [
    AWSMember("association", "association", .structure(networkInterfacesPrivateIpAddressesAssociation)),
    AWSMember("primary", "primary", .bool),
    AWSMember("privateDnsName", "private_dns_name", .string),
    AWSMember("privateIpAddress", "private_ip_address", .string),
  ]

  static let networkInterfacesPrivateIpAddressesAssociation: [AWSMember] = [
    AWSMember("carrierIp", "carrier_ip", .string),
    AWSMember("customerOwnedIp", "customer_owned_ip", .string),
    AWSMember("ipOwnerId", "ip_owner_id", .string),
    AWSMember("publicDnsName", "public_dns_name", .string),
    AWSMember("publicIp", "public_ip", .string),
  ]

  static let networkInterfacesIpv4Prefixes: [AWSMember] = [
    AWSMember("ipv4Prefix", "ipv4_prefix", .string)
  ]

  static let networkInterfacesIpv6Prefixes: [AWSMember] = [
    AWSMember("ipv6Prefix", "ipv6_prefix", .string)
  ]

  static let networkInterfacesConnectionTrackingConfiguration: [AWSMember] = [
    AWSMember("tcpEstablishedTimeout", "tcp_established_timeout", .int),
    AWSMember("udpStreamTimeout", "udp_stream_timeout", .int),
    AWSMember("udpTimeout", "udp_timeout", .int),
  ]

  static let networkInterfacesOperator: [AWSMember] = [
    AWSMember("managed", "managed", .bool),
    AWSMember("principal", "principal", .string),
    AWSMember("hiddenByDefault", "hidden_by_default", .bool),
  ]

  static let securityGroups: [AWSMember] = [
    AWSMember("groupId", "group_id", .string),
    AWSMember("groupName", "group_name", .string),
  ]

  static let stateReason: [AWSMember] = [
    AWSMember("code", "code", .string),
    AWSMember("message", "message", .string),
  ]

  static let tags: [AWSMember] = [
    AWSMember("key", "key", .string),
    AWSMember("value", "value", .string),
  ]

  static let cpuOptions: [AWSMember] = [
    AWSMember("coreCount", "core_count", .int),
    AWSMember("threadsPerCore", "threads_per_core", .int),
    AWSMember("amdSevSnp", "amd_sev_snp", .string),
    AWSMember("nestedVirtualization", "nested_virtualization", .string),
  ]

  static let capacityReservationSpecification: [AWSMember] = [
    AWSMember("capacityReservationPreference", "capacity_reservation_preference", .string),
    AWSMember(
      "capacityReservationTarget", "capacity_reservation_target",
      .structure(capacityReservationSpecificationCapacityReservationTarget)),
  ]

  static let capacityReservationSpecificationCapacityReservationTarget: [AWSMember] = [
    AWSMember("capacityReservationId", "capacity_reservation_id", .string),
    AWSMember("capacityReservationResourceGroupArn", "capacity_reservation_resource_group_arn", .string),
  ]

  static let hibernationOptions: [AWSMember] = [
    AWSMember("configured", "configured", .bool)
  ]

  static let licenses: [AWSMember] = [
    AWSMember("licenseConfigurationArn", "license_configuration_arn", .string)
  ]

  static let metadataOptions: [AWSMember] = [
    AWSMember("state", "state", .string),
    AWSMember("httpTokens", "http_tokens", .string),
    AWSMember("httpPutResponseHopLimit", "http_put_response_hop_limit", .int),
    AWSMember("httpEndpoint", "http_endpoint", .string),
    AWSMember("httpProtocolIpv6", "http_protocol_ipv6", .string),
    AWSMember("instanceMetadataTags", "instance_metadata_tags", .string),
  ]

  static let enclaveOptions: [AWSMember] = [
    AWSMember("enabled", "enabled", .bool)
  ]

  static let privateDnsNameOptions: [AWSMember] = [
    AWSMember("hostnameType", "hostname_type", .string),
    AWSMember("enableResourceNameDnsARecord", "enable_resource_name_dns_a_record", .bool),
    AWSMember("enableResourceNameDnsAAAARecord", "enable_resource_name_dns_aaaa_record", .bool),
  ]

  static let maintenanceOptions: [AWSMember] = [
    AWSMember("autoRecovery", "auto_recovery", .string),
    AWSMember("rebootMigration", "reboot_migration", .string),
  ]

  static let networkPerformanceOptions: [AWSMember] = [
    AWSMember("bandwidthWeighting", "bandwidth_weighting", .string)
  ]

  static let `operator`: [AWSMember] = [
    AWSMember("managed", "managed", .bool),
    AWSMember("principal", "principal", .string),
    AWSMember("hiddenByDefault", "hidden_by_default", .bool),
  ]

  static let secondaryInterfaces: [AWSMember] = [
    AWSMember("attachment", "attachment", .structure(secondaryInterfacesAttachment)),
    AWSMember("macAddress", "mac_address", .string),
    AWSMember("secondaryInterfaceId", "secondary_interface_id", .string),
    AWSMember("ownerId", "owner_id", .string),
    AWSMember("privateIpAddressSet", "private_ip_addresses", .list(.structure(secondaryInterfacesPrivateIpAddresses))),
    AWSMember("sourceDestCheck", "source_dest_check", .bool),
    AWSMember("status", "status", .string),
    AWSMember("secondarySubnetId", "secondary_subnet_id", .string),
    AWSMember("secondaryNetworkId", "secondary_network_id", .string),
    AWSMember("interfaceType", "interface_type", .string),
  ]

  static let secondaryInterfacesAttachment: [AWSMember] = [
    AWSMember("attachTime", "attach_time", .time),
    AWSMember("attachmentId", "attachment_id", .string),
    AWSMember("deleteOnTermination", "delete_on_termination", .bool),
    AWSMember("deviceIndex", "device_index", .int),
    AWSMember("status", "status", .string),
    AWSMember("networkCardIndex", "network_card_index", .int),
  ]

  static let secondaryInterfacesPrivateIpAddresses: [AWSMember] = [
    AWSMember("privateIpAddress", "private_ip_address", .string)
  ]

  static let state: [AWSMember] = [
    AWSMember("code", "code", .int),
    AWSMember("name", "name", .string),
  ]

  static let productCodes: [AWSMember] = [
    AWSMember("productCode", "product_code_id", .string),
    AWSMember("type", "product_code_type", .string),
  ]

  static let placement: [AWSMember] = [
    AWSMember("availabilityZoneId", "availability_zone_id", .string),
    AWSMember("affinity", "affinity", .string),
    AWSMember("groupName", "group_name", .string),
    AWSMember("partitionNumber", "partition_number", .int),
    AWSMember("hostId", "host_id", .string),
    AWSMember("tenancy", "tenancy", .string),
    AWSMember("spreadDomain", "spread_domain", .string),
    AWSMember("hostResourceGroupArn", "host_resource_group_arn", .string),
    AWSMember("groupId", "group_id", .string),
    AWSMember("availabilityZone", "availability_zone", .string),
  ]

  static let monitoring: [AWSMember] = [
    AWSMember("metricCategoryIdSet", "metric_category_ids", .list(.string)),
    AWSMember("state", "state", .string),
  ]
}
