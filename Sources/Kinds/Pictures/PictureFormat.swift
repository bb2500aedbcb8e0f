import CBMP
import CCodec
import CJPEG
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

  /// Extensions of file names, in lower case, without the dot.
  package var extensions: [String] {
    switch self {
    case .jpeg: ["jpg", "jpeg", "jpe", "jfif"]
    case .png: ["png"]
    case .webp: ["webp"]
    case .tiff: ["tif", "tiff"]
    case .bmp: ["bmp", "dib"]
    case .numpy: ["npy"]
    }
  }

  /// Whether this build reads the format.
  package var isBuilt: Bool { codec != nil }

  /// The packages of apt and Homebrew that contain its library; nil if it needs none.
  package var packages: (apt: String, brew: String)? {
    switch self {
    case .jpeg: ("libjpeg-dev", "jpeg-turbo")
    case .png: ("libpng-dev", "libpng")
    case .webp: ("libwebp-dev", "webp")
    case .tiff: ("libtiff-dev", "libtiff")
    case .bmp, .numpy: nil
    }
  }

  /// Nil if this build lacks the codec.
  var codec: UnsafePointer<CCodec>? {
    switch self {
    case .jpeg: cjpeg_codec()
    case .png: cpng_codec()
    case .webp: cwebp_codec()
    case .tiff: ctiff_codec()
    case .bmp: cbmp_codec()
    case .numpy: cnumpy_codec()
    }
  }

  /// How many bytes at the start of a file `init(start:)` needs.
  static let startLength = 12

  /// Nil if no format begins with these bytes.
  init?(start: some Collection<UInt8>) {
    let start = Array(start.prefix(Self.startLength))
    let found = Self.allCases.first { format in
      format.beginnings.contains { start.starts(with: $0) } && (format != .webp || start.ends(with: "WEBP"))
    }
    guard let found else { return nil }
    self = found
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
