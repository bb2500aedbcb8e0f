import Backbones
import Layers
import Learning
import Methods
import Samples
import Testing

@testable import Training

/// What processes send each other is counted on one step.
@Suite struct ProcessLoadTests {
  /// A network of known size, and its layers that normalise.
  @Test func theModelIsCounted() throws {
    let network = BackboneConfiguration(ResNet.Configuration(.resNet18, stem: .cifar, width: 4))
    let head = Projector.Configuration(widths: [8, 4], normalization: .all)
    let layouts = [ViewLayout](repeating: ViewLayout(shape: [3, 16, 16], isChannelsLast: true), count: 2)
    let simclr = RunConfiguration.ofTinyPictures(
      .init(SimCLR.Configuration(temperature: 0.3, projector: head)), on: network, batch: 8, micro: nil)
    let load = try simclr.measureLoad(of: layouts)
    let method = try simclr.method.build(on: simclr.backbone)
    #expect(load.gradientBytes == 4 * method.parameterCount)
    #expect(load.weightBytes > load.gradientBytes)
    // Both views pass together: 20 layers of the network, two of the head.
    #expect(load.normalisations == 22 && load.followedNormalisations == 0)
    // Two embeddings of four numbers.
    #expect(load.addsUpOutputs)
    #expect(load.outputs == 2 && load.outputBytesPerSample == 2 * 4 * 4)
    let barlow = RunConfiguration.ofTinyPictures(
      .init(BarlowTwins.Configuration(projector: head)), on: network, batch: 8, micro: nil)
    let barlows = try barlow.measureLoad(of: layouts)
    #expect(barlows.normalisations == 44 && !barlows.addsUpOutputs)
    let byol = RunConfiguration.ofTinyPictures(
      .init(BYOL.Configuration(projector: head, predictor: .init(widths: [4]), momentum: .constant(0.9))), on: network,
      batch: 8, micro: nil)
    let byols = try byol.measureLoad(of: layouts)
    #expect(byols.outputs == 0 && byols.outputBytesPerSample == 0)
    #expect(byols.followedNormalisations >= 22 && byols.normalisations >= 22)
  }
}
