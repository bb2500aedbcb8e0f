import Backbones
import Layers
import Learning
import Torch

/// A backbone and its projector. Methods with a teacher have two branches.
package final class Branch: Module {
  package let backbone: any Backbone
  package let projector: Projector

  package init(on backbone: BackboneConfiguration, projector: Projector.Configuration) throws(TorchError) {
    self.backbone = try backbone.build()
    self.projector = try Projector(inputs: self.backbone.featureCount, projector)
  }

  package var children: [(name: String, module: any Module)] { [("backbone", backbone), ("projector", projector)] }

  /// - Parameter view: one batch, in the form that the backbone takes.
  package func callAsFunction(_ view: ViewBatch) throws(TorchError) -> (features: Tensor, embeddings: Tensor) {
    let features = try backbone(view)
    return (features, try projector(features))
  }

  /// Passes all views in one batch: batch normalisation sees them together. Further views, which may be smaller, pass the
  /// backbone with those of their size, and the projector with all.
  func together(_ views: [ViewBatch]) throws(TorchError) -> MethodOutput {
    guard views.count == 2 else {
      let features = try forwardBySize(views) { view throws(TorchError) in try backbone(view) }
      return MethodOutput(
        features: features, embeddings: try projector(concatenate(features)).chunks(views.count))
    }
    let (features, embeddings) = try self(concatenate(views))
    return MethodOutput(features: try features.chunks(views.count), embeddings: try embeddings.chunks(views.count))
  }

  /// Passes each view separately: batch normalisation sees one at a time.
  func apart(_ views: [ViewBatch]) throws(TorchError) -> MethodOutput {
    let passed = try views.map { view throws(TorchError) in try self(view) }
    return MethodOutput(features: passed.map(\.features), embeddings: passed.map(\.embeddings))
  }
}
