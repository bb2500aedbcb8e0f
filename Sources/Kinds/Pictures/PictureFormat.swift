import CBMP
import CCodec
import CDICOM
import CJPEG
import CNIfTI
import CNumPy
import CPNG
import CTIFF
import CWebP

/// The formats of picture files, each with its own codec. The first bytes of a file determine its format, not its name.
package enum PictureFormat: String, Sendable, CaseIterable {
  case jpeg = "JPEG"
  case png = "PNG"
  case webp = "WebP"
  case tiff = "TIFF"
  case bmp = "BMP"
  case numpy = "NumPy"
  case dicom = "DICOM"
  case nifti = "NIfTI"
  case video

  /// Extensions of file names, in lower case, without the dot.
  package var extensions: [String] {
    switch self {
    case .jpeg: ["jpg", "jpeg", "jpe", "jfif"]
    case .png: ["png"]
    case .webp: ["webp"]
    case .tiff: ["tif", "tiff"]
    case .bmp: ["bmp", "dib"]
    case .numpy: ["npy"]
    case .dicom: ["dcm", "dicom"]
    case .nifti: ["nii"]
    case .video: ["mp4", "m4v", "mov", "avi", "mkv", "webm", "mpg", "mpeg"]
    }
  }

  /// Whether its files are of patients: their names must not be seen.
  package var isMedical: Bool { self == .dicom || self == .nifti }

  /// Whether this build reads the format.
  package var isBuilt: Bool { self == .video ? VideoFile.isProgramThere : codec != nil }

  /// The packages of apt and Homebrew that contain its library; nil if it needs none.
  package var packages: (apt: String, brew: String)? {
    switch self {
    case .jpeg: ("libjpeg-dev", "jpeg-turbo")
    case .png: ("libpng-dev", "libpng")
    case .webp: ("libwebp-dev", "webp")
    case .tiff: ("libtiff-dev", "libtiff")
    case .dicom: ("libdcmtk-dev libopenjp2-7-dev", "dcmtk openjpeg")
    case .video: ("ffmpeg", "ffmpeg")
    case .bmp, .numpy, .nifti: nil
    }
  }

  /// Nil if this build lacks the codec, and for videos, which a program decodes.
  var codec: UnsafePointer<CCodec>? {
    switch self {
    case .jpeg: cjpeg_codec()
    case .png: cpng_codec()
    case .webp: cwebp_codec()
    case .tiff: ctiff_codec()
    case .bmp: cbmp_codec()
    case .numpy: cnumpy_codec()
    case .dicom: cdicom_codec()
    case .nifti: cnifti_codec()
    case .video: nil
    }
  }

  /// How many bytes at the start of a file `init(start:)` needs.
  static let startLength = 348

  /// Nil if no format begins with these bytes.
  init?(start: some Collection<UInt8>) {
    let start = Array(start.prefix(Self.startLength))
    if let medical = Self.medical(start) {
      self = medical
      return
    }
    if ForeignFormat.isVideo(start) {
      self = .video
      return
    }
    let found = Self.allCases.first { format in
      format.beginnings.contains { start.starts(with: $0) }
        && (format != .webp || Array(start.prefix(12)).ends(with: "WEBP"))
    }
    guard let found else { return nil }
    self = found
  }

  private static func medical(_ start: [UInt8]) -> PictureFormat? {
    if start.dropFirst(128).starts(with: "DICM".utf8) || isBareDICOM(start) { return .dicom }
    // The sizes of the headers of both versions, and their names: "n+1" with the voxels, "ni1" without them.
    func has(_ size: [UInt8]) -> Bool { start.starts(with: size) || start.starts(with: size.reversed()) }
    let names = ["n+1", "ni1"].map { start.dropFirst(344).starts(with: $0.utf8) }
    if has([0x5C, 1, 0, 0]), names.contains(true) { return .nifti }
    return has([0x1C, 2, 0, 0]) && start.dropFirst(4).starts(with: "n+2".utf8) ? .nifti : nil
  }

  /// Files older than the header of DICOM begin with an element of group 2 or 8: its number, then its type in two letters or
  /// a length of at most 64 bytes.
  private static func isBareDICOM(_ start: [UInt8]) -> Bool {
    guard start.count >= 12 else { return false }
    let isLittle = start[1] == 0 && (start[0] == 2 || start[0] == 8)
    let isBig = start[0] == 0 && (start[1] == 2 || start[1] == 8)
    guard isLittle || isBig else { return false }
    // The number of the element has one byte.
    guard start[isLittle ? 3 : 2] == 0 else { return false }
    let types = ["UL", "OB", "UI", "CS", "SH", "DA", "TM", "LO"]
    if types.contains(where: { start[4..<6].elementsEqual($0.utf8) }) { return true }
    let length = isLittle ? Array(start[4..<8]) : start[4..<8].reversed()
    return length[0] <= 64 && length[0].isMultiple(of: 2) && length.dropFirst().allSatisfy { $0 == 0 }
  }

  /// Whether more than the two letters say that a file is a BMP: four bytes that are always 0 follow its size.
  static func isBMP(_ start: [UInt8]) -> Bool {
    start.count >= 12 && start.starts(with: Array("BM".utf8)) && start[6..<10].allSatisfy { $0 == 0 }
  }

  private var beginnings: [[UInt8]] {
    switch self {
    case .jpeg: [[0xFF, 0xD8, 0xFF]]
    case .png: [[0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]]
    case .webp: [Array("RIFF".utf8)]
    // Byte order and the number 42, or BigTIFF's 43.
    case .tiff: [42, 43].flatMap { [[0x49, 0x49, $0, 0], [0x4D, 0x4D, 0, $0]] }
    case .bmp: [Array("BM".utf8)]
    case .numpy: [[0x93] + Array("NUMPY".utf8)]
    case .dicom, .nifti, .video: []
    }
  }

  /// A sentence without its subject, about a file whose format this build does not read.
  var absence: String {
    let way = packages.map { ": install \($0.apt) (apt) or \($0.brew) (Homebrew) and build Swiftlet again" } ?? ""
    return "is a \(rawValue) file, which this build cannot read" + way
  }
}

extension [UInt8] {
  fileprivate func ends(with text: String) -> Bool { suffix(text.utf8.count).elementsEqual(text.utf8) }
}
