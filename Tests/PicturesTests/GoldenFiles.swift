import Foundation
import Layers
import Samples
import TestSupport
import Testing

@testable import Pictures

/// What torchvision made of the drawn pictures (Golden/make_views.py).
struct GoldenViews: Decodable {
  struct Case: Decodable, CustomStringConvertible {
    enum Parameter: Decodable {
      case number(Double)
      case text(String)

      init(from decoder: Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let number = try? container.decode(Double.self) {
          self = .number(number)
        } else {
          self = .text(try container.decode(String.self))
        }
      }
    }
    let operation: String
    let picture: String
    let parameters: [String: Parameter]
    let shape: [Int]
    let values: Data

    /// [channels, height, width] in 0...1.
    var expected: [Float] { uint16s(values).map { Float($0) / 65535 } }

    func float(_ name: String) -> Float {
      if case .number(let number)? = parameters[name] { Float(number) } else { .nan }
    }
    func int(_ name: String) -> Int { Int(float(name)) }
    func text(_ name: String) -> String {
      if case .text(let text)? = parameters[name] { text } else { "" }
    }
    var description: String { "\(operation) \(picture) \(parameters)" }
  }
  let width: Int
  let height: Int
  let rgb8: Data
  let grey16: Data
  let cases: [Case]

  static let all = try! JSONDecoder().decode(GoldenViews.self, from: goldenFile("views.json"))

  func picture(_ name: String) -> Picture {
    name == "rgb8"
      ? Picture(width: width, height: height, channels: 3, samples: .uint8([UInt8](rgb8)))!
      : Picture(width: width, height: height, channels: 1, samples: .uint16(uint16s(grey16)))!
  }
}

/// Drawn JPEG files and what Pillow decodes them to (Golden/make_jpegs.py).
struct GoldenJPEGs: Decodable {
  struct Case: Decodable, CustomStringConvertible {
    struct Decoded: Decodable {
      let reduction: Int
      let width: Int
      let height: Int
      let channels: Int
      let samples: Data
    }
    let name: String
    let file: Data
    let decoded: [Decoded]
    var description: String { name }
  }
  let cases: [Case]

  static let all = try! JSONDecoder().decode(GoldenJPEGs.self, from: goldenFile("jpegs.json")).cases
  static func named(_ name: String) -> Case { all.first { $0.name == name }! }
}

/// Drawn files of every format and what Pillow, tifffile and numpy read in them (Golden/make_formats.py).
struct GoldenFormats: Decodable {
  struct Case: Decodable, CustomStringConvertible {
    let name: String
    let file: Data
    let width: Int
    let height: Int
    let channels: Int
    let type: String
    let tolerance: Double
    let hasMorePages: Bool
    let samples: Data
    var description: String { name }

    var values: [Double] {
      switch type {
      case "uint8": return samples.map(Double.init)
      case "uint16": return uint16s(samples).map(Double.init)
      default:
        let words = samples.withUnsafeBytes { bytes in
          (0..<bytes.count / 4).map { bytes.loadUnaligned(fromByteOffset: 4 * $0, as: UInt32.self) }
        }
        return words.map { Double(Float(bitPattern: UInt32(littleEndian: $0))) }
      }
    }
    /// The format: TIFF for "tiff palette".
    var format: PictureFormat {
      switch name.split(separator: " ")[0] {
      case "webp": .webp
      case "tiff": .tiff
      case "bmp": .bmp
      case "npy": .numpy
      default: .png
      }
    }
  }
  let cases: [Case]

  /// The files that this build reads.
  static let all = try! JSONDecoder().decode(GoldenFormats.self, from: goldenFile("formats.json")).cases
    .filter(\.format.isBuilt)
  static func named(_ name: String) -> Case { all.first { $0.name == name }! }
}

extension Picture.Samples {
  var values: [Double] {
    switch self {
    case .uint8(let samples): samples.map(Double.init)
    case .uint16(let samples): samples.map(Double.init)
    case .float32(let samples): samples.map(Double.init)
    }
  }
}

private func goldenFile(_ name: String) throws -> Data {
  try Data(contentsOf: Bundle.module.url(forResource: "Golden/\(name)", withExtension: nil)!)
}

private func uint16s(_ data: Data) -> [UInt16] {
  let bytes = [UInt8](data)
  return stride(from: 0, to: bytes.count, by: 2).map { UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8 }
}

/// The same bits for the same seed, for drawing test pictures.
func randomBytes(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
  var generator = ViewGenerator(seed: seed, epoch: 0, sample: 0, view: 0)
  return (0..<count).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
}

func randomPicture(_ width: Int, _ height: Int, _ channels: Int, seed: UInt64 = 1) -> Picture {
  Picture(
    width: width, height: height, channels: channels,
    samples: .uint8(randomBytes(width * height * channels, seed: seed)))!
}

func largestDifference(_ a: [Float], _ b: [Float]) -> Float {
  guard a.count == b.count else { return .infinity }
  return zip(a, b).map { abs($0 - $1) }.max() ?? 0
}
