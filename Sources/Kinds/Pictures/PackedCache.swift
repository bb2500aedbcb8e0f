import Foundation
import Samples

/// Decoded pictures on disk: a `PackedStore` that holds the samples of each picture. Views do not depend on it: a
/// picture that is damaged or missing is decoded from its file.
package final class PackedCache: Sendable {
  private let store: PackedStore

  /// The parameters are those of `PackedStore`.
  ///
  /// - Throws: `DatasetError.cacheUnusable`
  package convenience init(in folder: String, limit: Int? = nil, reserve: Int = 1 << 30) throws(DatasetError) {
    try self.init(in: folder, limit: limit, reserve: reserve, segmentBytes: nil)
  }

  init(in folder: String, limit: Int? = nil, reserve: Int, segmentBytes: Int?) throws(DatasetError) {
    store = try PackedStore(
      in: folder, of: "decoded pictures", limit: limit, reserve: reserve, segmentBytes: segmentBytes)
  }

  package var folder: String { store.folder }
  /// How many pictures are known to be there.
  package var count: Int { store.count }
  /// Why no more pictures are kept; nil while they are.
  package var problem: String? { store.problem }

  func picture(_ key: PackedKey) -> Picture? {
    store.value(key) { blob -> Picture? in
      guard let form = PictureForm(blob.form, byteCount: blob.byteCount) else { return nil }
      let samples: Picture.Samples? =
        switch form.sampleBytes {
        case 1: blob.array(of: UInt8.self).map { .uint8($0) }
        case 2: blob.array(of: UInt16.self).map { .uint16($0) }
        default: blob.array(of: Float.self).map { .float32($0) }
        }
      return samples.flatMap {
        Picture(width: form.width, height: form.height, channels: form.channels, samples: $0)
      }
    }
  }

  func keep(_ picture: Picture, _ key: PackedKey) {
    let form = PictureForm(of: picture).word
    switch picture.samples {
    case .uint8(let samples): samples.withUnsafeBytes { store.keep($0, form: form, key) }
    case .uint16(let samples): samples.withUnsafeBytes { store.keep($0, form: form, key) }
    case .float32(let samples): samples.withUnsafeBytes { store.keep($0, form: form, key) }
    }
  }
}

/// What turns the bytes of a blob into a picture.
private struct PictureForm {
  let width: Int
  let height: Int
  let channels: Int
  /// Bytes of one sample: 1, 2, or 4 for floating-point numbers.
  let sampleBytes: Int

  init(of picture: Picture) {
    width = picture.width
    height = picture.height
    channels = picture.channels
    sampleBytes = picture.samples.byteCount / picture.samples.count
  }

  /// Width, channels and bytes of a sample. The height follows from the number of bytes.
  var word: UInt64 { UInt64(width) & 0xFFFF_FFFF | UInt64(channels) << 32 | UInt64(sampleBytes) << 48 }

  /// Nil if it is not the form of a picture with `byteCount` bytes.
  init?(_ word: UInt64, byteCount: Int) {
    width = Int(word & 0xFFFF_FFFF)
    channels = Int(word >> 32 & 0xFFFF)
    sampleBytes = Int(word >> 48)
    guard width > 0, (1...Picture.maxChannels).contains(channels), [1, 2, 4].contains(sampleBytes) else { return nil }
    let rowBytes = width * channels * sampleBytes
    guard byteCount > 0, byteCount.isMultiple(of: rowBytes) else { return nil }
    height = byteCount / rowBytes
  }
}

extension PackedKey {
  /// Everything about a decode that its pixels depend on. The number is raised when decoders change what they give.
  static func fingerprint(of rule: CanonicalDecode) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    // A rule holds numbers alone. Encoding fails only for those that are not finite.
    let text = (try? encoder.encode(rule)) ?? Data("\(rule)".utf8)
    return Array("swiftlet pictures 1 ".utf8) + text
  }

  /// What the pixels of one of a file's pictures depend on beside the rule.
  static func fingerprint(of part: SamplePart) -> [UInt8] {
    Array(" picture \(part.frame) at \(part.rate ?? 0) from \(part.lowest ?? 0) to \(part.highest ?? 0)".utf8)
  }
}
