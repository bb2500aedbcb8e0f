import CCodec
import CPixels

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// An open file and the codec that reads it.
final class Codec {
  private let path: String
  private let format: PictureFormat
  private let codec: CCodec
  private let reader: UnsafeMutableRawPointer
  private let stored: CCodecHeader
  /// The orientation in the header; Exif data after the pixels may differ.
  private let orientation: Int
  /// What the file says of the picture that is read; nil for formats of one picture.
  private let origin: FrameOrigin?

  private var width: Int { Int(stored.width) }
  private var height: Int { Int(stored.height) }
  private var channels: Int { Int(stored.channels) }
  private var isTransposed: Bool { orientation >= 5 }

  /// - Parameter frame: which of a file's pictures is read, from 0.
  init(path: String, maxPixels: Int, frame: Int = 0) throws(DecodeError) {
    var file = try PictureFile(path: path)
    self.path = path
    format = file.format
    guard let codec = format.codec?.pointee else { throw DecodeError(path: path, reason: format.absence) }
    var message = [CChar](repeating: 0, count: 256)
    var opened: UnsafeMutableRawPointer?
    var header = CCodecHeader()
    guard codec.open(file.release(), &opened, &header, &message, message.count) == 0, let opened else {
      throw Self.error(path, file.format, message)
    }
    self.codec = codec
    reader = opened
    stored = header
    orientation = Self.orientation(codec, opened) ?? Int(header.orientation)
    do throws(DecodeError) {
      origin = try Self.origin(of: frame, codec, opened, path, file.format)
    } catch {
      codec.close(opened)
      throw error
    }
    // Codecs give sides of at most 31 bits, so that the product cannot overflow.
    guard width * height <= maxPixels / channels.dividedUp(by: 3) else {
      let each = channels > 3 ? " of \(channels) channels" : ""
      throw DecodeError(
        path: path, reason: "has \(width) x \(height) pixels\(each), more than the limit of \(maxPixels)")
    }
  }

  deinit { codec.close(reader) }

  var header: PictureHeader {
    // Values with a unit become 16 bits.
    let bytes = origin != nil && stored.sample == ccodec_float32 ? 2 : ccodec_sample_bytes(stored.sample)
    return PictureHeader(
      format: format, width: isTransposed ? height : width, height: isTransposed ? width : height, channels: channels,
      bitsPerSample: 8 * bytes, hasMorePages: stored.has_more_pages != 0)
  }

  /// What the file says of each of its pictures; empty for formats of one picture.
  func origins() throws(DecodeError) -> [FrameOrigin] {
    var origins: [FrameOrigin] = []
    for frame in 0..<Int(stored.frames) {
      if let origin = try Self.origin(of: frame, codec, reader, path, format) { origins.append(origin) }
    }
    return origins
  }

  private static func origin(
    of frame: Int, _ codec: CCodec, _ reader: UnsafeMutableRawPointer, _ path: String, _ format: PictureFormat
  ) throws(DecodeError) -> FrameOrigin? {
    guard let select = codec.select else { return nil }
    guard let number = UInt32(exactly: frame) else { throw DecodeError(path: path, reason: "has no such picture") }
    var description = CCodecFrame()
    var message = [CChar](repeating: 0, count: 256)
    guard select(reader, number, &description, &message, message.count) == 0 else { throw error(path, format, message) }
    return FrameOrigin(description)
  }

  /// - Parameter range: the values that become 0 and 1, if they are known for a picture with a unit.
  func decode(rule: CanonicalDecode, range: ClosedRange<Float>? = nil) throws(DecodeError) -> Picture {
    var target = whole(rule)
    return try decode(&target, rule, range)
  }

  /// Values with their unit; nil for colours and for formats without one.
  func decodeValues() throws(DecodeError) -> [Float]? {
    guard origin != nil, channels == 1, stored.sample == ccodec_float32 else { return nil }
    var target = whole(reduction: 1)
    return try read(&target)
  }

  /// The samples as they are stored, at full size; also those that are not a number.
  func decodeStored() throws(DecodeError) -> Picture {
    var target = whole(reduction: 1)
    let samples = try samples(&target)
    return try picture(of: samples, target)
  }

