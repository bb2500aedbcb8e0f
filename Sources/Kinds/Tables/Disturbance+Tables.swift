import Learning

extension Disturbance.Kind {
  /// 10, 30, 50 % of the cells unknown.
  public static let missing: Self = "missing"
}

extension Disturbance {
  /// Of the numbers of a table, in deviations.
  var numberDeviation: Float { kind == .noise ? one(of: [0.1, 0.3, 1]) : 0 }

  /// Of the cells of a table.
  var missingShare: Float { kind == .missing ? one(of: [0.1, 0.3, 0.5]) : 0 }
}
