import Samples

extension MedicalContents {
  /// How many slices of a volume are measured, spread evenly over it.
  static let measuredSlices = 8

  /// The same files with the range of the values of each volume, measured on some of its slices. A single picture has its own
  /// range, which is measured as it is decoded, and Hounsfield units have one for all.
  func measured(_ files: FileList, by rule: MeasuredValues, maxPixels: Int) -> FileList {
    var samples = files.samples
    let volumes = Dictionary(grouping: samples.indices) { samples[$0].part?.sequence ?? 0 }
      .sorted { $0.key < $1.key }.map(\.value)
    let kept = samples
    let ranges = concurrentMap(count: volumes.count) { number -> ClosedRange<Float>? in
      let members = volumes[number]
      guard members.count > 1, !members.contains(where: { origins[$0].isAbsolute }) else { return nil }
      var values: [Float] = []
      for sample in members.evenlySpread(Self.measuredSlices) {
        let frame = kept[sample].part?.frame ?? 0
        let own = try? PictureDecoder.values(path: files.path(of: sample), frame: frame, maxPixels: maxPixels)
        let some = (own ?? nil) ?? []
        let step = max(1, some.count * Self.measuredSlices / MeasuredValues.valueLimit) | 1
        values += stride(from: 0, to: some.count, by: step).map { some[$0] }
      }
      return rule.range(of: values)
    }
    for (members, range) in zip(volumes, ranges) {
      guard let range else { continue }
      for sample in members {
        guard var part = samples[sample].part else { continue }
        (part.lowest, part.highest) = (range.lowerBound, range.upperBound)
        samples[sample] = FileList.Sample(
          root: samples[sample].root, relativePath: samples[sample].relativePath, part: part)
      }
    }
    return FileList(roots: files.roots, samples: samples)
  }
}

extension DatasetError {
  /// The same about files whose names must not be seen.
  var withoutNames: DatasetError {
    func hidden(_ samples: [SampleError]) -> [SampleError] {
      samples.enumerated().map { SampleError(name: "file \($0 + 1)", reason: $1.reason) }
    }
    return switch self {
    case .noneReadable(let lookedFor, let samples): .noneReadable(lookedFor: lookedFor, hidden(samples))
    case .tooFewSamples(let count, let lookedFor, let leftOut):
      .tooFewSamples(count: count, lookedFor: lookedFor, leftOut: hidden(leftOut))
    case .tooFewOfAKind(let count, let others): .tooFewOfAKind(count: count, others: hidden(others))
    default: self
    }
  }
}
