import Learning

extension Disturbance.Kind {
  /// 10, 30 or 50 % of the cells become unknown.
  package static let missing: Self = "missing"
}

extension Disturbance {
  /// The deviation of the noise on numbers of a table, in standard deviations.
  var numberDeviation: Float { kind == .noise ? one(of: [0.1, 0.3, 1]) : 0 }

  /// The share of a table's cells that become unknown.
  var missingShare: Float { kind == .missing ? one(of: [0.1, 0.3, 0.5]) : 0 }
}
