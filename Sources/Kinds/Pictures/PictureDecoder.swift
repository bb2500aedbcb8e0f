/// Picture files to pictures. What a file is, its first bytes say, not its name.
///
/// JPEG: grey, RGB and YCbCr, CMYK and YCCK (to RGB without a colour profile). PNG: every colour type and depth. WebP:
/// lossy and lossless. TIFF: see `CTIFF.h`. BMP. NumPy arrays [H, W], [H, W, C] and [C, H, W]. Samples stay as deep and
/// as many as they are; transparent pixels are laid over white; EXIF orientation is undone. Truncated and damaged files
/// are errors.
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

  /// The part of the canonical picture of a file that lies in the box which `box` names for the picture's width and
  /// height, or all of it where that is as fast: parts are faster for JPEG files of one pass.
  ///
  /// The same pixels as in the whole picture. The file is not read beyond them, so that damage there goes unnoticed; so
  /// this is for files that were decoded once.
  public static func decodePart(
    path: String, rule: CanonicalDecode, box: (_ width: Int, _ height: Int) -> CropBox
  ) throws(DecodeError) -> PicturePart {
    let codec = try Codec(path: path, maxPixels: rule.maxPixels)
    return try codec.decodePart(rule: rule, box: box)
  }
}
