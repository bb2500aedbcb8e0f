import Samples
import Methods
import Planning

/// The plan of a small run on 5,000 pictures that are never opened.
func planOfImagined(
  _ method: MethodName = .simclr, _ change: (inout RunRequest) -> Void
) throws -> RunPlan {
  var request = RunRequest()
  request.method = method
  if method.configuration.transformerForm == nil { request.width = 8 } else { request.layers = 1 }
  request.imageSize = 32
  request.precision = .float32
  request.device = .cpu
  change(&request)
  return try request.plan(for: request.proposal(for: .imagined(count: 5000)))
}
