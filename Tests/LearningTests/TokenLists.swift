import Swiftlet

/// A kind of data of one's own: lists of whole numbers, of different lengths. A view is the numbers and, as a second
/// tensor, whether each place holds one and where it lies: [longest] int64 and [longest, 2] float32.
enum TokenLists: DataKind {
  typealias Settings = TokenSettings

  static var summary: String { "lists of whole numbers" }
  static func claim(_ places: [String]) -> Claim? { nil }
  static var plans: [ViewPlan] { [.pair] }
  static var usualBackbone: BackboneName { "token-mean" }
  static func source(
    _ places: [String], _ annotations: Annotations, _ options: OptionValues
  ) throws -> any DataSource { throw DatasetError.unusable("Lists are made, and not found.") }
}

struct TokenSettings: DataSettings {
  struct Listing: SampleList {
    let samples: [Int]
    var count: Int { samples.count }
  }

  static var kind: String { "token-lists" }
  static var plural: String { "lists" }
  func validate() throws(SettingError) {}
  func scan(_ places: [String], _ annotations: Annotations) throws -> any SampleCollection {
    throw DatasetError.unusable("Lists are made, and not found.")
  }
  func open(_ listing: Listing) throws -> any SampleCollection { TokenCollection(samples: listing.samples) }
}

struct TokenCollection: SampleCollection {
  var samples = Array(0..<40)
  /// What views are declared as, where not as they are.
  var declared: ViewLayout?

  var names: [String] { samples.map { "list \($0)" } }
  var configuration: DataConfiguration { DataConfiguration(TokenSettings()) }
  func listing(of indices: [Int]) -> SampleListing {
    SampleListing(TokenSettings.Listing(samples: indices.map { samples[$0] }))
  }
  func trainingViews(_ plan: ViewPlan, of indices: [Int], seed: UInt64) throws(DatasetError) -> any ViewSource {
    guard plan == .pair else { throw .planNotProvided(plan: plan.rawValue, kind: TokenSettings.plural) }
    return TokenViews(samples: indices.map { samples[$0] }, viewCount: 2, seed: seed, declared: declared)
  }
  func evaluationView(of indices: [Int]) -> any ViewSource {
    TokenViews(samples: indices.map { samples[$0] }, viewCount: 1, seed: nil)
  }
}

/// Each view is the first part of a list; how much of it, chance decides.
struct TokenViews: ViewSource {
  static let longest = 12
  static let vocabulary = 9

  let samples: [Int]
  let viewCount: Int
  /// Nil for whole lists.
  let seed: UInt64?
  var declared: ViewLayout?

  var sampleCount: Int { samples.count }
  var lengths: [Int]? { samples.map { Self.tokens($0).count } }
  var layouts: [ViewLayout] {
    if let declared { return [declared, declared] }
    return (0..<viewCount).flatMap { _ in
      [
        ViewLayout(shape: [Self.longest], element: .int64, isVarying: true),
        ViewLayout(shape: [Self.longest, 2], isVarying: true, joinsPrevious: true),
      ]
    }
  }

  /// From 1 to `longest` numbers.
  static func tokens(_ sample: Int) -> [Int64] {
    (0..<1 + sample * 5 % longest).map { Int64(1 + (sample + $0 * $0) % (vocabulary - 1)) }
  }

  func tokens(sample: Int, epoch: Int, view: Int) -> [Int64] {
    let all = Self.tokens(samples[sample])
    guard let seed else { return all }
    var generator = ViewGenerator(seed: seed, epoch: epoch, sample: sample, view: view)
    return Array(all.prefix(1 + generator.integer(below: all.count)))
  }

  func render(sample: Int, epoch: Int, into buffers: [UnsafeMutableRawBufferPointer]) throws(SampleError) {
    var lengths = layouts.map { _ in Self.longest }
    try render(sample: sample, epoch: epoch, into: buffers, lengths: &lengths)
  }

  func render(
    sample: Int, epoch: Int, into buffers: [UnsafeMutableRawBufferPointer], lengths: inout [Int]
  ) throws(SampleError) {
    for view in 0..<viewCount {
      let tokens = tokens(sample: sample, epoch: epoch, view: view)
      // What is behind a sample is the loader's to clear.
      for buffer in buffers[2 * view...2 * view + 1] { buffer.initializeMemory(as: UInt8.self, repeating: 0xFF) }
      for (place, token) in tokens.enumerated() {
        buffers[2 * view].storeBytes(of: token, toByteOffset: 8 * place, as: Int64.self)
        let described: [Float] = [1, Float(place) / Float(Self.longest)]
        for (part, value) in described.enumerated() {
          buffers[2 * view + 1].storeBytes(of: value, toByteOffset: 4 * (2 * place + part), as: Float.self)
        }
      }
      (lengths[2 * view], lengths[2 * view + 1]) = (tokens.count, tokens.count)
    }
  }
}

/// The mean over a list of what each number and its place stand for, then one layer.
final class TokenNetwork: Backbone {
  struct Configuration: BackboneSettings {
    static var family: String { "tokens" }
    static var models: [BackboneModel] { [BackboneModel("token-mean", source: "the mean of a list")] }
    static var options: [RunOption] { [NetworkOptions.width.option] }

    var width = 16

    init() {}
    init(for request: BackboneProposal) throws(Refusal) {
      guard request.sample.count == 2 else {
        throw Refusal("backbone", request.name.rawValue, "has no meaning for \(request.kind)", .leaveOut)
      }
      width = request[NetworkOptions.width] ?? 16
    }
    func validate() throws(SettingError) { try check(width, in: 1...1024, "width") }
    func build() throws(TorchError) -> any Backbone { try TokenNetwork(width: width) }
    var featureCount: Int { width }
    var model: BackboneName { "token-mean" }
    var title: String { "token-mean" }
  }

  let featureCount: Int
  private let embedding: Parameter
  private let layer: Linear

  init(width: Int) throws(TorchError) {
    featureCount = width
    embedding = try Parameter(.normal([TokenViews.vocabulary, width], deviation: 1))
    layer = try Linear(width + 1, width)
  }

  var parameters: [(name: String, parameter: Parameter)] { [("embedding", embedding)] }
  var children: [(name: String, module: any Module)] { [("layer", layer)] }

  func callAsFunction(_ view: ViewBatch) throws(TorchError) -> Tensor {
    let (tokens, places) = (view.tensors[0], view.tensors[1])
    let vectors = try embedding.tensor.indexed(by: tokens.flattened()).reshaped(tokens.shape + [featureCount])
    let mask = try places.narrowed(2, 0..<1)
    let all = try concatenate([vectors, places.narrowed(2, 1..<2)], dimension: 2)
    return try relu(layer((all * mask).sum([1]) / (mask.sum([1]) + 1e-6)))
  }
}
