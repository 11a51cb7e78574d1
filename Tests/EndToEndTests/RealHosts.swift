import TestSupport
import Testing

/// Tests that share the hosts of `Fleet`, so one runs after another.
@Suite(.serialized) enum RealHosts {}
