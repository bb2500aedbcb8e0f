import Foundation

/// What happens to the row of a sample that cannot be read.
package enum FailurePolicy: Sendable {
  /// The next sample that can be read takes its place: batches keep their size, as training needs.
  case replace
  /// The row is left out: no sample appears twice, as evaluation needs.
  case leaveOut
}

package enum LoaderError: Error, Sendable, Equatable, CustomStringConvertible {
  /// `first`: the first failures, with reasons.
  case noReadableSample(count: Int, first: [SampleError])
  /// Only one sample can be read, and learning from comparisons takes two.
  case oneReadableSample(count: Int, first: [SampleError])
  /// The system has no room for a thread that reads samples.
  case noThread

  package var description: String {
    switch self {
    case .noReadableSample(let count, let first): "None of the \(count) samples can be read" + Self.reasons(first)
    case .oneReadableSample(let count, let first):
      "Only 1 of the \(count) samples can be read, and at least 2 are needed" + Self.reasons(first)
    case .noThread:
      "No thread can be started to read samples: memory or the number of threads is limited (see 'ulimit -a'); close other "
        + "programs, or raise the limit."
    }
  }

  private static func reasons(_ first: [SampleError]) -> String {
    first.isEmpty ? "." : ": " + first.map { "\($0.name): \($0.reason)" }.joined(separator: "; ") + "."
  }
}

/// The time that all workers of a loader have spent together.
package struct LoaderWork: Sendable, Equatable {
  /// Reading samples from disk or a packed cache.
  package let decoding: Duration
  /// Drawing views of samples.
  package let drawing: Duration
}

/// Renders batches ahead of the step on plain threads.
///
/// The contents of a batch depend only on the source and the order, not on the number of threads or on timing. At most
/// `ahead` batches are waiting or in progress; the workers pause until one is taken. Only one thread may take batches.
package final class Loader {
  private let maker: BatchMaker

  /// How long `next` has waited for unfinished batches. More threads or cheaper views would reduce it. The wait for the
  /// first batch, which cannot be made in advance, counts too.
  package private(set) var waited = Duration.zero

  /// - Parameters:
  ///   - order: gives indices of samples of `source`, below its `sampleCount`.
  ///   - batches: the numbers of the batches to deliver, in order.
  ///   - threads: how many workers render; at least 1.
  ///   - ahead: how many batches may be waiting or in progress; at least 1.
  package init(
    source: any ViewSource, order: any BatchOrder, batches: Range<Int>, threads: Int, ahead: Int = 2,
    failures: FailurePolicy = .replace
  ) {
    maker = BatchMaker(source: source, order: order, batches: batches, ahead: max(ahead, 1), failures: failures)
    maker.open(threads: max(threads, 1))
  }

  deinit { maker.close() }

  /// The next batch; waits until it is ready. Nil after the last, and after `stop()`.
  package func next() throws(LoaderError) -> Batch? {
    let start = ContinuousClock.now
    defer { waited += start.duration(to: .now) }
    return try maker.next()
  }

  /// The samples that could not be read so far, each once and ordered by index.
  package var skipped: [SampleError] { maker.unread.map(\.error) }

  /// The same with the index of each.
  package var unread: [(sample: Int, error: SampleError)] { maker.unread }

  /// The time that the workers have spent so far.
  package var work: LoaderWork { maker.spent }

  /// Stops the workers and waits for them. Batches that were taken stay valid.
  package func stop() { maker.close() }
}
