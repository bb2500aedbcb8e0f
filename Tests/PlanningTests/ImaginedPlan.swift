import Swiftlet

/// Whether the method takes no other network.
func takesTransformer(_ method: MethodName) -> Bool {
  Catalogue.standard.method(named: method)?.backboneFamily == ViT.Configuration.family
}

/// The plan of a small run on 5,000 pictures that are never opened.
func planOfImagined(
  _ method: MethodName = .simclr, _ change: (inout RunRequest) -> Void
) throws -> RunPlan {
  var request = RunRequest()
  request.method = method
  if !takesTransformer(method) { request.width = 8 } else { request.layers = 1 }
  request.imageSize = 32
  request.precision = .float32
  request.device = .cpu
  change(&request)
  return try request.plan(for: request.proposal(for: ImageFolder.imagined(count: 5000)))
}
