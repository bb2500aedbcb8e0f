import Foundation
import Learning
import Optimizers
import Samples
import Torch

// What several processes that train one run tell each other.
extension Pretraining {
  /// Trains the run of process 0 along with it: its configuration, its list of samples and its weights come from there. The
  /// samples have to be here in the same places.
  ///
  /// - Throws: `RunFolder.Failure.dataMoved` where the samples are not here; `WorldFailure.differing` where they are others.
  package convenience init(joining world: World, _ catalogue: Catalogue, cache: CacheChoice = .off) throws {
    let meeting = Data(try world.broadcast([]))
    let list = Data(try world.broadcast([]))
    let path = try world.decided { "" }
    let configuration = try catalogue.decoder.decode(RunConfiguration.self, from: meeting)
    let folder = RunFolder(path, catalogue)
    let listing = try configuration.data.listing(from: list, with: catalogue.decoder)
    let data = try folder.openSamples(configuration, listing).cached(cache)
    if let changes = data.changes(), changes.matter {
      throw WorldFailure.differing(rank: world.rank, what: "other samples than process 0 (\(changes.summary))")
    }
    let all = Array(data.names.indices)
    try self.init(
      data, indices: all.dropLast(configuration.heldOutCount), heldOut: all.suffix(configuration.heldOutCount),
      configuration: configuration, folder: folder, hold: nil, isNew: false, world: world)
    try shareState()
  }

  /// Tells the processes that join what they train on.
  func meet() throws {
    if world.size == 1 { return }
    let encoder = RunConfiguration.encoder
    _ = try world.broadcast(Array(encoder.encode(configuration)))
    _ = try world.broadcast(Array(encoder.encode(data.listing(of: indices + heldOut))))
    _ = try world.decided { folder.path }
    try shareState()
  }

  /// Gives all processes the state of process 0.
  func shareState() throws {
    (step, learningRateFactor) = try world.decided { State(step: step, learningRateFactor: learningRateFactor) }.pair
    try world.share(method, optimizer, after: step)
  }

  private struct State: Codable {
    let step: Int
    let learningRateFactor: Double
    var pair: (Int, Double) { (step, learningRateFactor) }
  }

  /// Processes that join get their weights from process 0.
  static func model(
    of configuration: RunConfiguration, beginningIn folder: RunFolder, with world: World
  ) throws -> (any Method, any Optimizer) {
    let (method, optimizer) =
      world.isLeader ? try configuration.buildModel(beginningIn: folder) : try configuration.buildModel()
    method.join(world)
    return (method, optimizer)
  }

  /// Adds up the gradients of all processes.
  ///
  /// - Returns: the loss of the whole batch, and whether any process was asked to stop.
  func addUp(_ loss: Tensor, stopping: Bool, _ stopwatch: Stopwatch?) throws -> (loss: Tensor, stops: Bool) {
    let stop = try Tensor([stopping ? 1.0 : 0], shape: [])
    let isMean = method.lossIsMeanOfSamples
    let sums = try SharedGradients(world).sum(of: method, with: isMean ? [stop, loss] : [stop], stopwatch)
    return (isMean ? try Tensor([sums[1]], shape: []) : loss, sums[0] > 0)
  }
}
