import ArgumentParsing
import Swiftlet

/// How to learn, and from which views.
struct MethodOptions: ParsableArguments {
  @Option(help: "How to learn; 'swiftlet methods' says what each does. Default: simclr for pictures, scarf for tables.")
  var method: MethodName?

  @Option(
    help: ArgumentHelp(
      "Where the numbers come from that you do not choose; 'swiftlet methods' lists them. Default: the method's, its small "
        + "one below 20,000 pictures.", listsValues: false))
  var preset: Preset.Name?

  @Option(help: "How views are drawn; shapes is for digits and drawings, intensity for X-rays. Default: the preset's.")
  var views: ImageRecipe.Name?

  @Option(help: "Side of a view in pixels. Default: the preset's.")
  var imageSize: Int?

  @Option(help: "Small views beside the two large ones, of swav and dino. Default: the preset's.")
  var localCrops: Int?

  @Option(help: "The head between network and loss. Default: the preset's.")
  var projector: ProjectorName?

  @Option(help: "Temperature of the contrastive loss. Default: the preset's.")
  var temperature: Double?

  func validate() throws {
    try requireValue(imageSize, in: 8...2048, "--image-size")
    try requireValue(localCrops, in: 0...64, "--local-crops")
    try requireValue(temperature, in: 0.001...100, "--temperature")
  }

  func apply(to request: inout RunRequest) {
    request.method = method
    request.preset = preset
    request.views = views
    request.imageSize = imageSize
    request.localCrops = localCrops
    request.projector = projector
    request.temperature = temperature
  }
}

extension MethodName: ExpressibleByArgument {}
extension Preset.Name: ExpressibleByArgument {}
extension ImageRecipe.Name: ExpressibleByArgument {}
extension ProjectorName: ExpressibleByArgument {}
