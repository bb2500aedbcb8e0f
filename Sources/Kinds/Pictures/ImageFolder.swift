import Samples

/// Pictures on disk, one for each sample: `try ImageFolder("photos")`.
public struct ImageFolder: Sendable {
  /// The files, with their labels and groups.
  public let labelled: LabelledFiles
  /// What the headers say.
  package let contents: ImageContents
  /// Whether headers were read.
  let isExamined: Bool

  public var files: FileList { labelled.files }
  /// Files that looked like pictures and are not, with the reason.
  public var skipped: [SampleError] { labelled.shownSkipped }
  /// What lies beside the pictures, by ending and reason.
  public var leftOut: [LeftOutFiles] { labelled.shownLeftOut }
  /// From a CSV or from folders; nil if there are none. Never an input of a model.
  public var labels: Labels? { labelled.labels }
  /// Which pictures belong together, if that is known.
  public var groups: Groups? { labelled.groups }

  static let extensions = Set(PictureFormat.allCases.flatMap(\.extensions))
  static let lookedFor = "JPEG, PNG, WebP, TIFF and BMP pictures, NumPy arrays, DICOM and NIfTI files, videos"

  /// Searches folders and files as `FileScan` does, and reads the header of each candidate: of each file whose ending
  /// or whose first bytes are those of a picture.
  ///
  /// One run takes one kind of picture: grey and RGB together, or pictures with one other number of channels; and
  /// either picture files or arrays. The kind of most files is kept, and the others are skipped.
  ///
  /// - Parameters:
  ///   - annotations: a CSV with the columns path, label and perhaps split. Without it folders are the labels, see
  ///     `FolderLayout`.
  ///   - channels: the channels of a view that an existing run needs; nil for those of most pictures.
  ///   - threads: the number of threads that read headers.
  public init(
    _ places: [String], _ annotations: Annotations = Annotations(), maxPixels: Int = 250_000_000,
    channels: Int? = nil, threads: Int = 2
  ) throws(DatasetError) {
    // To learn from comparisons takes two.
    try self.init(
      places, annotations, maxPixels: maxPixels, channels: channels, threads: threads, fewest: 2)
  }

  /// - Parameters:
  ///   - fewest: how many pictures there have to be at least.
  ///   - rate: how many pictures of a second of a video are taken; nil to leave videos out.
  ///   - holdsRecordings: whether a folder of pictures is a recording, and so a group, unless the files or the user say more.
  init(
    _ places: [String], _ annotations: Annotations, maxPixels: Int, channels: Int?, threads: Int = 2, fewest: Int,
    rate: Double? = nil, holdsRecordings: Bool = false
  ) throws(DatasetError) {
    let scan = try FileScan(
      places, extensions: Self.extensions, lookedFor: Self.lookedFor, verdict: PictureFile.verdict(on:))
    let headers = ImageHeaders()
    let checked: (files: FileList, skipped: [SampleError])
    do throws(DatasetError) {
      // One file may hold several pictures.
      checked = try scan.checked(threads: threads, lookedFor: Self.lookedFor, fewest: 1) { path in
        do throws(DecodeError) {
          if rate == nil, try PictureFile(path: path).format == .video { return VideoFile.unasked }
          let (header, origins) = try PictureDecoder.origins(path: path, maxPixels: maxPixels)
          headers.keep(header, origins, of: path)
          return nil
        } catch {
          if PictureFile.isMedical(path) { headers.noteMedicalFailure() }
          return error.reason
        }
      }
    } catch {
      throw headers.holdMedicalFiles ? error.withoutNames : error
    }
    var (files, notKept, contents) = headers.sorted(checked.files, channels: channels)
    if headers.holdsOrigins(of: files) {
      let (listed, medical) = MedicalContents.listing(files, origins: headers.origins(of:))
      files = medical.measured(listed, by: MeasuredValues(), maxPixels: maxPixels)
      contents.medical = medical
    }
    if let rate { (files, contents.videoCount) = files.withFrames(rate: rate, maxPixels: maxPixels) }
    var annotations = annotations
    if holdsRecordings, annotations.groups == nil, contents.medical == nil, contents.videoCount == 0 {
      annotations.groups = .folder
    }
    guard files.count >= fewest else {
      let error: DatasetError =
        notKept.isEmpty
        ? .tooFewSamples(count: files.count, lookedFor: Self.lookedFor, leftOut: checked.skipped)
        : .tooFewOfAKind(count: files.count, others: notKept)
      throw headers.holdMedicalFiles ? error.withoutNames : error
    }
    self.contents = contents
    isExamined = true
    labelled = try LabelledFiles(
      files, skipped: checked.skipped + notKept, leftOut: scan.leftOut, annotations,
      kind: ImageConfiguration.plural)
  }

  public init(_ place: String, labelFile: String? = nil, threads: Int = 2) throws(DatasetError) {
    try self.init([place], Annotations(labels: labelFile.map { .file($0) }), threads: threads)
  }

  /// The files that a run has recorded. No folder is searched, so the samples keep their numbers. A file that is gone
  /// is only noticed when it is read.
  public init(_ labelled: LabelledFiles) {
    self.labelled = labelled
    contents = ImageContents()
    isExamined = false
  }

  /// A placeholder for `count` pictures: a run on it can be planned and timed, but nothing can be read.
  public static func imagined(count: Int) -> ImageFolder {
    let samples = (0..<count).map { FileList.Sample(root: 0, relativePath: "\($0).png") }
    let files = FileList(roots: [FileList.Root(path: "/nowhere", prefix: "")], samples: samples)
    return ImageFolder(LabelledFiles(files, labels: nil))
  }

  public var count: Int { files.count }
}

extension ImageFolder {
  /// How many pictures have each depth in bits: 8, 16, or 32 for floating-point numbers.
  var depthCounts: [Int: Int] {
    let deep = contents.deepSamples.count
    return [8: count - deep, 16: deep - contents.floatCount, 32: contents.floatCount].filter { $0.value > 0 }
  }

  /// The median of the shorter side in pixels over some pictures, whose headers are read again.
  public var typicalShortSide: Int {
    let sides = someHeaders.map { min($0.width, $0.height) }.sorted()
    return sides.isEmpty ? 0 : sides[sides.count / 2]
  }

  /// The mean size in bytes of a decoded picture over some pictures; grey ones count as RGB.
  func typicalByteCount(_ rule: CanonicalDecode) -> Int {
    let counts = someHeaders.map {
      rule.pixelCount(width: $0.width, height: $0.height) * max(3, $0.channels) * $0.bitsPerSample / 8
    }
    return counts.isEmpty ? 0 : counts.reduce(0, +) / counts.count
  }

  private var someHeaders: [PictureHeader] {
    let step = max(1, files.count / 32)
    return stride(from: 0, to: files.count, by: step).compactMap { sample in
      try? PictureDecoder.checkHeader(path: files.path(of: sample))
    }
  }
}
