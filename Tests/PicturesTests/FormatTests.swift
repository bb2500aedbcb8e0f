import Foundation
import TestSupport
import Testing

@testable import Pictures

/// Every format against an independent reader, and the laws that hold for all of them.
@Suite struct FormatTests {
  private let folder: TemporaryFolder
  private let whole = CanonicalDecode(shortSide: 1 << 20)

  init() throws { folder = try TemporaryFolder() }

  @Test(arguments: GoldenFormats.all)
  func agreesWithPillowTifffileAndNumPy(_ golden: GoldenFormats.Case) throws {
    let path = try folder.write([UInt8](golden.file), as: "named wrongly.jpg")
    let header = try PictureDecoder.checkHeader(path: path)
    #expect(header.format == golden.format)
    let bits = ["uint8": 8, "uint16": 16, "float32": 32][golden.type]
    #expect(header.bitsPerSample == bits)
    #expect(header.hasMorePages == golden.hasMorePages)
    let picture = try PictureDecoder.decode(path: path, rule: whole)
    #expect(picture.width == golden.width && picture.height == golden.height && picture.channels == golden.channels)
    #expect(header.channels == golden.channels)
    let (actual, expected) = (picture.samples.values, golden.values)
    #expect(actual.count == expected.count)
    let differences = zip(actual, expected).map { abs($0 - $1) }
    #expect(differences.max()! <= golden.tolerance)
  }

