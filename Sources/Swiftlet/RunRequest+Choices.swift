import Backbones
import Learning
import Pictures
import Settings

// What kinds of data and networks let a user choose, by short names.
extension RunRequest {
  public var views: ImageRecipe.Name? {
    get { self[Pictures.views] }
    set { self[Pictures.views] = newValue }
  }
  public var imageSize: Int? {
    get { self[Pictures.imageSize] }
    set { self[Pictures.imageSize] = newValue }
  }
  /// Small views beside the two large ones, of a method with multi-crop.
  public var localCrops: Int? {
    get { self[Pictures.localCrops] }
    set { self[Pictures.localCrops] = newValue }
  }
  /// Pictures of more pixels are skipped.
  public var maxPixels: Int? {
    get { self[Pictures.maxPixels] }
    set { self[Pictures.maxPixels] = newValue }
  }
  public var stem: ResNet.Configuration.Stem? {
    get { self[ResNet.Configuration.stem] }
    set { self[ResNet.Configuration.stem] = newValue }
  }
  /// Side in pixels of what a transformer takes as one token.
  public var patchSize: Int? {
    get { self[ViT.Configuration.patchSize] }
    set { self[ViT.Configuration.patchSize] = newValue }
  }
}
