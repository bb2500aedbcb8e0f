import Samples
import Synchronization

/// What a folder's pictures have in common, according to their headers.
package struct ImageContents: Sendable, Equatable {
  /// The channels of a view: 3 for grey and RGB pictures, otherwise as many as each picture has.
  package var channels = 3
  /// The samples with more than 8 bits.
  package var deepSamples: [Int] = []
  /// How many of these are floating-point pictures.
  package var floatCount = 0
  /// The number of files that hold more than one picture.
  package var pagedCount = 0

  package init() {}
}

/// The headers of the files in a scan, collected from several threads.
final class ImageHeaders: Sendable {
  /// A kind of picture. One run takes only one kind: picture files or arrays, with the same number of channels.
  private struct Kind: Hashable {
    let isArray: Bool
    /// Grey counts as RGB.
    let channels: Int

    init(_ header: PictureHeader) {
      isArray = header.format == .numpy
      channels = header.channels == 1 ? 3 : header.channels
    }

    func precedes(_ other: Kind) -> Bool {
      isArray == other.isArray ? channels < other.channels : !isArray
    }

    /// Why a file of the kind `other` is left out, as half a sentence.
    func refusal(of other: Kind, isDemanded: Bool) -> String {
      if channels == other.channels {
        return isArray
          ? "is not a NumPy array, and most files here are" : "is a NumPy array, and most files here are pictures"
      }
      let wanted = channels == 3 ? "3 (or 1)" : "\(channels)"
      return "has \(other.channels == 3 ? "3 (or 1)" : "\(other.channels)") channels, and "
        + (isDemanded ? "the run takes \(wanted)" : "most pictures here have \(wanted)")
    }
  }

  private let byPath = Mutex<[String: PictureHeader]>([:])

  func keep(_ header: PictureHeader, of path: String) { byPath.withLock { $0[path] = header } }

  /// Keeps the files of the most frequent kind and leaves out the others.
  ///
  /// - Parameter channels: the channels that an existing run takes; nil if there is none.
  func sorted(
    _ files: FileList, channels: Int?
  ) -> (files: FileList, skipped: [SampleError], contents: ImageContents) {
    let headers = byPath.withLock { all in files.samples.indices.map { all[files.path(of: $0)] } }
    let kinds = headers.map { $0.map(Kind.init) }
    var counts: [Kind: Int] = [:]
    for kind in kinds { if let kind, channels == nil || channels == kind.channels { counts[kind, default: 0] += 1 } }
    var contents = ImageContents()
    let most = counts.max { $0.value == $1.value ? $1.key.precedes($0.key) : $0.value < $1.value }
    contents.channels = channels ?? most?.key.channels ?? 3
    var kept: [FileList.Sample] = []
    var skipped: [SampleError] = []
    for (sample, header) in headers.enumerated() {
      if let most, let kind = kinds[sample], kind != most.key {
        let reason = most.key.refusal(of: kind, isDemanded: channels != nil)
        skipped.append(SampleError(name: files.name(of: sample), reason: reason))
        continue
      }
      if let header, header.bitsPerSample > 8 { contents.deepSamples.append(kept.count) }
      if let header, header.bitsPerSample > 16 { contents.floatCount += 1 }
      if header?.hasMorePages == true { contents.pagedCount += 1 }
      kept.append(files.samples[sample])
    }
    return (FileList(roots: files.roots, samples: kept), skipped, contents)
  }
}
