import Foundation
import Settings

/// A number that changes over a run: a teacher's momentum, a weight decay.
package struct ScheduledValue: Codable, Sendable, Equatable {
  package enum Shape: String, Codable, Sendable {
    case linear
    /// Half a period of the cosine, flat at both ends.
    case cosine
  }

  /// At the first step.
  package var start: Double
  /// After the last step.
  package var end: Double
  package var shape: Shape

  package init(from start: Double, to end: Double, _ shape: Shape) {
    self.start = start
    self.end = end
    self.shape = shape
  }

  package static func constant(_ value: Double) -> Self { .init(from: value, to: value, .linear) }

  /// end + (start − end)(1 + cos πp)/2; from a base momentum to 1 it is BYOL's 1 − (1 − base)(1 + cos πp)/2 (Grill et
  /// al. 2020).
  package static func cosine(from start: Double, to end: Double) -> Self { .init(from: start, to: end, .cosine) }

  package static func linear(from start: Double, to end: Double) -> Self { .init(from: start, to: end, .linear) }

  /// - Parameter progress: the part of the run that is done, 0 to 1.
  package func callAsFunction(at progress: Double) -> Double {
    if start == end { return start }
    let progress = min(1, max(0, progress))
    return switch shape {
    case .linear: start + (end - start) * progress
    case .cosine: end + (start - end) * (1 + cos(.pi * progress)) / 2
    }
  }
}

extension ScheduledValue: Validated {
  package func validate() throws(SettingError) {
    try check(start, in: 0...1000, "start")
    try check(end, in: 0...1000, "end")
  }

  /// Of a moving average, which keeps a part of what it was.
  package func validateMomentum(under name: String) throws(SettingError) {
    try check(start, in: 0...1, "\(name).start")
    try check(end, in: 0...1, "\(name).end")
  }
}
