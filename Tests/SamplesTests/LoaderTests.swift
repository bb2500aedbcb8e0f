import Foundation
import Synchronization
import Testing

@testable import Samples

/// Writes numbers that say which sample, epoch and view they are of, after an uneven delay.
private final class NumberSource: ViewSource {
  let sampleCount: Int
  let layouts = [ViewLayout(shape: [3]), ViewLayout(shape: [2, 2], element: .int64)]
  let broken: Set<Int>
  let rendered = Mutex<[Int: Int]>([:])

  init(sampleCount: Int, broken: Set<Int> = []) {
    self.sampleCount = sampleCount
    self.broken = broken
  }

  func render(sample: Int, epoch: Int, into buffers: [UnsafeMutableRawBufferPointer]) throws(SampleError) {
    rendered.withLock { $0[sample, default: 0] += 1 }
    var generator = SystemRandomNumberGenerator()
    if generator.next() % 4 == 0 { usleep(UInt32(generator.next() % 500)) }
    if broken.contains(sample) {
      for buffer in buffers { _ = buffer.initializeMemory(as: UInt8.self, repeating: 0xFF) }
      throw SampleError(name: "sample-\(sample)", reason: "it is broken")
    }
    for (view, layout) in layouts.enumerated() {
      #expect(buffers[view].count == layout.byteCount)
      var views = ViewGenerator(seed: 3, epoch: epoch, sample: sample, view: view)
      if layout.element == .float32 {
        for index in 0..<3 { buffers[view].storeBytes(of: views.uniform(), toByteOffset: index * 4, as: Float.self) }
      } else {
        for index in 0..<4 { buffers[view].storeBytes(of: views.next(), toByteOffset: index * 8, as: UInt64.self) }
      }
    }
  }
}

private struct Copy: Equatable {
  let number: Int
  let epoch: Int
  let samples: [Int]
  let bytes: [[UInt8]]

  init(_ batch: Batch) {
    number = batch.number
    epoch = batch.epoch
    samples = batch.samples
    bytes = batch.layouts.indices.map { Array(batch.bytes(ofView: $0)) }
  }
}

private func deliver(
  _ source: any ViewSource, _ order: any BatchOrder, _ batches: Range<Int>, threads: Int, ahead: Int = 2,
  failures: FailurePolicy = .replace
) throws -> [Copy] {
  let loader = Loader(
    source: source, order: order, batches: batches, threads: threads, ahead: ahead, failures: failures)
  var copies: [Copy] = []
  while let batch = try loader.next() { copies.append(Copy(batch)) }
  #expect(try loader.next() == nil)
  return copies
}

/// What each batch must hold, rendered one after another on this thread.
private func oracle(_ source: NumberSource, _ order: any BatchOrder, _ batches: Range<Int>) throws -> [[[UInt8]]] {
  try batches.map { number in
    let (epoch, samples) = order.batch(number)
    var views: [[UInt8]] = [[], []]
    for sample in samples {
      let buffers = source.layouts.map { UnsafeMutableRawBufferPointer.allocate(byteCount: $0.byteCount, alignment: 8) }
      defer { for buffer in buffers { buffer.deallocate() } }
      try source.render(sample: sample, epoch: epoch, into: buffers)
      for view in views.indices { views[view] += Array(buffers[view]) }
    }
    return views
  }
}

@Suite(.serialized) struct LoaderTests {
  @Test(arguments: [(1, 1), (1, 3), (2, 2), (5, 1), (5, 4), (16, 2)])
  func batchesDependOnNothingButTheOrder(threads: Int, ahead: Int) throws {
    let source = NumberSource(sampleCount: 23)
    let order = EpochOrder(sampleCount: 23, batchSize: 5, seed: 9)
    // From the middle of an epoch, as after a resume, over several epochs.
    let copies = try deliver(source, order, 3..<40, threads: threads, ahead: ahead)
    #expect(copies.map(\.number) == Array(3..<40))
    #expect(copies.map(\.epoch) == (3..<40).map { $0 / 4 })
    #expect(copies.map(\.samples) == (3..<40).map { order.batch($0).samples })
    #expect(copies.map(\.bytes) == (try oracle(source, order, 3..<40)))
  }

  @Test func theLastBatchMayBeShort() throws {
    let source = NumberSource(sampleCount: 11)
    let order = SequentialOrder(sampleCount: 11, batchSize: 4)
    let copies = try deliver(source, order, 0..<order.batchCount, threads: 2)
    #expect(copies.map(\.samples) == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10]])
    #expect(copies.map { $0.bytes[0].count } == [48, 48, 36])
    #expect(copies.map(\.bytes) == (try oracle(source, order, 0..<3)))
    #expect(try deliver(source, order, 0..<0, threads: 2).isEmpty)
  }