  @Test func theGoldenFileCoversEveryFormat() {
    #expect(
      Set(GoldenFormats.all.map(\.format)).union([.jpeg])
        == Set(PictureFormat.allCases.filter { $0.isBuilt && !$0.isMedical && $0 != .video }))
  }

  @Test(arguments: GoldenFormats.all)
  func largePicturesAreMeansOfBoxes(_ golden: GoldenFormats.Case) throws {
    let path = try folder.write([UInt8](golden.file))
    let full = try PictureDecoder.decode(path: path, rule: whole)
    // Rotated pictures are reduced as they are stored, so their boxes begin at another corner.
    guard !golden.name.contains("turned") else { return }
    let short = min(full.width, full.height)
    for reduction in [2, 4, 8] where short >= reduction {
      let picture = try PictureDecoder.decode(
        path: path, rule: CanonicalDecode(shortSide: (short + reduction - 1) / reduction))
      #expect(picture.width == (full.width + reduction - 1) / reduction)
      #expect(picture.height == (full.height + reduction - 1) / reduction)
      let source = full.samples.values
      var means: [Double] = []
      for top in stride(from: 0, to: full.height, by: reduction) {
        for left in stride(from: 0, to: full.width, by: reduction) {
          let (rows, columns) = (
            top..<min(top + reduction, full.height), left..<min(left + reduction, full.width)
          )
          for c in 0..<full.channels {
            let sum = rows.reduce(0) { sum, y in
              columns.reduce(sum) { $0 + source[(y * full.width + $1) * full.channels + c] }
            }
            means.append(sum / Double(rows.count * columns.count))
          }
        }
      }
      let isFloat = golden.type == "float32"
      let expected = isFloat ? means : means.map { ($0 + 0.5).rounded(.down) }
      #expect(zip(picture.samples.values, expected).allSatisfy { abs($0 - $1) <= (isFloat ? abs($1) * 1e-6 : 0) })
    }
  }

  @Test(arguments: GoldenFormats.all)
  func truncatedFilesAreErrors(_ golden: GoldenFormats.Case) throws {
    let file = [UInt8](golden.file)
    // What may follow the pixels: the last palette entries or padding of a file, another page, an animation's rest.
    let end = golden.hasMorePages ? file.count / 3 : golden.format == .tiff ? file.count - 64 : file.count
    for count in stride(from: 1, to: end, by: max(1, end / 60)) {
      let path = try folder.write(Array(file.prefix(count)))
      #expect(throws: DecodeError.self, "\(count) of \(file.count) bytes") {
        try PictureDecoder.decode(path: path, rule: whole)
      }
    }
  }

  @Test func theListOfFormatsSaysWhatBringsThem() {
    #expect(
      PictureFormat.allCases.map(\.rawValue) == [
        "JPEG", "PNG", "WebP", "TIFF", "BMP", "NumPy", "DICOM", "NIfTI", "video",
      ])
    for format in [PictureFormat.jpeg, .png, .bmp, .numpy] { #expect(format.isBuilt) }
    let files = Set(PictureFormat.allCases.filter { $0 != .video }.flatMap(\.extensions))
    #expect(
      files == ["jpg", "jpeg", "jpe", "jfif", "png", "webp", "tif", "tiff", "bmp", "dib", "npy", "dcm", "dicom", "nii"])
    #expect(
      PictureFormat.tiff.absence == "is a TIFF file, which this build cannot read: install libtiff-dev (apt) or "
        + "libtiff (Homebrew) and build Swiftlet again")
  }

  @Test func beginningsTellFormatsApart() {
    for golden in GoldenFormats.all { #expect(PictureFormat(start: golden.file.prefix(12)) == golden.format) }
    let (sound, half, nothing) = (Array("RIFFxxxxWAVE".utf8), Array("MM".utf8), [UInt8]())
    for start in [sound, half, nothing] { #expect(PictureFormat(start: start) == nil) }
  }

  @Test func valuesThatAreNoNumbersAreRefused() throws {
    for value in [Float.nan, .infinity] {
      let path = try folder.write(numPyFile("<f4", shape: [1, 2], floats: [0, value]))
      let error = #expect(throws: DecodeError.self) { try PictureDecoder.decode(path: path, rule: whole) }
      #expect(error?.reason.hasPrefix("holds values that are no finite numbers") == true)
      #expect(error?.reason.contains("NaN stands for no data") == value.isNaN)
    }
    let path = try folder.write(
      numPyFile("<f8", shape: [1, 2], bytes: [1.0, 1e300].flatMap { withUnsafeBytes(of: $0, Array.init) }))
    #expect(throws: DecodeError.self) { try PictureDecoder.decode(path: path, rule: whole) }
  }

  @Test(arguments: [
    ("<f4", "(3, 4, 5, 6)"), ("<f4", "(60,)"), ("<f4", "()"), ("<f4", "(17, 30, 20)"), ("<c8", "(2, 2)"),
    ("|O", "(2, 2)"), ("<f4", "(0, 4)"), ("<f4", "(99999999999999999999, 4)"), ("<f4", "(4, -4)"), ("<f4", "4, 4"),
    ("<f4", "(4000000000, 2)"), ("<f4", "(2147483647, 2147483647, 16)"), ("<U9", "(2, 2)"), ("<f3", "(2, 2)"),
  ])
  func arraysThatAreNoPicturesAreRefused(_ type: String, _ shape: String) throws {
    let text = "{'descr': '\(type)', 'fortran_order': False, 'shape': \(shape), }\n"
    let path = try folder.write(numPyHeader(text) + [UInt8](repeating: 0, count: 2000))
    let error = #expect(throws: DecodeError.self) { try PictureDecoder.decode(path: path, rule: whole) }
    #expect(error?.reason.contains("NumPy") == true, "\(error?.reason ?? "")")
  }

  @Test func valueRangesSpreadAndClip() {
    let range = ValueRange(uint16Highest: 4095, float: -1000...3000)
    #expect(range.spread(.uint8([0, 9, 255])) == .uint8([0, 9, 255]))
    #expect(range.spread(.uint16([0, 1, 4095, 5000])) == .uint16([0, 16, 65535, 65535]))
    #expect(range.spread(.float32([-2000, -1000, 0, 3000, 1e30])) == .float32([0, 0, 0.25, 1, 1]))
    #expect(ValueRange().spread(.uint16([0, 1, 65535])) == .uint16([0, 1, 65535]))
    #expect(ValueRange(float: 2...2).spread(.float32([1, 2, 3])) == .float32([0, 1, 1]))
    #expect(ValueRange(uint16Highest: 0).spread(.uint16([0, 7])) == .uint16([0, 65535]))
  }

  /// A header of 60,000 x 60,000 pixels in every format: refused before anything is allocated.
  @Test func hugeHeadersAreRefused() throws {
    for (format, bytes) in hugeFiles() {
      let path = try folder.write(bytes)
      let error = #expect(throws: DecodeError.self) { try PictureDecoder.decode(path: path, rule: whole) }
      // WebP's sides have at most 14 bits.
      let said = format == .webp ? "16383 x 16383" : "60000 x 60000"
      #expect(error?.reason == "has \(said) pixels, more than the limit of 250000000", "\(format)")
      #expect(throws: DecodeError.self) { try PictureDecoder.checkHeader(path: path) }
    }
    // An array must be as long as it says; a file with a hole takes no room.
    let array = try folder.write(numPyFile("|u1", shape: [60_000, 60_000], bytes: []), as: "array.npy")
    #expect(truncate(array, 3_600_000_100) == 0)
    let error = #expect(throws: DecodeError.self) { try PictureDecoder.decode(path: array, rule: whole) }
    #expect(error?.reason == "has 60000 x 60000 pixels, more than the limit of 250000000")
  }

  /// Whatever limit the user sets, the machine's memory is a limit too.
  @Test(.enabled(if: PictureFormat.tiff.isBuilt)) func whatNoMemoryHoldsIsRefused() throws {
    let path = try folder.write(emptyTIFF(side: 0x7FFF_FFFF))
    let beyond = CanonicalDecode(shortSide: 1 << 40, maxPixels: .max)
    let error = #expect(throws: DecodeError.self) { try PictureDecoder.decode(path: path, rule: beyond) }
    #expect(error?.reason == "needs more memory than this machine has")
  }

  private func hugeFiles() -> [PictureFormat: [UInt8]] {
    var files: [PictureFormat: [UInt8]] = [:]
    var bmp = [UInt8](GoldenFormats.named("bmp run lengths of 8 bits").file)
    bmp.replaceSubrange(18..<26, with: [0x60, 0xEA, 0, 0, 0x60, 0xEA, 0, 0])
    files[.bmp] = bmp
    if PictureFormat.tiff.isBuilt { files[.tiff] = emptyTIFF(side: 60_000) }
    if PictureFormat.webp.isBuilt {
      var webp = [UInt8](GoldenFormats.named("webp lossy").file)
      webp.replaceSubrange(26..<30, with: [0xFF, 0x3F, 0xFF, 0x3F])
      files[.webp] = webp
    }
    return files
  }
}

/// A grey TIFF of one compressed strip, which holds nothing.
func emptyTIFF(side: UInt32) -> [UInt8] {
  // Tags and values: sides, bits, LZW, black is 0, strip, samples per pixel, rows and bytes of the strip.
  let entries: [(UInt16, UInt32)] = [
    (256, side), (257, side), (258, 8), (259, 5), (262, 1), (273, 8), (277, 1), (278, side), (279, 4),
  ]
  func little<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
    withUnsafeBytes(of: number.littleEndian, Array.init)
  }
  var file: [UInt8] = Array("II".utf8) + little(UInt16(42)) + little(UInt32(8)) + little(UInt16(entries.count))
  for (tag, value) in entries { file += little(tag) + little(UInt16(4)) + little(UInt32(1)) + little(value) }
  return file + little(UInt32(0))
}

/// An .npy file, version 1.
func numPyHeader(_ text: String) -> [UInt8] {
  [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(text.utf8.count & 255), UInt8(text.utf8.count >> 8)] + Array(text.utf8)
}

func numPyFile(_ type: String, shape: [Int], bytes: [UInt8]) -> [UInt8] {
  let sides = shape.map(String.init).joined(separator: ", ")
  return numPyHeader("{'descr': '\(type)', 'fortran_order': False, 'shape': (\(sides)), }\n") + bytes
}

func numPyFile(_ type: String, shape: [Int], floats: [Float]) -> [UInt8] {
  numPyFile(type, shape: shape, bytes: floats.flatMap { withUnsafeBytes(of: $0, Array.init) })
}
