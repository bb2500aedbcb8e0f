import Foundation
import Swiftlet
import TestSupport
import Testing

/// Views of several tensors whose lengths differ between samples: from the loader to a run.
@Suite struct VaryingViewsTests {
  private let source = TokenViews(samples: Array(0..<40), viewCount: 2, seed: 3)

  /// One tensor of a view of these samples by its definition: cut to the longest of them, zeros behind the others.
  private func expected(_ samples: [Int], epoch: Int, view: Int) -> (tokens: [[Int64]], places: [[Float]]) {
    let lists = samples.map { source.tokens(sample: $0, epoch: epoch, view: view) }
    let longest = lists.map(\.count).max() ?? 0
    let tokens = lists.map { $0 + [Int64](repeating: 0, count: longest - $0.count) }
    let places = lists.map { list in
      list.indices.flatMap { [1, Float($0) / Float(TokenViews.longest)] }
        + [Float](repeating: 0, count: 2 * (longest - list.count))
    }
    return (tokens, places)
  }

  /// For any number of threads, through memory that earlier batches have left full.
  @Test(arguments: [1, 3]) func batchesAreCutToTheirLongestAndFilledWithZeros(threads: Int) throws {
    let order = LengthOrder(lengths: try #require(source.lengths), batchSize: 6, seed: 8)
    let loader = Loader(source: source, order: order, batches: 2..<32, threads: threads)
    var isAnyShorter = false
    for number in 2..<32 {
      let batch = try #require(try loader.next())
      let (epoch, samples) = order.batch(number)
      #expect(batch.samples == samples && batch.layouts == source.layouts)
      let views = try batch.views(on: .cpu)
      #expect(views.count == 2)
      for (index, view) in views.enumerated() {
        let (tokens, places) = expected(samples, epoch: epoch, view: index)
        #expect(view.areVarying == [true, true] && view.count == 6)
        #expect(view.shapes == [[6, tokens[0].count], [6, tokens[0].count, 2]])
        #expect(batch.lengths[2 * index] == tokens[0].count && batch.lengths[2 * index + 1] == tokens[0].count)
        #expect(try view.tensors[0].values() == tokens.flatMap(\.self))
        #expect(try view.tensors[1].values() == places.flatMap(\.self))
        isAnyShorter = isAnyShorter || tokens[0].count < TokenViews.longest
      }
    }
    #expect(isAnyShorter)
    #expect(try loader.next() == nil)
  }

  /// A kind of data of one's own may declare anything; what no tensor can have is refused before a folder is made.
  @Test(arguments: [
    ViewLayout(shape: [4], isChannelsLast: true), ViewLayout(shape: [], isVarying: true), ViewLayout(shape: [3, -1]),
    ViewLayout(shape: [Int.max / 2, 8]), ViewLayout(shape: [2, 3, 4, 5], isChannelsLast: true),
  ]) func layoutsThatCannotBeAreRefused(layout: ViewLayout) throws {
    try withTemporaryFolder { folder in
      let path = folder.appendingPathComponent("run").path
      #expect(throws: DatasetError.self) {
        _ = try Pretraining(
          of: TokenCollection(declared: layout), request: request(loaderThreads: 1), in: path, catalogue)
      }
      #expect(!FileManager.default.fileExists(atPath: path))
    }
  }

  /// Also of the rows that move together where one was left out.
  @Test(arguments: [1, 3]) func samplesThatCannotBeReadLeaveNoTrace(threads: Int) throws {
    let broken = Broken(source: source, sample: 7)
    let order = SequentialOrder(samples: [3, 7, 0, 12], batchSize: 4)
    let loader = Loader(source: broken, order: order, batches: 0..<1, threads: threads, failures: .leaveOut)
    let batch = try #require(try loader.next())
    #expect(batch.samples == [3, 0, 12])
    for (index, view) in try batch.views(on: .cpu).enumerated() {
      let (tokens, places) = expected([3, 0, 12], epoch: 0, view: index)
      #expect(try view.tensors[0].values() == tokens.flatMap(\.self))
      #expect(try view.tensors[1].values() == places.flatMap(\.self))
    }
  }

  private struct Broken: ViewSource {
    let source: TokenViews
    let sample: Int
    var sampleCount: Int { source.sampleCount }
    var layouts: [ViewLayout] { source.layouts }
    func render(sample: Int, epoch: Int, into buffers: [UnsafeMutableRawBufferPointer]) throws(SampleError) {
      try source.render(sample: sample, epoch: epoch, into: buffers)
    }
    func render(
      sample: Int, epoch: Int, into buffers: [UnsafeMutableRawBufferPointer], lengths: inout [Int]
    ) throws(SampleError) {
      try source.render(sample: sample, epoch: epoch, into: buffers, lengths: &lengths)
      if sample == self.sample { throw SampleError(name: "\(sample)", reason: "is broken") }
    }
  }

