import Learning
import Samples

extension ImageCollection {
  /// The same pictures; `choice` says whether decoded ones are kept.
  ///
  /// - Throws: `DatasetError.cacheUnusable` if a folder was named and cannot be used.
  package func cached(_ choice: CacheChoice) throws(DatasetError) -> any SampleCollection {
    switch choice {
    case .off: return with(nil)
    case .folder(let path): return with(try PackedCache(in: path))
    case .auto:
      guard cachePays else { return with(nil) }
      // Nobody asked for this cache, so it is no error if it cannot be used.
      return with(try? PackedCache(in: CacheChoice.automaticFolder(of: "pictures")))
    }
  }

  /// Measured on a few pictures.
  private var cachePays: Bool {
    guard samplesInMemory(of: Array(names.indices)).share < 1 else { return false }
    let clock = ContinuousClock()
    var (seconds, byteCount) = (0.0, 0)
    for index in 0..<min(8, folder.count) {
      let sample = index * folder.count / min(8, folder.count)
      let (path, part) = (folder.files.path(of: sample), folder.files.samples[sample].part)
      var picture: Picture?
      let time = clock.measure {
        picture = try? PictureDecoder.decode(path: path, part: part, rule: imageConfiguration.decode)
      }
      guard let picture else { continue }
      seconds += time / .seconds(1)
      byteCount += picture.samples.byteCount
    }
    return seconds > 2 * Double(byteCount) / CacheChoice.diskBytesPerSecond
  }
}
