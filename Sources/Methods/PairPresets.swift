import Layers
import Learning

/// The methods with pairs of views on data that they were not published for: heads that suit few steps, and teachers that
/// follow faster. What a kind of data has measured otherwise, it says here.
package struct PairPresets {
  /// Of losses that compare samples.
  package var temperature: Double
  /// Of MoCo v3; nil for `temperature`.
  package var predictedTemperature: Double?
  /// MoCo v2's.
  package var queueLength: Int
  /// False where features are compared as they are, as is usual for texts.
  package var isProjected: Bool

  package init(
    temperature: Double, predictedTemperature: Double? = nil, queueLength: Int = 1024, isProjected: Bool = true
  ) {
    self.temperature = temperature
    self.predictedTemperature = predictedTemperature
    self.queueLength = queueLength
    self.isProjected = isProjected
  }

  /// `simclr-ENDING` and its like: a preset for each method, which has all else from `template`.
  package func all(_ ending: String, like template: Preset) -> [Preset] {
    func preset<Settings: MethodSettings>(
      _ method: String, _ settings: @escaping @Sendable (Preset.Sizes) -> Settings
    ) -> Preset {
      template.learning(by: settings, called: Preset.Name(rawValue: "\(method)-\(ending)"))
    }
    let (temperature, queueLength, isProjected) = (temperature, queueLength, isProjected)
    let predictedTemperature = predictedTemperature ?? temperature
    return [
      preset("simclr") {
        SimCLR.Configuration(
          temperature: temperature, projector: isProjected ? .simclr(features: $0.features) : .identity)
      },
      preset("moco-v2") {
        MoCoV2.Configuration(
          temperature: temperature, projector: isProjected ? .mocoV2(features: $0.features) : .identity,
          queueLength: queueLength, momentum: .constant(0.99), keyGroups: 1)
      },
      preset("moco-v3") { _ in
        MoCoV3.Configuration(
          temperature: predictedTemperature, projector: .small2, predictor: .smallPredictor,
          momentum: .cosine(from: 0.97, to: 1))
      },
      preset("supcon") { SupCon.Configuration(temperature: 0.1, projector: .simclr(features: $0.features)) },
      preset("dcl") {
        DCL.Configuration(
          temperature: temperature, projector: isProjected ? .simclr(features: $0.features) : .identity)
      },
      preset("byol") { _ in
        BYOL.Configuration(projector: .small2, predictor: .smallPredictor, momentum: .cosine(from: 0.97, to: 1))
      },
      preset("simsiam") { _ in
        SimSiam.Configuration(
          projector: .smallSimSiam, predictor: .init(widths: [128], normalization: .hidden, lastHasBias: true))
      },
      preset("barlow-twins") { _ in BarlowTwins.Configuration(projector: .small3) },
      preset("vicreg") { _ in VICReg.Configuration(projector: .small3) },
      preset("nnclr") {
        NNCLR.Configuration(
          temperature: temperature, projector: isProjected ? .simclr(features: $0.features) : .identity,
          predictor: .smallPredictor, queueLength: queueLength)
      },
      preset("lejepa") { _ in LeJEPA.Configuration(directions: 256, projector: .smallNormal) },
      preset("visreg") { _ in VISReg.Configuration(directions: 256, projector: .smallNormal) },
    ]
  }
}