  /// A network that heeds the mask gives a sample the same features beside longer ones.
  @Test func featuresDoNotDependOnTheCompany() throws {
    try Runtime.seed(1)
    let network = try TokenNetwork(width: 8)
    func features(_ samples: [Int]) throws -> [[Float]] {
      let loader = Loader(
        source: source, order: SequentialOrder(samples: samples, batchSize: samples.count), batches: 0..<1, threads: 1)
      let views = try #require(try loader.next()).views(on: .cpu)
      return try noGrad { try network(views[0]) }.unstacked().map { try $0.values() }
    }
    let together = try features([0, 7, 11, 5])
    for (place, sample) in [0, 7, 11, 5].enumerated() {
      let alone = try features([sample])[0]
      expectClose(alone.map(Double.init), together[place].map(Double.init), absolute: 1e-6)
    }
  }

  private var catalogue: Catalogue {
    Catalogue.standard.adding(TokenLists.self).adding(TokenNetwork.Configuration.self)
  }

  private func request(loaderThreads: Int = 1) -> RunRequest {
    var request = RunRequest()
    request.batchSize = 8
    request.epochs = 4
    request.precision = .float32
    request.device = .cpu
    request.computeThreads = 1
    request.loaderThreads = loaderThreads
    request.holdOut = 0
    return request
  }

  /// The line through two and four samples, each as long as one may be, holds for other batches, and no batch takes more.
  @Test func theMemoryOfARunIsThatOfItsLongestSamples() throws {
    var request = request()
    request.width = 256
    let plan = try request.plan(for: request.proposal(for: CollectionSource(TokenCollection()), catalogue))
    let bytes = TokenViews.longest * (8 + 2 * 4)
    #expect(plan.memory.viewBytes == 2 * bytes)
    let step = try plan.configuration.measureMemory(of: source.layouts)
    let measured = try plan.configuration.peakBytes(of: source.layouts, batch: 64)
    let expected = step.fixed + 64 * step.perSample
    #expect(abs(Double(expected - measured)) < 0.1 * Double(measured), "\(expected) expected, \(measured) measured")
    // A view that is longer by two has more activations.
    let longer = source.layouts.map { layout in
      ViewLayout(
        shape: [2 * layout.shape[0]] + layout.shape.dropFirst(), element: layout.element, isVarying: true,
        joinsPrevious: layout.joinsPrevious)
    }
    #expect(Double(try plan.configuration.measureMemory(of: longer).perSample) > 1.5 * Double(step.perSample))
  }

  /// Views that differ in how long they may be pass the network together, as those of a batch do.
  @Test func memoryIsMeasuredWhereViewsDifferInLength() throws {
    let plan = try request().plan(for: request().proposal(for: CollectionSource(TokenCollection()), catalogue))
    var layouts = source.layouts
    layouts[2] = ViewLayout(shape: [5], element: .int64, isVarying: true)
    layouts[3] = ViewLayout(shape: [5, 2], isVarying: true, joinsPrevious: true)
    #expect(try plan.configuration.measureMemory(of: layouts).perSample > 0)
  }

  /// A kind of data and a network that Swiftlet does not know learn, go on after a stop and are read again.
  @Test func aRunOnAKindOfOnesOwnIsTheSameForAnyNumberOfThreads() throws {
    try withTemporaryFolder { folder in
      let paths = try [1, 3].map { threads in
        let path = folder.appending(path: "\(threads)").path
        let run = try Pretraining(of: TokenCollection(), request: request(loaderThreads: threads), in: path, catalogue)
        #expect(run.configuration.method.name == .simclr && run.configuration.backbone.family == "tokens")
        try run.train(shouldStop: { threads == 3 && run.step == 7 })
        if threads == 3 { try Pretraining(resuming: RunFolder(path, catalogue)).train() }
        return path
      }
      let logs = try paths.map { try Data(contentsOf: URL(fileURLWithPath: $0 + "/metrics.jsonl")) }
      #expect(logs[0] == logs[1] && !logs[0].isEmpty)
      let encoder = try Encoder(of: RunFolder(paths[0], catalogue))
      let vectors = try encoder.embeddings(of: TokenCollection())
      #expect(vectors.shape == [40, 16])
      // The standard catalogue does not know such runs, and says which kinds it knows.
      let failure = #expect(throws: (any Error).self) { try RunFolder(paths[0]).open() }
      let said = failure.map { "\($0)" } ?? ""
      #expect(said.contains("token-lists"), "\(said)")
    }
  }
}
