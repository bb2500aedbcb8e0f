import Foundation
import Settings

/// The learning rate over a run: linear warm-up, then a cosine (Loshchilov & Hutter 2017) to `final`.
public struct Schedule: Codable, Sendable, Equatable {
  public var peak: Double
  public var final: Double
  public var warmUpSteps: Int
  public var totalSteps: Int

  public init(peak: Double, final: Double = 0, warmUpSteps: Int, totalSteps: Int) {
    self.peak = peak
    self.final = final
    self.warmUpSteps = warmUpSteps
    self.totalSteps = totalSteps
  }

  /// - Parameter step: counted from 0.
  public func learningRate(at step: Int) -> Double {
    if step < warmUpSteps { return peak * Double(step + 1) / Double(warmUpSteps) }
    let progress = Double(step - warmUpSteps) / Double(max(1, totalSteps - warmUpSteps))
    return final + (peak - final) * (1 + cos(.pi * min(1, progress))) / 2
  }
}

extension Schedule: Validated {
  /// A million epochs of a thousand million steps.
  package static let mostSteps = 1_000_000_000_000_000

  public func validate() throws(SettingError) {
    try check(peak, above: 0, through: 1_000_000, "peak")
    try check(final, in: 0...1_000_000, "final")
    try check(totalSteps, in: 1...Self.mostSteps, "totalSteps")
    try check(warmUpSteps, in: 0...totalSteps, "warmUpSteps")
  }
}
