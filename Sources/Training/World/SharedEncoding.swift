import Learning
import Samples
import Torch

// Features of samples whose batches are divided among processes. The batches are those of one process, so that each row has
// the bits that it would have there.
extension Encoder {
  /// A sample that a process could not read.
  private struct Unread: Codable {
    let sample: Int
    let error: SampleError
  }

  /// In each round, each process encodes one batch, and all get the features of all. Batches stay in order.
  func forEachSharedBatch(
    of source: any ViewSource, batchSize: Int, shouldStop: () -> Bool,
    _ body: (_ features: Tensor, _ samples: [Int]) throws -> Void
  ) throws -> [SampleError] {
    let order = SequentialOrder(sampleCount: source.sampleCount, batchSize: batchSize)
    let rounds = (order.batchCount + world.size - 1) / world.size
    // In the last round, some have none left.
    let own = (order.batchCount + world.size - 1 - world.rank) / world.size
    let loader = Loader(
      source: source, order: EveryNthBatch(of: order, first: world.rank, distance: world.size), batches: 0..<own,
      threads: loaderThreads, failures: .leaveOut)
    // A batch of which nothing can be read is passed over by the loader, not by the others.
    var next = try nextReadable(of: loader)
    var isEmpty = true
    for round in 0..<rounds {
      let batch = next?.number == round ? next : nil
      let own = try batch.map { try features(of: $0.views(on: device)[0]).to(device: .cpu) }
      let samples = batch?.samples ?? []
      if batch != nil { next = try nextReadable(of: loader) }
      for (features, samples) in try exchanged(own, samples, stops: shouldStop()) {
        isEmpty = false
        try body(features, samples)
      }
    }
    let unread = try world.joined(loader.unread.map { Unread(sample: $0.sample, error: $0.error) })
      .sorted { $0.sample < $1.sample }.map(\.error)
    if isEmpty, !unread.isEmpty {
      throw LoaderError.noReadableSample(count: unread.count, first: Array(unread.prefix(3)))
    }
    return unread
  }

  /// That this process can read none of its samples is no error while others can read theirs.
  private func nextReadable(of loader: Loader) throws(LoaderError) -> Batch? {
    do throws(LoaderError) { return try loader.next() } catch .noReadableSample { return nil }
  }

  /// What each process encoded in a round, in their order; nothing of those that had nothing.
  ///
  /// - Parameters:
  ///   - own: [samples.count, featureCount]; nil for none.
  ///   - stops: whether this process was asked to.
  /// - Throws: `Interrupted` in all processes where any is to stop; `TorchError`
  private func exchanged(
    _ own: Tensor?, _ samples: [Int], stops: Bool
  ) throws -> [(features: Tensor, samples: [Int])] {
    let told = Int64(stops ? -1 : samples.count)
    let counts = try world.gathered(Tensor([told]), of: world.size).values(as: Int64.self)
    if counts.contains(-1) { throw Interrupted() }
    let most = Int(counts.max() ?? 0)
    if most == 0 { return [] }
    let (filled, numbers) = (
      try Tensor.zeros([most, featureCount]),
      samples.map { Int64($0) } + [Int64](repeating: 0, count: most - samples.count)
    )
    if let own { try filled.rows(0..<samples.count).copy_(own) }
    let features = try world.gathered(filled, of: world.size * most)
    let indices = try world.gathered(Tensor(numbers), of: world.size * most).values(as: Int64.self)
    var parts: [(features: Tensor, samples: [Int])] = []
    for (process, count) in counts.enumerated() where count > 0 {
      let rows = process * most..<process * most + Int(count)
      parts.append((try features.rows(rows), indices[rows].map { Int($0) }))
    }
    return parts
  }
}
