import Samples

/// Decodes picture files. The first bytes of a file determine its format, not its name.
///
/// JPEG: grey, RGB and YCbCr, CMYK and YCCK (to RGB without a colour profile). PNG: every colour type and depth. WebP:
/// lossy and lossless. TIFF: see `CTIFF.h`. BMP. NumPy arrays [H, W], [H, W, C] and [C, H, W]. Depth and number of
/// channels are kept; transparent pixels are laid over white; the EXIF orientation is undone. DICOM and NIfTI: see
/// `CDICOM.h`, `CNIfTI.h` and `MeasuredValues`. Truncated and damaged files are errors.
package enum PictureDecoder {
  /// Reads only the header, for listing a folder; the rest of the file may still be damaged.
  package static func checkHeader(
    path: String, maxPixels: Int = CanonicalDecode.defaultMaxPixels
  ) throws(DecodeError) -> PictureHeader {
    if try isVideo(path) { return try VideoPictures.shared.video(path, maxPixels: maxPixels).header }
    return try Codec(path: path, maxPixels: maxPixels).header
  }

  private static func isVideo(_ path: String) throws(DecodeError) -> Bool {
    try PictureFile(path: path).format == .video
  }

  /// The same, and what a medical file says of each of its pictures; empty for other files.
  package static func origins(
    path: String, maxPixels: Int = CanonicalDecode.defaultMaxPixels
  ) throws(DecodeError) -> (header: PictureHeader, frames: [FrameOrigin]) {
    if try isVideo(path) { return (try VideoPictures.shared.video(path, maxPixels: maxPixels).header, []) }
    let codec = try Codec(path: path, maxPixels: maxPixels)
    return (codec.header, try codec.origins())
  }

  /// The canonical picture of a file.
  ///
  /// - Parameter part: which of a file's pictures; nil for the only one, or the first.
  package static func decode(
    path: String, part: SamplePart? = nil, rule: CanonicalDecode
  ) throws(DecodeError) -> Picture {
    if let part, part.rate != nil { return try VideoPictures.shared.picture(path, part, rule: rule) }
    let codec = try Codec(path: path, maxPixels: rule.maxPixels, frame: part?.frame ?? 0)
    return try codec.decode(rule: rule, range: part?.range)
  }

  /// Values with the unit that a medical file gives them, one for each pixel, NaN for padding; nil for colours and other
  /// files. At full size.
  package static func values(
    path: String, frame: Int, maxPixels: Int = CanonicalDecode.defaultMaxPixels
  ) throws(DecodeError) -> [Float]? {
    try Codec(path: path, maxPixels: maxPixels, frame: frame).decodeValues()
  }

  /// The samples of a file as they are stored, at full size; also those that are not a number.
  package static func stored(path: String, maxPixels: Int) throws(DecodeError) -> Picture {
    try Codec(path: path, maxPixels: maxPixels).decodeStored()
  }

  /// The part of a file's canonical picture inside a box, which `box` computes from the picture's width and height.
  /// Returns the whole picture if that is as fast: parts are faster only for JPEG files of one pass.
  ///
  /// The pixels are the same as in the whole picture. The file is not read beyond them, and damage there goes
  /// unnoticed, so that this is for files that were decoded whole before.
  package static func decodePart(
    path: String, part: SamplePart? = nil, rule: CanonicalDecode, box: (_ width: Int, _ height: Int) -> CropBox
  ) throws(DecodeError) -> PicturePart {
    if let part, part.rate != nil { return PicturePart(try VideoPictures.shared.picture(path, part, rule: rule)) }
    let codec = try Codec(path: path, maxPixels: rule.maxPixels, frame: part?.frame ?? 0)
    return try codec.decodePart(rule: rule, range: part?.range, box: box)
  }
}
