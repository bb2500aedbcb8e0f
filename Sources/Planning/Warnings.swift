import Backbones
import Foundation
import Learning
import Samples
import Settings
import Training

/// Settings that are known to fail: each rule is a sentence, or nil where all is well.
enum Warnings {
  /// Sets below this count are small for published recipes.
  static let smallCount = 20_000

  /// Gradients of micro-batches are exact, but not all that looks at samples together is the loss.
  static func microBatches(_ run: RunConfiguration) throws -> String? {
    guard let size = run.microBatchSize else { return nil }
    var differences: [String] = []
    if try run.hasBatchNormalisation() {
      differences.append("batch normalisation sees \(size) samples at a time, and not \(run.batchSize)")
    }
    if case .differing(let what) = run.method.microBatching { differences.append(what) }
    guard !differences.isEmpty else { return nil }
    return "in micro-batches \(differences.joined(separator: ", and ")): this is not quite the step of the whole batch"
  }

  /// Losses with negatives tell a view apart from those of the other samples of its batch.
  static func fewNegatives(batch: Int, method: MethodConfiguration) -> String? {
    guard type(of: method.settings).needsNegatives, batch < 32 else { return nil }
    return
      "a batch of \(batch) leaves each view only \(2 * batch - 2) others to be distinguished from; contrastive learning "
      + "needs many: 64 or more if memory allows"
  }

  /// Neighbours do not share a batch, unless the rest of the samples does not fill one.
  static func likeNegatives(_ run: RunConfiguration, _ proposal: Proposal) throws -> String? {
    guard type(of: run.method.settings).needsNegatives,
      let alike = try proposal.data.trainingViews(run.viewPlan, of: proposal.training, seed: run.seed).alike
    else { return nil }
    let count = ApartOrder(alike: alike, batchSize: run.batchSize, seed: run.seed).sharedCount
    guard count > 0 else { return nil }
    return
      "\(count) of \(alike.count) samples share a batch of \(run.batchSize) with a neighbour, which they learn to be told apart "
      + "from: there are too few others; a smaller batch, a smaller gap or more recordings help"
  }

  /// Published recipes are for large sets and many hours.
  static func longRecipe(
    _ preset: Preset, _ catalogue: Catalogue, sampleCount: Int, epochs: Double
  ) -> String? {
    guard !preset.isSmall, sampleCount < smallCount, epochs >= 300,
      let small = catalogue.presets(of: preset.method).first(where: \.isSmall)
    else { return nil }
    return
      "\(Figure.number(epochs.rounded())) epochs of the preset \(preset.name.rawValue) were published for far more than \(sampleCount) "
      + "samples: they may take very long and learn these by heart; the preset \(small.name.rawValue) is for sets of this "
      + "size"
  }

  /// Too few steps for anything to be learned.
  ///
  /// - Parameter smaller: a network with about a quarter of the work, if there is one.
  static func shortTime(
    steps: Int, stepsPerEpoch: Int, minutes: Double?, smaller: BackboneConfiguration?
  ) -> String? {
    guard let minutes, steps < 50 || steps < stepsPerEpoch else { return nil }
    let shown = "only \(steps) step\(steps == 1 ? "" : "s") fit into the time"
    // Fewer epochs, or steps, teach little.
    let wanted = max(4 * Double(stepsPerEpoch), 200)
    let needed = (minutes * wanted / Double(max(1, steps))).rounded(.up)
    return
      (steps < stepsPerEpoch ? shown + ", less than one epoch of \(stepsPerEpoch)" : shown + ", too few to learn much")
      + "; \(Figure.number(wanted)) steps would take about \(Figure.duration(needed * 60))"
      + (smaller.map { ", and \($0.details) has about a quarter of the work a step" } ?? "")
  }

  /// Methods whose target moves with the network may lose what random features hold before they learn more.
  static func slowStart(_ preset: Preset, steps: Int) -> String? {
    guard let needed = preset.stepsToLearn, steps < needed else { return nil }
    return
      "\(preset.method.rawValue) learns slowly: on some data its features were worse than those of an untrained network before "
      + "\(needed) steps, and this run has \(steps); give it more time, or leave the choice of the method to the program"
  }

  static func unusualRate(_ rate: Double, preset: Double) -> String? {
    let ratio = rate / preset
    guard ratio > 10 || ratio < 0.1 else { return nil }
    let factor = ratio > 1 ? ratio : 1 / ratio
    let danger = ratio > 1 ? "the loss may stop being a number" : "it may learn next to nothing"
    let times = factor.isFinite ? "\(Figure.number(factor)) times" : "very far"
    return
      "the learning rate \(Figure.number(rate)) is \(times) \(ratio > 1 ? "above" : "below") the preset's "
      + "\(Figure.number(preset)) for this batch: \(danger)"
  }
}
