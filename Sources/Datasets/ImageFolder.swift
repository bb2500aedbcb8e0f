import Views

/// Pictures on disk, each a sample: `try ImageFolder("photos")`.
public struct ImageFolder: Sendable {
  public let files: FileList
  /// What looked like a picture and is none, with the reason.
  public let skipped: [SampleError]
  /// From a CSV, or from subfolders; nil where there are none. Never an input.
  public let labels: Labels?
  /// The CSV that the labels came from, if they did.
  public let labelFile: String?

  static let extensions: Set<String> = ["png", "jpg", "jpeg"]
  static let lookedFor = "PNG and JPEG pictures"

  /// Looks into folders and at files, as `FileScan` says, and reads the header of each candidate.
  ///
  /// - Parameters:
  ///   - labelFile: a CSV with the columns path, label and perhaps split; without it the subfolders are the labels, if
  ///     every picture lies in one and there are at least two.
  ///   - threads: how many headers are read at a time.
  public init(
    _ places: [String], labelFile: String? = nil, maxPixels: Int = CanonicalDecode.defaultMaxPixels, threads: Int = 2
  ) throws(DatasetError) {
    let scan = try FileScan(places, extensions: Self.extensions, lookedFor: Self.lookedFor)
    (files, skipped) = try scan.checked(threads: threads, lookedFor: Self.lookedFor) { path in
      do throws(DecodeError) {
        _ = try PictureDecoder.checkHeader(path: path, maxPixels: maxPixels)
        return nil
      } catch {
        return error.reason
      }
    }
    self.labelFile = labelFile
    if let labelFile {
      do {
        labels = try Labels(csv: labelFile, for: files)
      } catch {
        throw .labels(error)
      }
    } else {
      labels = Labels(foldersOf: files)
    }
  }

  public init(_ place: String, labelFile: String? = nil, threads: Int = 2) throws(DatasetError) {
    try self.init([place], labelFile: labelFile, threads: threads)
  }

  /// What a run has stored: nothing is looked for, so that the samples keep their numbers. A file gone since then is
  /// found missing when it is read.
  public init(files: FileList, labels: Labels?, skipped: [SampleError] = []) {
    self.files = files
    self.labels = labels
    labelFile = nil
    self.skipped = skipped
  }

  public var count: Int { files.count }
}

extension ImageFolder {
  /// The median, over some pictures, of the shorter side in pixels; their headers are read again.
  public var typicalShortSide: Int {
    let sides = someSizes.map { min($0.width, $0.height) }.sorted()
    return sides.isEmpty ? 0 : sides[sides.count / 2]
  }

  /// The mean, over some pictures, of the bytes of a decoded one in three channels.
  func typicalByteCount(_ rule: CanonicalDecode) -> Int {
    let counts = someSizes.map { rule.pixelCount(width: $0.width, height: $0.height) * 3 }
    return counts.isEmpty ? 0 : counts.reduce(0, +) / counts.count
  }

  private var someSizes: [(width: Int, height: Int)] {
    let step = max(1, files.count / 32)
    return stride(from: 0, to: files.count, by: step).compactMap { sample in
      (try? PictureDecoder.checkHeader(path: files.path(of: sample))).map { ($0.width, $0.height) }
    }
  }
}
