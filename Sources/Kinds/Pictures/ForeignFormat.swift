import Samples

/// Formats of pictures that Swiftlet does not read, and what a user can do about them.
enum ForeignFormat: String, CaseIterable {
  case gif = "GIF picture"
  case heic = "HEIC picture"
  case avif = "AVIF picture"
  case jpegXL = "JPEG XL picture"
  case jpeg2000 = "JPEG 2000 picture"
  case raw = "raw picture of a camera"
  case openEXR = "OpenEXR picture"
  case netpbm = "Netpbm picture"
  case qoi = "QOI picture"
  case targa = "Targa picture"
  case icon = "Windows icon"
  case photoshop = "Photoshop document"
  case vector = "vector graphic"
  case document = "PDF document"
  case fits = "FITS file"

  /// How many bytes at the start of a file `init(start:path:)` needs.
  static let startLength = PictureFormat.startLength

  /// By the first bytes of a file, else by its name; nil if neither is known.
  init?(start: [UInt8], path: String) {
    guard let found = Self.allCases.first(where: { $0.begins(start) }) ?? Self(path: path) else { return nil }
    self = found
  }

  /// By the ending of a file's name.
  init?(path: String) {
    guard let found = Self.bySuffix[Self.suffix(of: path)] else { return nil }
    self = found
  }

  /// Whether a file's name says that it is no picture, so that it need not be opened.
  static func isAnotherKind(_ path: String) -> Bool { otherSuffixes.contains(suffix(of: path)) }

  /// A sentence without its subject.
  var reason: String {
    let article = ["A", "O"].contains(rawValue.first) ? "an" : "a"
    return "is \(article) \(rawValue), which Swiftlet does not read; \(remedy)"
  }

  private var remedy: String {
    switch self {
    case .gif: "convert it to PNG, such as by magick 'a.gif[0]' a.png for its first frame"
    case .heic: "convert it to JPEG, such as by heif-convert a.heic a.jpg, or by magick"
    case .avif: "convert it to PNG, such as by avifdec a.avif a.png, or by magick"
    case .jpegXL: "convert it to PNG, such as by djxl a.jxl a.png"
    case .jpeg2000: "convert it to TIFF, such as by opj_decompress -i a.jp2 -o a.tif"
    case .raw: "develop it to TIFF or JPEG first, such as by darktable-cli or dcraw -T"
    case .openEXR, .fits: "convert it to a float32 TIFF or to a NumPy array"
    case .netpbm, .qoi, .targa, .icon, .photoshop: "convert it to PNG, such as by magick"
    case .vector, .document: "draw it as a PNG first, such as by magick"
    }
  }

  /// Each file of a search is looked up here.
  private static let bySuffix = Dictionary(
    allCases.flatMap { format in format.suffixes.map { ($0, format) } }, uniquingKeysWith: { first, _ in first })

  /// Endings of names in lower case, without the dot.
  private var suffixes: Set<String> {
    switch self {
    case .gif: ["gif"]
    case .heic: ["heic", "heif", "hif"]
    case .avif: ["avif", "avifs"]
    case .jpegXL: ["jxl"]
    case .jpeg2000: ["jp2", "j2k", "jpf", "jpx", "j2c", "jpc"]
    case .raw: ["dng", "cr2", "cr3", "nef", "nrw", "arw", "srf", "sr2", "orf", "rw2", "raf", "pef", "srw", "3fr"]
    case .openEXR: ["exr"]
    case .netpbm: ["pbm", "pgm", "ppm", "pnm", "pam", "pfm"]
    case .qoi: ["qoi"]
    case .targa: ["tga"]
    case .icon: ["ico", "cur"]
    case .photoshop: ["psd", "psb"]
    case .vector: ["svg", "svgz", "eps", "ai"]
    case .document: ["pdf"]
    case .fits: ["fits", "fit", "fts"]
    }
  }

  /// Whether a file begins like a video.
  static func isVideo(_ start: [UInt8]) -> Bool {
    func has(_ text: String, at place: Int) -> Bool { start.dropFirst(place).starts(with: text.utf8) }
    let brands = ["isom", "iso2", "iso4", "iso5", "iso6", "mp41", "mp42", "avc1", "qt  ", "M4V ", "3gp"]
    return has("RIFF", at: 0) && has("AVI ", at: 8) || has("ftyp", at: 4) && brands.contains { has($0, at: 8) }
      || start.starts(with: [0x1A, 0x45, 0xDF, 0xA3]) || start.starts(with: [0, 0, 1, 0xBA])
  }

  private func begins(_ start: [UInt8]) -> Bool {
    func has(_ text: String, at place: Int = 0) -> Bool { start.dropFirst(place).starts(with: text.utf8) }
    func isBrand(_ names: String...) -> Bool { has("ftyp", at: 4) && names.contains { has($0, at: 8) } }
    switch self {
    case .gif: return has("GIF87a") || has("GIF89a")
    case .heic: return isBrand("heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1")
    case .avif: return isBrand("avif", "avis")
    case .jpegXL: return start.starts(with: [0xFF, 0x0A]) || has("JXL ", at: 4)
    case .jpeg2000: return start.starts(with: [0xFF, 0x4F, 0xFF, 0x51]) || has("jP  ", at: 4)
    case .raw: return isBrand("crx ") || has("FUJIFILMCCD-RAW") || has("IIRO") || has("IIU\u{0}")
    case .openEXR: return start.starts(with: [0x76, 0x2F, 0x31, 0x01])
    case .netpbm:
      // A letter, a digit and white space.
      return start.count > 2 && start[0] == 0x50 && (0x31...0x37).contains(start[1])
        && [0x0A, 0x0D, 0x20].contains(start[2])
    case .qoi: return has("qoif")
    case .photoshop: return has("8BPS")
    case .vector: return has("<svg") || has("%!PS")
    case .document: return has("%PDF-")
    case .fits: return has("SIMPLE  =")
    case .targa, .icon: return false
    }
  }

  static func suffix(of path: String) -> String {
    let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")).map(path.utf8.index(after:))
    let name = path[(slash ?? path.startIndex)...]
    guard let dot = name.lastIndex(of: ".") else { return "" }
    let suffix = name[name.index(after: dot)...].lowercased()
    // a.nii.gz
    return suffix == "gz" && name.lowercased().hasSuffix(".nii.gz") ? "nii" : suffix
  }

  private static let otherSuffixes: Set<String> = [
    "csv", "tsv", "txt", "md", "rst", "json", "jsonl", "yaml", "yml", "xml", "html", "htm", "ini", "cfg", "toml", "log",
    "py", "ipynb", "swift", "c", "h", "cpp", "js", "css", "sh", "r", "m", "zip", "tar", "gz", "tgz", "bz2", "xz", "7z",
    "rar", "npz", "pkl", "pickle", "pt", "pth", "ckpt", "onnx", "safetensors", "h5", "hdf5", "mat", "parquet",
    "feather",
    "arrow", "db", "sqlite", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "odt", "ods", "mp3", "wav", "flac", "xmp",
    "aae", "thm", "bak", "tmp", "part", "lock",
  ]
}
