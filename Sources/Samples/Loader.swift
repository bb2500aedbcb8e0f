import Foundation

/// What becomes of the place of a sample that cannot be read.
public enum FailurePolicy: Sendable {
  /// The next sample that can be read takes it: batches keep their size, as training needs.
  case replace
  /// The row is left out: no sample appears twice, as evaluation needs.
  case leaveOut
}

public enum LoaderError: Error, Sendable, Equatable, CustomStringConvertible {
  /// With the reasons for the first of them.
  case noReadableSample(count: Int, first: [SampleError])
  /// One is left of them, and to learn from comparisons takes two.
  case oneReadableSample(count: Int, first: [SampleError])

  public var description: String {
    switch self {
    case .noReadableSample(let count, let first): "None of the \(count) samples can be read" + Self.reasons(first)
    case .oneReadableSample(let count, let first):
      "Only 1 of the \(count) samples can be read, and at least 2 are needed" + Self.reasons(first)
    }
  }

  private static func reasons(_ first: [SampleError]) -> String {
    first.isEmpty ? "." : ": " + first.map { "\($0.name): \($0.reason)" }.joined(separator: "; ") + "."
  }
}

/// The time that all workers of a loader together have spent.
public struct LoaderWork: Sendable, Equatable {
  /// Reading samples from disk or a packed cache.
  public let decoding: Duration
  /// Drawing views of them.
  public let drawing: Duration
}

/// Renders batches ahead of the step on plain threads.
///
/// What is in a batch depends on the source and the order alone, never on the number of threads or on timing. At most
/// `ahead` batches wait or are in the making; the workers rest while nobody takes them. One thread takes the batches.
public final class Loader {
  private let workshop: Workshop

  /// How long `next` has waited for batches that were not finished: what more threads, or less to do for a view, would
  /// save. The first batch, which nothing could be ahead of, counts too.
  public private(set) var waited = Duration.zero

  /// - Parameters:
  ///   - order: gives samples of `source`, indices below its `sampleCount`.
  ///   - batches: the numbers of the batches to deliver, in order.
  ///   - threads: how many workers render; at least 1.
  ///   - ahead: how many batches may be waiting or in the making; at least 1.
  public init(
    source: any ViewSource, order: any BatchOrder, batches: Range<Int>, threads: Int, ahead: Int = 2,
    failures: FailurePolicy = .replace
  ) {
    workshop = Workshop(source: source, order: order, batches: batches, ahead: max(ahead, 1), failures: failures)
    workshop.open(threads: max(threads, 1))
  }

  deinit { workshop.close() }

  /// The next batch, waiting for it if need be; nil after the last, and after `stop()`.
  public func next() throws(LoaderError) -> Batch? {
    let start = ContinuousClock.now
    defer { waited += start.duration(to: .now) }
    return try workshop.next()
  }

  /// Every sample that could not be read so far, once each, in the order of the samples.
  public var skipped: [SampleError] { workshop.skipped }

  /// What the workers have done so far.
  public var work: LoaderWork { workshop.spent }

  /// Ends the workers and waits for them; batches already taken stay valid.
  public func stop() { workshop.close() }
}