  @Test(arguments: [1, 2, 5]) func brokenSamplesAreReplacedByTheNext(threads: Int) throws {
    let source = NumberSource(sampleCount: 10, broken: [2, 3, 9])
    let order = SequentialOrder(samples: [0, 2, 3, 9, 5, 2], batchSize: 3)
    let loader = Loader(source: source, order: order, batches: 0..<2, threads: threads)
    let first = try #require(try loader.next())
    let second = try #require(try loader.next())
    #expect(first.samples == [0, 4, 4])
    #expect(second.samples == [0, 5, 4])
    let actual = [Copy(first).bytes, Copy(second).bytes]
    #expect(actual == (try oracle(source, SequentialOrder(samples: [0, 4, 4, 0, 5, 4], batchSize: 3), 0..<2)))
    #expect(loader.skipped.map(\.name) == ["sample-2", "sample-3", "sample-9"])
    #expect(loader.skipped.allSatisfy { $0.reason == "it is broken" })
  }

  @Test func brokenSamplesCostTheirTimeOnce() throws {
    let source = NumberSource(sampleCount: 6, broken: [1])
    _ = try deliver(source, EpochOrder(sampleCount: 6, batchSize: 3, seed: 0), 0..<200, threads: 1)
    #expect(source.rendered.withLock { $0[1] } == 1)
  }

  @Test(arguments: [1, 2, 5]) func brokenSamplesAreLeftOutOfEvaluation(threads: Int) throws {
    let source = NumberSource(sampleCount: 12, broken: [0, 2, 4, 5, 6, 7, 11])
    let order = SequentialOrder(sampleCount: 12, batchSize: 4)
    let copies = try deliver(source, order, 0..<3, threads: threads, failures: .leaveOut)
    // The second batch has nothing left.
    #expect(copies.map(\.samples) == [[1, 3], [8, 9, 10]])
    #expect(copies.map(\.number) == [0, 2])
    let expected = try oracle(source, SequentialOrder(samples: [1, 3], batchSize: 2), 0..<1)
    #expect(copies[0].bytes == expected[0])
  }

  @Test(arguments: [FailurePolicy.replace, .leaveOut]) func nothingReadableIsAnError(failures: FailurePolicy) throws {
    let source = NumberSource(sampleCount: 4, broken: [0, 1, 2, 3])
    let loader = Loader(
      source: source, order: EpochOrder(sampleCount: 4, batchSize: 2, seed: 0), batches: 0..<2, threads: 3,
      failures: failures)
    let error = #expect(throws: LoaderError.self) { while try loader.next() != nil {} }
    #expect(error?.description.hasPrefix("None of the 4 samples can be read: sample-0: it is broken; ") == true)
    #expect(throws: LoaderError.self) { try loader.next() }
  }

  @Test(arguments: [1, 2, 5]) func oneReadableSampleIsNotEnoughToTrainOn(threads: Int) throws {
    let source = NumberSource(sampleCount: 4, broken: [0, 1, 3])
    func loader(_ failures: FailurePolicy) -> Loader {
      Loader(
        source: source, order: SequentialOrder(sampleCount: 4, batchSize: 4), batches: 0..<1, threads: threads,
        failures: failures)
    }
    let training = loader(.replace)
    let error = #expect(throws: LoaderError.self) { while try training.next() != nil {} }
    #expect(
      error?.description.hasPrefix("Only 1 of the 4 samples can be read, and at least 2 are needed: sample-0: ") == true
    )
    let evaluation = loader(.leaveOut)
    #expect(try evaluation.next()?.samples == [2])
  }

  @Test func heldBatchesKeepTheirBytesAndDoNotStopTheLoader() throws {
    let source = NumberSource(sampleCount: 23)
    let order = EpochOrder(sampleCount: 23, batchSize: 5, seed: 9)
    let loader = Loader(source: source, order: order, batches: 0..<20, threads: 3, ahead: 1)
    var held: [Batch] = []
    while let batch = try loader.next() { held.append(batch) }
    loader.stop()
    #expect(held.map { Copy($0).bytes } == (try oracle(source, order, 0..<20)))
  }

  @Test func workersRestWhileNobodyTakes() throws {
    let source = NumberSource(sampleCount: 100)
    let order = EpochOrder(sampleCount: 100, batchSize: 10, seed: 1)
    let loader = Loader(source: source, order: order, batches: 0..<1000, threads: 4, ahead: 3)
    _ = try loader.next()
    usleep(200_000)
    #expect(source.rendered.withLock { $0.values.reduce(0, +) } == 40)
    loader.stop()
    #expect(try loader.next() == nil)
  }

  @Test func releasedLoadersLeaveNoThreads() throws {
    let source = NumberSource(sampleCount: 50)
    let order = EpochOrder(sampleCount: 50, batchSize: 5, seed: 1)
    for taken in [0, 1, 7] {
      weak var released: Loader?
      for _ in 0..<20 {
        let loader = Loader(source: source, order: order, batches: 0..<30, threads: 4, ahead: 2)
        released = loader
        for _ in 0..<taken { _ = try loader.next() }
      }
      #expect(released == nil)
    }
    #if os(Linux)
      // Ended threads are still listed for a moment.
      var names: [String] = []
      for _ in 0..<100 {
        names = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").compactMap {
          try? String(contentsOfFile: "/proc/self/task/\($0)/comm", encoding: .utf8)
        }.filter { $0.hasPrefix("swiftlet.load") }
        if names.isEmpty { break }
        usleep(10_000)
      }
      #expect(names.isEmpty)
    #endif
  }
}

