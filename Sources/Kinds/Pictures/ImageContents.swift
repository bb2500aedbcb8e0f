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
  /// The number of files that hold more than one picture, of which only the first is read.
  package var pagedCount = 0
  /// How many videos the pictures are taken from.
  package var videoCount = 0
  /// What medical files say of the samples; nil for other pictures.
  package var medical: MedicalContents?

  package init() {}
}

/// The headers of the files in a scan, collected from several threads.
final class ImageHeaders: Sendable {
  /// A kind of picture. One run takes only one kind: picture files or arrays, with the same number of channels.
  private struct Kind: Hashable {
    enum Form: Int {
      case picture, array, medical

      var plural: String {
        switch self {
        case .picture: "pictures"
        case .array: "NumPy arrays"
        case .medical: "DICOM or NIfTI files"
        }
      }

      var name: String {
        switch self {
        case .picture: "picture file"
        case .array: "NumPy array"
        case .medical: "DICOM or NIfTI file"
        }
      }
    }

    let form: Form
    /// Grey counts as RGB.
    let channels: Int

    init(_ header: PictureHeader) {
      form = header.format == .numpy ? .array : header.format.isMedical ? .medical : .picture
      channels = header.channels == 1 ? 3 : header.channels
    }

    func precedes(_ other: Kind) -> Bool {
      form == other.form ? channels < other.channels : form.rawValue < other.form.rawValue
    }

    /// Why a file of the kind `other` is left out, as half a sentence.
    func refusal(of other: Kind, isDemanded: Bool) -> String {
      if channels == other.channels {
        return form == .picture
          ? "is a \(other.form.name), and most files here are pictures"
          : "is not a \(form.name), and most files here are"
      }
      let wanted = channels == 3 ? "3 (or 1)" : "\(channels)"
      return "has \(other.channels == 3 ? "3 (or 1)" : "\(other.channels)") channels, and "
        + (isDemanded ? "the run takes \(wanted)" : "most pictures here have \(wanted)")
    }
  }

  private let byPath = Mutex<[String: PictureHeader]>([:])
  private let originsByPath = Mutex<[String: [FrameOrigin]]>([:])
  private let medicalFailures = Mutex(false)

  func keep(_ header: PictureHeader, _ origins: [FrameOrigin], of path: String) {
    byPath.withLock { $0[path] = header }
    if !origins.isEmpty { originsByPath.withLock { $0[path] = origins } }
  }

  /// Notes that a medical file cannot be read.
  func noteMedicalFailure() { medicalFailures.withLock { $0 = true } }

  /// Whether any file that was looked at is a medical one, so that names must not be seen.
  var holdMedicalFiles: Bool { medicalFailures.withLock { $0 } || originsByPath.withLock { !$0.isEmpty } }

  /// Whether the files are medical ones; all are if one is.
  func holdsOrigins(of files: FileList) -> Bool {
    files.count > 0 && originsByPath.withLock { $0[files.path(of: 0)] != nil }
  }

  func origins(of path: String) -> [FrameOrigin] { originsByPath.withLock { $0[path] ?? [] } }

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
      // Values with a unit are scaled by a rule of their own.
      let isMedical = header?.format.isMedical == true
      if let header, header.bitsPerSample > 8, !isMedical { contents.deepSamples.append(kept.count) }
      if let header, header.bitsPerSample > 16 { contents.floatCount += 1 }
      if header?.hasMorePages == true { contents.pagedCount += 1 }
      kept.append(files.samples[sample])
    }
    return (FileList(roots: files.roots, samples: kept), skipped, contents)
  }
}
