import Torch

extension ExportedNetwork {
  func writeSafetensors(to path: String, forTimm isForTimm: Bool) throws {
    try Safetensors.write(backbone + headState(forTimm: isForTimm), metadata: metadata(), to: path)
  }

  private func headState(forTimm isForTimm: Bool) -> [(name: String, tensor: Tensor)] {
    guard let head else { return [] }
    let prefix = isForTimm ? "\(TimmModel.headName(of: configuration.backbone))." : "head."
    return head.state.map { name, tensor in (prefix + (isForTimm ? String(name.dropFirst("0.".count)) : name), tensor) }
  }

  /// The largest difference of features if a network has the file's weights.
  func difference(ofSafetensors path: String, from references: [Reference]) throws -> Double {
    let other = try configuration.backbone.build()
    let own = Set(backbone.map(\.name))
    try other.load(Safetensors.read(path).filter { own.contains($0.key) })
    other.setTraining(false)
    return try noGrad {
      try references.map { try largestDifference(other($0.samples), from: $0.features) }.max() ?? 0
    }
  }
}