struct BatchOrderTests {
  @Test func everyEpochIsAPermutation() {
    let order = EpochOrder(sampleCount: 1000, batchSize: 64, seed: 5)
    var seen: Set<[Int]> = []
    for epoch in 0..<20 {
      let permutation = order.permutation(epoch: epoch)
      #expect(permutation.sorted() == Array(0..<1000))
      seen.insert(permutation)
      let batches = (0..<15).flatMap { order.batch(epoch * 15 + $0).samples }
      #expect(batches == Array(permutation.prefix(960)))
    }
    #expect(order.stepsPerEpoch == 15)
    #expect(seen.count == 20)
    let other = EpochOrder(sampleCount: 1000, batchSize: 64, seed: 6)
    #expect(other.permutation(epoch: 0) != order.permutation(epoch: 0))
  }

  /// Each sample is at each place equally often: χ² with 24 degrees of freedom, 4 standard deviations wide.
  @Test func shufflesAreFair() {
    let order = EpochOrder(sampleCount: 5, batchSize: 5, seed: 77)
    var counts = Array(repeating: 0, count: 25)
    for epoch in 0..<10_000 {
      for (place, sample) in order.permutation(epoch: epoch).enumerated() { counts[place * 5 + sample] += 1 }
    }
    let chiSquared = counts.map { Double(($0 - 2000) * ($0 - 2000)) / 2000 }.reduce(0, +)
    #expect(chiSquared < 24 + 4 * 48.0.squareRoot())
  }

  @Test func ordersSurviveStorage() throws {
    let order = EpochOrder(sampleCount: 100, batchSize: 7, seed: .max)
    let stored = try JSONDecoder().decode(EpochOrder.self, from: JSONEncoder().encode(order))
    for number in [0, 13, 14, 1000] { #expect(stored.batch(number).samples == order.batch(number).samples) }
  }

  @Test(arguments: [(0, 1), (3, 4), (5, 0), (5, -1), (-2, 3)]) func impossibleOrdersAreEmpty(count: Int, batch: Int) {
    let order = EpochOrder(sampleCount: count, batchSize: batch, seed: 0)
    #expect(order.stepsPerEpoch == 0)
    #expect(order.batch(3).samples.isEmpty)
    let sequential = SequentialOrder(sampleCount: count, batchSize: batch)
    #expect(sequential.batchCount == (count > 0 ? (batch > 0 ? 1 : 5) : 0))
    #expect(sequential.batch(99).samples.isEmpty && sequential.batch(-1).samples.isEmpty)
  }
}

/// The wait for batches is told apart from the work between them.
@Suite struct LoaderWaitTests {
  private struct SlowSource: ViewSource {
    let sampleCount = 64
    let layouts = [ViewLayout(shape: [1])]
    let microseconds: UInt32

    func render(sample: Int, epoch: Int, into buffers: [UnsafeMutableRawBufferPointer]) throws(SampleError) {
      usleep(microseconds)
    }
  }

  private func waited(rendering: UInt32, stepping: UInt32) throws -> (waited: Double, total: Double) {
    let loader = Loader(
      source: SlowSource(microseconds: rendering), order: SequentialOrder(sampleCount: 64, batchSize: 4),
      batches: 0..<16, threads: 1)
    let start = ContinuousClock.now
    while try loader.next() != nil { usleep(stepping) }
    return (loader.waited / .seconds(1), start.duration(to: .now) / .seconds(1))
  }

  @Test func slowViewsAreWaitedFor() throws {
    let slow = try waited(rendering: 2000, stepping: 100)
    #expect(slow.waited > 0.6 * slow.total && slow.waited <= slow.total)
    let quick = try waited(rendering: 10, stepping: 8000)
    #expect(quick.waited < 0.3 * quick.total)
  }

  /// The source reports half of the time of a sample as reading. Time of an earlier loader does not count.
  private final class HalfReading: ViewSource {
    let sampleCount = 20
    let layouts = [ViewLayout(shape: [1])]
    private let read = Atomic<Int64>(1_000_000_000)

    var decodingTime: Duration { .nanoseconds(read.load(ordering: .relaxed)) }

    func render(sample: Int, epoch: Int, into buffers: [UnsafeMutableRawBufferPointer]) throws(SampleError) {
      usleep(2000)
      read.add(1_000_000, ordering: .relaxed)
    }
  }

  @Test func readingIsToldApartFromDrawing() throws {
    let loader = Loader(
      source: HalfReading(), order: SequentialOrder(sampleCount: 20, batchSize: 4), batches: 0..<5, threads: 2)
    while try loader.next() != nil {}
    #expect(loader.work.decoding == .milliseconds(20))
    // A sleep may be longer than requested.
    #expect(loader.work.drawing >= .milliseconds(20))
  }
}
