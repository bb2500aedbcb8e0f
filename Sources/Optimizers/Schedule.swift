import Foundation
import Settings

/// The learning rate over a run: linear warm-up, then a cosine (Loshchilov & Hutter 2017) to `final`.
public struct Schedule: Codable, Sendable, Equatable {
  public var peak: Double
  public var final: Double
  public var warmUpSteps: Int
  public var totalSteps: Int
  /// Where the rest became shorter than planned; nil where it did not.
  public private(set) var shortening: Shortening?

  /// From some step on, what was left of the schedule passes in fewer steps.
  public struct Shortening: Codable, Sendable, Equatable {
    /// The number of steps that were done.
    public let step: Int
    /// The steps of the whole run as it was planned.
    public let plannedSteps: Int
    public let reason: Reason

    public enum Reason: String, Codable, Sendable {
      /// The run would have ended late.
      case late
      /// More steps would hardly have changed the representation.
      case settled
    }

    init(step: Int, plannedSteps: Int, reason: Reason) {
      self.step = step
      self.plannedSteps = plannedSteps
      self.reason = reason
    }

    /// Where nothing says the reason, as in runs of before there were two, it is time.
    public init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      step = try container.decode(Int.self, forKey: .step)
      plannedSteps = try container.decode(Int.self, forKey: .plannedSteps)
      reason = try container.decodeIfPresent(Reason.self, forKey: .reason) ?? .late
    }
  }

  public init(peak: Double, final: Double = 0, warmUpSteps: Int, totalSteps: Int) {
    self.peak = peak
    self.final = final
    self.warmUpSteps = warmUpSteps
    self.totalSteps = totalSteps
  }

  /// - Parameter step: counted from 0.
  public func learningRate(at step: Int) -> Double {
    let (place, warmUp) = (place(of: step), Double(warmUpSteps))
    if place < warmUp { return peak * (place + 1) / warmUp }
    let progress = (place - warmUp) / max(1, Double(plannedSteps) - warmUp)
    return final + (peak - final) * (1 + cos(.pi * min(1, progress))) / 2
  }

  /// The part of the schedule that is done before a step: 0 at the first, below 1 at the last.
  ///
  /// - Parameter step: counted from 0.
  public func progress(at step: Int) -> Double { place(of: step) / Double(max(1, plannedSteps)) }

  /// The steps of the whole run before anything was shortened.
  public var plannedSteps: Int { shortening?.plannedSteps ?? totalSteps }

  /// Lets what is left after `step` pass evenly in fewer steps, so that the run ends after `total` with the last rate.
  ///
  /// - Precondition: `step < total <= totalSteps`, and nothing was shortened before.
  package mutating func shorten(after step: Int, to total: Int, because reason: Shortening.Reason) {
    precondition(shortening == nil && step < total && total <= totalSteps)
    shortening = Shortening(step: step, plannedSteps: totalSteps, reason: reason)
    totalSteps = total
  }

  /// The same rates over another number of steps: nothing is shortened.
  package func spanning(_ total: Int) -> Schedule {
    Schedule(peak: peak, final: final, warmUpSteps: warmUpSteps, totalSteps: total)
  }

  /// Where a step stands in the schedule as it was planned.
  private func place(of step: Int) -> Double {
    guard let shortening, step > shortening.step else { return Double(step) }
    let (left, planned) = (totalSteps - shortening.step, shortening.plannedSteps - shortening.step)
    return Double(shortening.step) + Double(step - shortening.step) * Double(planned) / Double(left)
  }
}

extension Schedule: Validated {
  /// A million epochs of a thousand million steps.
  package static let mostSteps = 1_000_000_000_000_000

  public func validate() throws(SettingError) {
    try check(peak, above: 0, through: 1_000_000, "peak")
    try check(final, in: 0...1_000_000, "final")
    try check(totalSteps, in: 1...Self.mostSteps, "totalSteps")
    if let shortening {
      try check(shortening.step, in: 0...totalSteps - 1, "shortening.step")
      try check(shortening.plannedSteps, in: totalSteps...Self.mostSteps, "shortening.plannedSteps")
    }
    try check(warmUpSteps, in: 0...plannedSteps, "warmUpSteps")
  }
}
