import Foundation
import Learning
import Samples
import Torch
import Training

/// What a row of the results table looks at: feature vectors of every readable sample.
public struct Representation {
  public enum Kind: String, Codable, Sendable, CaseIterable {
    /// The backbone as the run trained it.
    case trained = "this run"
    /// The same backbone as it was initialised: what the architecture alone knows.
    case randomInitialisation = "random initialisation"
    /// The pixels (or what else a model is given): what needs no learning.
    case rawInput = "raw input"
    /// Another such baseline, of kinds of data that have two.
    case furtherInput = "raw input, too"

    var origin: ResultLine.Origin {
      switch self {
      case .trained: .pretrained
      case .randomInitialisation: .untrained
      case .rawInput, .furtherInput: .rawInput
      }
    }
  }

  public let kind: Kind
  /// [samples.count, width]
  public let features: Tensor
  /// Indices into the collection, rising.
  public let samples: [Int]
  public let skipped: [SampleError]
  /// Newer checkpoints of the run that could not be used.
  public let damaged: [Checkpoint.Damage]

  /// - Parameter training: the samples that a raw baseline may be fitted on.
  public init(_ kind: Kind, of data: any SampleCollection, run: RunFolder, fittedOn training: [Int]) throws {
    try self.init(kind, of: data, run: run, fittedOn: training, in: .alone)
  }

  /// - Parameter world: whose processes divide what a network encodes, and all get it.
  package init(
    _ kind: Kind, of data: any SampleCollection, run: RunFolder, fittedOn training: [Int], in world: World
  ) throws {
    self.kind = kind
    switch kind {
    case .trained, .randomInitialisation:
      let encoder = try Encoder(of: run, isTrained: kind == .trained)
      try world.checkAgreement(on: encoder, data)
      encoder.join(world)
      (features, samples, skipped) = try encoder.features(of: data.evaluationView(of: Array(data.names.indices)))
      damaged = encoder.damaged
    case .rawInput:
      (features, samples, skipped) = try data.configuration.rawBaseline.vectors(of: data, fittedOn: training)
      damaged = []
    case .furtherInput:
      let baseline = data.configuration.furtherBaseline ?? data.configuration.rawBaseline
      (features, samples, skipped) = try baseline.vectors(of: data, fittedOn: training)
      damaged = []
    }
  }
}
