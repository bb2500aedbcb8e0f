import ArgumentParsing
import Swiftlet

/// What is trained.
struct NetworkOptions: ParsableArguments {
  @Option(
    help: "The network. Default: resnet18 for pictures, a transformer where the method needs one, mlp for tables.")
  var backbone: BackboneName?

  @Option(help: "Channels of the network's first stage, or width of an mlp's layers. Default: 64, or the preset's.")
  var width: Int?

  @Option(help: "Layers of an mlp, or blocks of a transformer. Default: the preset's.")
  var layers: Int?

  @Option(help: "Entry of the network; cifar is for pictures of about 32 pixels. Default: by the image size.")
  var stem: ResNet.Configuration.Stem?

  @Option(help: "Side in pixels of a transformer's patches: 4, 8 or 16. Default: by the image size.")
  var patchSize: Int?

  func validate() throws {
    try requireValue(width, in: 4...1024, "--width")
    try requireValue(layers, in: 1...64, "--layers")
  }

  func apply(to request: inout RunRequest) {
    request.backbone = backbone
    request.width = width
    request.layers = layers
    request.stem = stem
    request.patchSize = patchSize
  }
}

extension BackboneName: ExpressibleByArgument {}
extension ResNet.Configuration.Stem: ExpressibleByArgument {}