  func decodePart(
    rule: CanonicalDecode, range: ClosedRange<Float>?, box: (_ width: Int, _ height: Int) -> CropBox
  ) throws(DecodeError) -> PicturePart {
    var target = whole(rule)
    // For pictures with an orientation, the box would have to be rotated, too.
    guard stored.has_boxes != 0, orientation == 1 else {
      return PicturePart(try decode(&target, rule, range))
    }
    let size = (width: target.width, height: target.height)
    let box = box(size.width, size.height).clamped(width: size.width, height: size.height)
    target.box = box
    let pixels = try decode(&target, rule, range)
    return PicturePart(box, in: pixels, left: target.box.left, top: target.box.top, of: size)
  }

  private func decode(
    _ target: inout Target, _ rule: CanonicalDecode, _ range: ClosedRange<Float>?
  ) throws(DecodeError) -> Picture {
    let samples = try samples(&target)
    if let origin {
      return try picture(of: measured(samples, origin, rule.measured ?? MeasuredValues(), range), target)
    }
    if case .float32(let values) = samples {
      let noData = rule.values?.noData
      guard values.allSatisfy({ $0.isFinite || noData?.contains($0) == true }) else {
        let remedy =
          values.contains(where: \.isNaN) ? "; if NaN stands for no data, a run has to be told so before it learns" : ""
        throw DecodeError(path: path, reason: "holds values that are no finite numbers\(remedy)")
      }
    }
    if let noData = rule.values?.noData, samples.holdsNothing(but: noData) {
      throw DecodeError(path: path, reason: "holds no data: all of its values are \(noData.summary)")
    }
    let picture = try picture(of: rule.values?.spread(samples) ?? samples, target)
    return reducesAfterwards(rule) ? picture.reduced(by: whole(rule, keepsNoData: false).reduction) : picture
  }

  private func measured(
    _ samples: Picture.Samples, _ origin: FrameOrigin, _ rule: MeasuredValues, _ range: ClosedRange<Float>?
  ) throws(DecodeError) -> Picture.Samples {
    switch samples {
    case .uint8: return samples
    case .uint16(let values):
      // A palette has 16 bits, whatever its indices have.
      guard (9...15).contains(origin.bits), !values.contains(where: { $0 >> UInt16(origin.bits) != 0 }) else {
        return samples
      }
      return ValueRange(uint16Highest: .max >> UInt16(16 - origin.bits)).spread(samples)
    case .float32(let values):
      if channels == 3 {
        let highest = Float(UInt64(1) << UInt64(min(max(origin.bits, 1), 32)) - 1)
        return .uint16(MeasuredValues.spread(values, over: 0...highest, isInverted: false))
      }
      guard let range = origin.isAbsolute ? rule.hounsfield : range ?? rule.range(of: values),
        values.contains(where: \.isFinite)
      else { throw DecodeError(path: path, reason: "holds no data: all of its values are padding") }
      return .uint16(MeasuredValues.spread(values, over: range, isInverted: origin.isInverted))
    }
  }

  private func samples(_ target: inout Target) throws(DecodeError) -> Picture.Samples {
    switch stored.sample {
    case ccodec_uint8: .uint8(try read(&target))
    case ccodec_uint16: .uint16(try read(&target))
    default: .float32(try read(&target))
    }
  }

  private func picture(of samples: Picture.Samples, _ target: Target) throws(DecodeError) -> Picture {
    let isTransposed = finalOrientation >= 5
    let (width, height) = (target.box.width, target.box.height)
    guard
      let picture = Picture(
        width: isTransposed ? height : width, height: isTransposed ? width : height, channels: channels,
        samples: samples)
    else { throw DecodeError(path: path, reason: "has no pixels") }
    return picture
  }

  /// The result of a decode, before the orientation is undone.
  private struct Target {
    /// Width of the whole picture after reduction.
    let width: Int
    let height: Int
    let reduction: Int
    /// The part to decode; after the decode, the part that was decoded.
    var box: CropBox

