import Synchronization

extension FileScan {
  /// Calls `problem` for every file on `threads` plain threads; its result says why the file is not a sample. Returns
  /// the files that are samples, at least `fewest`, and those that are not.
  package func checked(
    threads: Int, lookedFor: String, fewest: Int = 2, problem: @escaping @Sendable (_ path: String) -> String?
  ) throws(DatasetError) -> (files: FileList, skipped: [SampleError]) {
    let problems = Problems()
    let files = files
    concurrently(count: files.count, threads: threads) { sample in
      guard let reason = problem(files.path(of: sample)) else { return }
      problems.bySample.withLock { $0[sample] = SampleError(name: files.name(of: sample), reason: reason) }
    }
    let found = problems.bySample.withLock { $0 }
    let kept = files.filtered { found[$0] == nil }
    let skipped = self.skipped + found.sorted { $0.key < $1.key }.map(\.value)
    guard kept.count > 0 else {
      throw .noneReadable(lookedFor: lookedFor, skipped)
    }
    guard kept.count >= fewest else { throw .tooFewSamples(count: kept.count, lookedFor: lookedFor, leftOut: skipped) }
    return (kept, skipped)
  }

  private final class Problems: Sendable {
    let bySample = Mutex<[Int: SampleError]>([:])
  }
}
