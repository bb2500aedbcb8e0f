import Foundation
import Learning
import Settings

/// What a run's steps, all but the first, spent their time on.
package struct StepProfile: Codable, Sendable, Equatable {
  /// What a step does one after the other.
  package enum Part: String, Codable, Sendable, CaseIterable, CodingKeyRepresentable {
    /// For views that the loader has not finished.
    case waiting
    /// Copying the batch to the device; on the processor, tensors use it without a copy.
    case copy
    case forward
    case loss
    case backward
    /// Waiting for the sums of the gradients of all processes, as far as they did not travel during the backward pass.
    case exchange
    /// Updating the weights, and what follows them, such as a teacher.
    case update
    /// Measurements of embeddings and held-out samples, logs, checkpoints.
    case other
  }

  package let steps: Int
  /// Milliseconds a step, everything included.
  package let step: Double
  /// Milliseconds a step.
  package let parts: [Part: Double]
  /// What the loader's threads do meanwhile, in milliseconds of one thread a step.
  package let decoding: Double
  package let drawing: Double
  /// Milliseconds a step that gradients are on their way between the processes; nil where that is not known.
  package let sending: Double?
  /// How much of this was not waited for, 0 to 1.
  package let hiddenShare: Double?
  package let loaderThreads: Int
  /// The cores of the machine.
  package let cores: Int
  /// What limits the run next, and what to do about it.
  package let limit: Explanation

  /// What can be changed in a run so that its steps take less time.
  struct Adjustable {
    /// Settings of its kind of data that make views smaller.
    var views: [String]
    /// Those that make its network smaller.
    var network: [String]
    /// Whether its method compares the outputs of a projector.
    var hasProjector: Bool
    /// Whether it could compute in less than float32.
    var isFloat32: Bool
  }

  init(
    steps: Int, total: Duration, parts: [Part: Duration], exchange: (sent: Duration, waited: Duration)? = nil,
    decoding: Duration, drawing: Duration, loaderThreads: Int, cores: Int, adjustable: Adjustable
  ) {
    func milliseconds(_ time: Duration) -> Double { time / .milliseconds(1) / Double(steps) }
    let known = parts.values.reduce(.zero, +)
    var parts = parts
    parts[.other] = max(.zero, total - known)
    self.steps = steps
    self.cores = cores
    self.loaderThreads = loaderThreads
    step = milliseconds(total)
    self.parts = Dictionary(uniqueKeysWithValues: Part.allCases.map { ($0, milliseconds(parts[$0] ?? .zero)) })
    self.decoding = milliseconds(decoding)
    self.drawing = milliseconds(drawing)
    sending = exchange.map { milliseconds($0.sent) }
    hiddenShare = exchange.map { 1 - $0.waited / $0.sent }
    limit = Self.limit(
      step: step, parts: self.parts, decoding: self.decoding, drawing: self.drawing, loaderThreads: loaderThreads,
      cores: cores, adjustable)
  }

  /// The part of the step's time, 0 to 1.
  package func share(of part: Part) -> Double { step > 0 ? (parts[part] ?? 0) / step : 0 }

  /// Parts of a step above which each is worth a sentence of its own.
  enum Bearable {
    static let waiting = 0.05
    static let beside = 0.15
  }

  static func limit(
    step: Double, parts: [Part: Double], decoding: Double, drawing: Double, loaderThreads: Int, cores: Int,
    _ adjustable: Adjustable
  ) -> Explanation {
    func share(_ part: Part) -> Double { step > 0 ? (parts[part] ?? 0) / step : 0 }
    func percent(_ share: Double) -> String { Figure.percent(share, digits: 0) }
    let (views, isDecoding) = (adjustable.views, decoding > drawing)
    if share(.waiting) > Bearable.waiting {
      let threads: Explanation =
        "give more \(setting: "loader-threads") (now \(loaderThreads), on \(cores) cores)"
      let cause: Explanation =
        if isDecoding {
          "decoding: keep decoded samples in a \(setting: "cache") folder on a fast disk, or"
        } else if views.isEmpty {
          "drawing views:"
        } else {
          "drawing views: choose a smaller \(settings: views, "or"), or"
        }
      return
        "Steps wait for their views \(percent(share(.waiting))) of the time, most of it for \(cause) \(threads)"
    }
    let narrower: Explanation = adjustable.hasProjector ? " or a narrower \(setting: "projector")" : ""
    let copiesLess: Explanation = views.isEmpty ? "" : ": a smaller \(settings: views, "or") copies less"
    let beside: [(Part, Explanation)] = [
      (.copy, "copying batches to the device\(copiesLess)"),
      (.loss, "the loss: a smaller \(setting: "batch-size")\(narrower) compares less"),
      (
        .exchange,
        "waiting for the gradients of other processes: a larger \(setting: "batch-size") sends them less often, and fewer \(setting: "processes") wait less"
      ),
      (.update, "updating the weights: a larger \(setting: "batch-size") updates them less often"),
      (
        .other,
        "measurements, logs and checkpoints beside the steps: longer epochs, or a run without labels, measure less often"
      ),
    ]
    if let (part, sentence) = beside.max(by: { share($0.0) < share($1.0) }), share(part) > Bearable.beside {
      return "\(percent(share(part))) of the time goes into \(sentence)"
    }
    let network = percent(share(.forward) + share(.backward))
    let loader = step > 0 ? (decoding + drawing) / (step * Double(cores)) : 0
    if loader > Bearable.beside, isDecoding || !views.isEmpty {
      let cache: Explanation =
        isDecoding ? "keep decoded samples with \(setting: "cache")\(views.isEmpty ? "" : ", or ")" : ""
      let smaller: Explanation = views.isEmpty ? "" : "choose a smaller \(settings: views, "or")"
      return """
        The network takes \(network) of the time, and making views \(percent(loader)) of what all cores could do meanwhile: \
        \(cache)\(smaller)
        """
    }
    let precision: Explanation =
      adjustable.isFloat32 ? "\(setting: "precision", "bfloat16") where the machine computes it natively, " : ""
    return """
      The network takes \(network) of the time: only fewer operations help, by \(precision)a smaller \
      \(settings: views + adjustable.network, "or")
      """
  }

  /// The table that a run ends with.
  package var table: String {
    func row(_ name: String, _ time: Double, _ share: String) -> String {
      "  " + name.padding(toLength: 22, withPad: " ", startingAt: 0) + String(format: "%9.2f", time) + share
    }
    var lines = ["Milliseconds a step, over \(steps) steps"]
    // One process exchanges nothing.
    for part in Part.allCases where part != .exchange || share(of: part) > 0 {
      lines.append(row(part.rawValue, parts[part] ?? 0, String(format: "%7.1f %%", 100 * share(of: part))))
    }
    lines.append(row("together", step, ""))
    if let sending, let hiddenShare {
      let share = Figure.percent(hiddenShare, digits: 0)
      lines.append(
        "Gradients are on their way between processes for \(Figure.number(sending)) ms a step, \(share) of it while steps compute"
      )
    }
    lines.append("Meanwhile on \(loaderThreads) loader thread\(loaderThreads == 1 ? "" : "s")")
    lines.append(row("decode", decoding, ""))
    lines.append(row("views", drawing, ""))
    return lines.joined(separator: "\n")
  }
}