    var isWhole: Bool { box == .whole(of: width, height) }
  }

  /// - Parameter keepsNoData: whether a picture that may have values without data is not reduced yet: a mean with such a
  ///   value would be neither data nor none.
  private func whole(_ rule: CanonicalDecode, keepsNoData: Bool = true) -> Target {
    let isKept = keepsNoData && reducesAfterwards(rule)
    return whole(
      reduction: isKept ? 1 : rule.reduction(width: width, height: height, most: Int(codec.most_reduction)))
  }

  private func reducesAfterwards(_ rule: CanonicalDecode) -> Bool {
    rule.values?.noData != nil && stored.sample != ccodec_uint8 && origin == nil
  }

  private func whole(reduction: Int) -> Target {
    let (width, height) = (width.dividedUp(by: reduction), height.dividedUp(by: reduction))
    return Target(width: width, height: height, reduction: reduction, box: .whole(of: width, height))
  }

  private func read<Sample: BitwiseCopyable & ExpressibleByIntegerLiteral>(
    _ target: inout Target
  ) throws(DecodeError) -> [Sample] {
    let size = channels * MemoryLayout<Sample>.size
    let (bytes, overflows) = (target.width * target.height).multipliedReportingOverflow(by: size)
    guard !overflows, bytes <= Self.memory else {
      throw DecodeError(path: path, reason: "needs more memory than this machine has")
    }
    var message = [CChar](repeating: 0, count: 256)
    var status: Int32 = -1
    // Unsafe because the codec writes into the array's memory. The codec checks the byte count, and has written every
    // sample if it succeeds. A part gets as much memory as the whole picture: blocks of equal size reuse the same
    // memory, which is then still in the processor's caches.
    let samples = [Sample](unsafeUninitializedCapacity: target.width * target.height * channels) {
      buffer, initialised in
      status = fill(buffer.baseAddress, byteCount: bytes, &target, &message)
      initialised = status == 0 ? target.box.width * target.box.height * channels : 0
    }
    guard status == 0 else { throw Self.error(path, format, message) }
    return oriented(samples, target)
  }

  private func fill(
    _ samples: UnsafeMutableRawPointer?, byteCount: Int, _ target: inout Target, _ message: inout [CChar]
  ) -> Int32 {
    let reduction = UInt32(target.reduction)
    guard !target.isWhole else {
      return codec.decode(reader, reduction, samples, byteCount, &message, message.count)
    }
    var box = CCodecBox(
      left: UInt32(target.box.left), top: UInt32(target.box.top), width: UInt32(target.box.width),
      height: UInt32(target.box.height))
    defer { (target.box.left, target.box.width) = (Int(box.left), Int(box.width)) }
    return codec.decode_box(reader, reduction, &box, samples, byteCount, &message, message.count)
  }

  private static let memory = sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))

  private func oriented<Sample: BitwiseCopyable>(_ samples: [Sample], _ target: Target) -> [Sample] {
    let orientation = finalOrientation
    guard orientation != 1 else { return samples }
    return [Sample](unsafeUninitializedCapacity: samples.count) { buffer, initialised in
      samples.withUnsafeBytes { source in
        cpixels_orient(
          source.baseAddress, target.box.width, target.box.height, channels * MemoryLayout<Sample>.size,
          Int32(orientation),
          UnsafeMutableRawPointer(buffer.baseAddress))
      }
      initialised = samples.count
    }
  }

  /// Exif data may also follow the pixels.
  private var finalOrientation: Int { Self.orientation(codec, reader) ?? orientation }

  private static func orientation(_ codec: CCodec, _ reader: UnsafeMutableRawPointer) -> Int? {
    var length = 0
    guard let exif = codec.exif, let block = exif(reader, &length) else { return nil }
    return ExifOrientation.read(from: .init(start: block, count: length))
  }

  private static func error(_ path: String, _ format: PictureFormat, _ message: [CChar]) -> DecodeError {
    let text = String(decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return DecodeError(path: path, reason: "is a damaged or unsupported \(format.rawValue) file (\(text))")
  }
}
