import Foundation
import Swiftlet

/// A run on pictures of 16 pixels, small enough to be trained hundreds of steps in a test.
func startTinyRun(
  _ photos: String, in run: URL, _ method: MethodName, epochs: Int, _ change: (inout RunRequest) -> Void = { _ in }
) throws -> Pretraining {
  var request = RunRequest()
  request.method = method
  request.width = 4
  request.imageSize = 16
  request.batchSize = 8
  request.precision = .float32
  request.computeThreads = 1
  request.seed = 3
  request.epochs = epochs
  change(&request)
  let proposal = try request.proposal(for: ImageFolder(photos))
  return try Pretraining(
    of: proposal.data, training: proposal.training, configuration: request.configuration(for: proposal),
    in: RunFolder(run.path))
}
