import Learning
import Samples
import Torch

extension SoundConfiguration {
  /// Mean, deviation and greatest value of each band.
  public var rawBaseline: RawBaseline {
    Self.baseline("mean, deviation and greatest value of each mel band") { SoundStatistics.ofBands($0) }
  }

  /// What sounded when, roughly.
  public var furtherBaseline: RawBaseline? {
    Self.baseline("means of the mel bands in \(SoundStatistics.segments) stretches of a clip") {
      SoundStatistics.ofSegments($0)
    }
  }

  private static func baseline(
    _ name: String, _ statistics: @escaping @Sendable (Spectrogram) -> [Float]
  ) -> RawBaseline {
    RawBaseline(name, suitsProbe: true) { data, _ in
      guard let sounds = data as? SoundCollection else { throw DatasetError.foreignListing(kind: plural) }
      var rows: [[Float]] = []
      var (samples, skipped): ([Int], [SampleError]) = ([], [])
      for sample in sounds.names.indices {
        switch sounds.ownSpectrogram(of: sample) {
        case .success(let spectrogram):
          rows.append(statistics(spectrogram))
          samples.append(sample)
        case .failure(let error): skipped.append(error)
        }
      }
      guard let width = rows.first?.count else {
        throw DatasetError.noneReadable(lookedFor: SoundFile.lookedFor, skipped)
      }
      return (try Tensor(rows.flatMap(\.self), shape: [rows.count, width]), samples, skipped)
    }
  }
}

/// What a spectrogram looks like without learning.
enum SoundStatistics {
  static let segments = 16

  /// The means of all bands, then their deviations, then their greatest values: [3 · bands].
  static func ofBands(_ spectrogram: Spectrogram) -> [Float] {
    var (means, deviations, greatest): ([Float], [Float], [Float]) = ([], [], [])
    for band in 0..<spectrogram.bands {
      let row = spectrogram.values[band * spectrogram.frames..<(band + 1) * spectrogram.frames]
      let mean = row.reduce(0.0) { $0 + Double($1) } / Double(row.count)
      let squares = row.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
      means.append(Float(mean))
      deviations.append(Float((squares / Double(row.count)).squareRoot()))
      greatest.append(row.max() ?? 0)
    }
    return means + deviations + greatest
  }

  /// The mean of each band in each of 16 stretches of equal length: [16 · bands], a stretch after another.
  static func ofSegments(_ spectrogram: Spectrogram) -> [Float] {
    var result: [Float] = []
    for segment in 0..<segments {
      let start = segment * spectrogram.frames / segments
      let end = max(start + 1, (segment + 1) * spectrogram.frames / segments)
      for band in 0..<spectrogram.bands {
        let row = spectrogram.values[band * spectrogram.frames + start..<band * spectrogram.frames + end]
        result.append(row.reduce(0, +) / Float(row.count))
      }
    }
    return result
  }
}
