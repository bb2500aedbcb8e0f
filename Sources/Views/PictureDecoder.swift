import CJPEG
import CPNG
import CPixels

/// JPEG and PNG files to pictures. What a file is, its first bytes say, not its name.
///
/// JPEG: grey, RGB and YCbCr, CMYK and YCCK (to RGB without a colour profile). PNG: every colour type and depth;
/// transparent pixels are laid over white. EXIF orientation is undone. Truncated and damaged files are errors.
public enum PictureDecoder {
  /// Reads the header alone, for going through a folder; a file that passes may still turn out to be damaged.
  public static func checkHeader(
    path: String, maxPixels: Int = CanonicalDecode.defaultMaxPixels
  ) throws(DecodeError) -> PictureHeader {
    try Codec(path: path, maxPixels: maxPixels).header
  }

  /// The canonical picture of a file.
  public static func decode(path: String, rule: CanonicalDecode) throws(DecodeError) -> Picture {
    let codec = try Codec(path: path, maxPixels: rule.maxPixels)
    return try codec.decode(rule: rule)
  }
}

/// An open file in the hands of its codec.
private final class Codec {
  private enum Reader {
    case jpeg(OpaquePointer)
    case png(OpaquePointer)
  }

  private let path: String
  private let reader: Reader
  private let storedWidth: Int
  private let storedHeight: Int
  private let channels: Int
  private let bitsPerSample: Int
  /// As far as the header says.
  private let orientation: Int

  init(path: String, maxPixels: Int) throws(DecodeError) {
    var file = try PictureFile(path: path)
    self.path = path
    var message = [CChar](repeating: 0, count: 256)
    var opened: OpaquePointer?
    switch file.format {
    case .jpeg:
      var header = CJPEGHeader()
      guard cjpeg_open(file.release(), &opened, &header, &message, message.count) == 0, let opened else {
        throw Self.error(path, .jpeg, message)
      }
      reader = .jpeg(opened)
      (storedWidth, storedHeight) = (Int(header.width), Int(header.height))
      (channels, bitsPerSample) = (Int(header.channels), 8)
      orientation = ExifOrientation.read(from: .init(start: header.exif, count: header.exif_length))
    case .png:
      var header = CPNGHeader()
      guard cpng_open(file.release(), &opened, &header, &message, message.count) == 0, let opened else {
        throw Self.error(path, .png, message)
      }
      reader = .png(opened)
      (storedWidth, storedHeight) = (Int(header.width), Int(header.height))
      (channels, bitsPerSample) = (Int(header.channels), Int(header.bits_per_sample))
      orientation = Self.orientation(of: opened)
    }
    // Both formats' sides fit in 31 bits, so that the product cannot overflow.
    guard storedWidth * storedHeight <= maxPixels else {
      throw DecodeError(
        path: path, reason: "has \(storedWidth) x \(storedHeight) pixels, more than the limit of \(maxPixels)")
    }
  }

  deinit {
    switch reader {
    case .jpeg(let reader): cjpeg_close(reader)
    case .png(let reader): cpng_close(reader)
    }
  }

  var header: PictureHeader {
    let format: PictureHeader.Format = if case .jpeg = reader { .jpeg } else { .png }
    let isTransposed = orientation >= 5
    return PictureHeader(
      format: format, width: isTransposed ? storedHeight : storedWidth,
      height: isTransposed ? storedWidth : storedHeight, channels: channels, bitsPerSample: bitsPerSample)
  }

  func decode(rule: CanonicalDecode) throws(DecodeError) -> Picture {
    let isJPEG = header.format == .jpeg
    let reduction = rule.reduction(width: storedWidth, height: storedHeight, most: isJPEG ? 8 : 1 << 30)
    let width = storedWidth.dividedUp(by: reduction)
    let height = storedHeight.dividedUp(by: reduction)
    let count = width * height * channels
    let samples: Picture.Samples
    if bitsPerSample == 16 {
      samples = .uint16(oriented(try read(count, reduction: reduction), width: width, height: height))
    } else {
      samples = .uint8(oriented(try read(count, reduction: reduction), width: width, height: height))
    }
    let isTransposed = finalOrientation >= 5
    guard
      let picture = Picture(
        width: isTransposed ? height : width, height: isTransposed ? width : height, channels: channels,
        samples: samples)
    else { throw DecodeError(path: path, reason: "has no pixels") }
    return picture
  }

  private func read<Sample: FixedWidthInteger>(
    _ count: Int, reduction: Int
  ) throws(DecodeError) -> [Sample] {
    var message = [CChar](repeating: 0, count: 256)
    var status: Int32 = -1
    // Unsafe because the codec writes into the array's memory; the byte count goes with it and is checked there.
    let samples = [Sample](unsafeUninitializedCapacity: count) { buffer, initialised in
      let bytes = count * MemoryLayout<Sample>.size
      buffer.initialize(repeating: 0)
      status =
        switch reader {
        case .jpeg(let reader):
          cjpeg_decode(reader, UInt32(reduction), buffer.baseAddress, bytes, &message, message.count)
        case .png(let reader):
          cpng_decode(reader, UInt32(reduction), buffer.baseAddress, bytes, &message, message.count)
        }
      initialised = count
    }
    guard status == 0 else { throw Self.error(path, header.format, message) }
    return samples
  }

  /// A PNG's eXIf chunk may also follow the pixels.
  private var finalOrientation: Int {
    switch reader {
    case .jpeg: orientation
    case .png(let reader): Self.orientation(of: reader)
    }
  }

  private func oriented<Sample: FixedWidthInteger>(
    _ samples: [Sample], width: Int, height: Int
  ) -> [Sample] {
    let orientation = finalOrientation
    guard orientation != 1 else { return samples }
    return [Sample](unsafeUninitializedCapacity: samples.count) { buffer, initialised in
      samples.withUnsafeBytes { source in
        cpixels_orient(
          source.baseAddress, width, height, channels * MemoryLayout<Sample>.size, Int32(orientation),
          UnsafeMutableRawPointer(buffer.baseAddress))
      }
      initialised = samples.count
    }
  }

  private static func orientation(of reader: OpaquePointer) -> Int {
    var length = 0
    let block = cpng_exif(reader, &length)
    return ExifOrientation.read(from: .init(start: block, count: length))
  }

  private static func error(_ path: String, _ format: PictureHeader.Format, _ message: [CChar]) -> DecodeError {
    let text = String(decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return DecodeError(path: path, reason: "is a damaged or unsupported \(format.rawValue) file (\(text))")
  }
}
