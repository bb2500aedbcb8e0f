import ArgumentParsing

/// What a new run takes from another one: all its numbers, or its weights.
struct OriginOptions: ParsableArguments {
  @Option(help: "configuration.json of a run, or the folder of the run: repeat that run.")
  var config: FilePath?

  @Option(
    name: .customLong("init"),
    help:
      "Weights to begin with: a run, a safetensors file of timm, torchvision, DINOv2 or BERT, or a folder of sentence-transformers. Every weight must fit the network; see --init-partial.",
    completion: .file(extensions: ["safetensors"]))
  var initialWeights: FilePath?

  @Flag(help: "Use those weights of --init that fit, and list the others.")
  var initPartial = false

  func validate() throws {
    try require(initialWeights != nil || !initPartial, "--init-partial is for --init FILE; give the weights too")
  }
}
