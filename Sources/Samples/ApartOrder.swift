/// Like `EpochOrder`, but samples that are too much alike do not share a batch: a loss with negatives would tell apart what is the
/// same, such as two frames of one moment.
///
/// A batch takes the next samples of the epoch that are unlike those in it; the others wait for the next batch. Where too few are
/// unlike, it is filled with the first of those that wait, so that an epoch has the same number of batches as ever.
package struct ApartOrder: BatchOrder {
  private let epochs: EpochOrder
  private let alike: [[Int]]

  /// - Parameter alike: for each sample those that it should not share a batch with.
  package init(alike: [[Int]], batchSize: Int, seed: UInt64) {
    epochs = EpochOrder(sampleCount: alike.count, batchSize: batchSize, seed: seed)
    self.alike = alike
  }

  package var stepsPerEpoch: Int { epochs.stepsPerEpoch }

  package func batch(_ number: Int) -> (epoch: Int, samples: [Int]) {
    lastEpoch.batch(number, stepsPerEpoch: stepsPerEpoch, make: batches)
  }

  /// How many samples of the first epoch share a batch with one that is too much like them.
  package var sharedCount: Int {
    batches(epoch: 0).reduce(0) { sum, batch in
      let members = Set(batch)
      return sum + batch.count { alike[$0].contains(where: members.contains) }
    }
  }

  private func batches(epoch: Int) -> [[Int]] {
    var batches = filled(epoch: epoch)
    exchange(in: &batches)
    return batches
  }

  /// What is left for the last batches may be alike: each such sample changes places with one of another batch, where both are
  /// unlike the others. So many exchanges are tried at most; where all samples are alike none helps.
  private static let mostTries = 200_000

  private func exchange(in batches: inout [[Int]]) {
    var tries = 0
    func isUnlike(_ sample: Int, _ batch: [Int], without place: Int) -> Bool {
      batch.indices.allSatisfy { $0 == place || !alike[sample].contains(batch[$0]) }
    }
    for own in batches.indices.reversed() {
      for place in batches[own].indices where !isUnlike(batches[own][place], batches[own], without: place) {
        let sample = batches[own][place]
        search: for other in batches.indices where other != own {
          for candidate in batches[other].indices {
            tries += 1
            guard tries < Self.mostTries else { return }
            if isUnlike(sample, batches[other], without: candidate),
              isUnlike(batches[other][candidate], batches[own], without: place)
            {
              batches[own][place] = batches[other][candidate]
              batches[other][candidate] = sample
              break search
            }
          }
        }
      }
    }
  }

  private func filled(epoch: Int) -> [[Int]] {
    var waiting = epochs.permutation(epoch: epoch)
    return (0..<stepsPerEpoch).map { _ in
      var batch: [Int] = []
      var blocked: Set<Int> = []
      var passed: [Int] = []
      var next = 0
      while next < waiting.count, batch.count < epochs.batchSize {
        let sample = waiting[next]
        next += 1
        if blocked.contains(sample) {
          passed.append(sample)
        } else {
          batch.append(sample)
          blocked.formUnion(alike[sample])
        }
      }
      let missing = min(epochs.batchSize - batch.count, passed.count)
      batch += passed.prefix(missing)
      waiting = Array(passed.dropFirst(missing)) + waiting[next...]
      return batch
    }
  }

  private let lastEpoch = LastEpoch()
}
