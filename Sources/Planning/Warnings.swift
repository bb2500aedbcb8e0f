import Datasets
import Foundation
import Methods
import Training

/// Settings that are known to fail: each rule is a sentence, or nil where all is well.
enum Warnings {
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
    guard [.simclr, .supcon, .mocoV3].contains(method.name), batch < 32 else { return nil }
    return
      "a batch of \(batch) leaves each view only \(2 * batch - 2) others to be told apart from; contrastive learning "
      + "needs many: 64 or more if memory allows"
  }

  /// Published recipes are for large sets and many hours.
  static func longRecipe(preset: Preset.Name, sampleCount: Int, epochs: Double) -> String? {
    guard !Preset(preset).isSmall, sampleCount < RunRequest.smallCount, epochs >= 300 else { return nil }
    return
      "\(Int(epochs.rounded())) epochs of the preset \(preset.rawValue) were published for far more than \(sampleCount) "
      + "samples: they may take very long and learn these by heart; \(small(for: preset)) is for sets of this "
      + "size"
  }

  private static func small(for preset: Preset.Name) -> String {
    let method = Preset(preset).method
    return "--preset \((method.presets.first(where: \.isSmall)?.name ?? .small).rawValue)"
  }

  /// Too few steps for anything to be learned.
  static func shortTime(steps: Int, stepsPerEpoch: Int, minutes: Double?) -> String? {
    guard minutes != nil, steps < 50 || steps < stepsPerEpoch else { return nil }
    let shown = "only \(steps) step\(steps == 1 ? "" : "s") fit into the time"
    return
      (steps < stepsPerEpoch ? shown + ", less than one epoch of \(stepsPerEpoch)" : shown + ", too few to learn much")
      + "; give more --minutes, or a smaller --image-size or --width"
  }

  static func unusualRate(_ rate: Double, preset: Double) -> String? {
    let ratio = rate / preset
    guard ratio > 10 || ratio < 0.1 else { return nil }
    let factor = ratio > 1 ? ratio : 1 / ratio
    return "the learning rate \(short(rate)) is \(short(factor)) times \(ratio > 1 ? "above" : "below") the preset's "
      + "\(short(preset)) for this batch: \(ratio > 1 ? "the loss may stop being a number" : "it may learn next to nothing")"
  }

  /// - Parameter own: the shorter side of the pictures themselves; 0 where it is not known.
  static func enlarged(imageSize: Int, own: Int) -> String? {
    guard own > 0, imageSize > 2 * own else { return nil }
    return
      "views of \(imageSize) pixels are far larger than the pictures' own \(own): they take longer and show nothing more"
  }

  /// What no method can learn from.
  static func sameness(_ variety: PictureVariety) -> String? {
    if variety.areEqual {
      return
        "all \(variety.count) pictures that were looked at are the same: nothing can be learned from such; look whether "
        + "this is the right folder"
    }
    guard variety.plainCount > variety.count / 2 else { return nil }
    return
      "\(variety.plainCount) of \(variety.count) pictures that were looked at have one colour and nothing in them: little "
      + "can be learned from such; look whether this is the right folder, and how its files were made"
  }

  static func short(_ value: Double) -> String {
    value >= 1000 && value < 1e15 ? String(Int(value.rounded())) : String(format: "%.2g", value)
  }
}
