import Backbones
import Learning
import Torch

extension BackboneConfiguration {
  /// The vision transformer that a method needs because it leaves out patches.
  ///
  /// - Throws: `TorchError` if it is another network.
  func transformer(for method: MethodName) throws(TorchError) -> ViT.Configuration {
    guard let configuration = settings as? ViT.Configuration else {
      throw TorchError(
        call: method.rawValue, message: "leaves out patches and needs a vision transformer, not \(title)")
    }
    return configuration
  }
}
