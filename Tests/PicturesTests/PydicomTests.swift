import Foundation
import Samples
import Testing

@testable import Pictures

/// The files that pydicom tests itself with and their pixels as pydicom decodes them, where `scripts/reference/dicom` fetched
/// them.
enum PydicomFiles {
  struct Entry: Decodable {
    let file: String
    /// What pydicom decodes: float32 numbers, frame after frame; nil where it cannot.
    let values: String?
    let frames: Int
    let isLossy: Bool
    let reason: String?
  }

  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appending(path: "../../.deps/pydicom").standardizedFileURL.path

  static let entries: [Entry] = {
    guard let data = try? Data(contentsOf: URL(fileURLWithPath: folder + "/reference.json")) else { return [] }
    return (try? JSONDecoder().decode([Entry].self, from: data)) ?? []
  }()

  static let all: [[UInt8]] = entries.compactMap { entry in
    (try? Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(entry.file)"))).map { [UInt8]($0) }
  }
}

@Suite(.enabled(if: PictureFormat.dicom.isBuilt && !PydicomFiles.entries.isEmpty)) struct PydicomTests {
  /// Everything that one of both decodes, and how far they differ.
  @Test func everyFileIsDecodedAlikeOrRefusedWithAReason() throws {
    var (exact, close) = (0, 0)
    var refused: [String] = []
    var own: [String] = []
    for entry in PydicomFiles.entries {
      let path = "\(PydicomFiles.folder)/\(entry.file)"
      do throws(DecodeError) {
        let frames = try PictureDecoder.origins(path: path).frames.count
        var found: [Float] = []
        for frame in 0..<frames { found += try Self.stored(path, frame) }
        guard let name = entry.values else {
          own.append(entry.file)
          continue
        }
        let data = try? Data(contentsOf: URL(fileURLWithPath: "\(PydicomFiles.folder)/\(name)"))
        let expected = data?.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) } ?? []
        #expect(found.count == expected.count, "\(entry.file) has \(found.count) values, not \(expected.count)")
        let farthest = zip(found, expected).reduce(Float(0)) {
          $1.0.isNaN && $1.1.isNaN ? $0 : max($0, $1.0.isNaN != $1.1.isNaN ? .infinity : abs($1.0 - $1.1))
        }
        #expect(farthest <= (entry.isLossy ? 5 : 0), "\(entry.file) differs by \(farthest)")
        if farthest == 0 { exact += 1 } else { close += 1 }
      } catch {
        #expect(!error.reason.isEmpty)
        if entry.values != nil { refused.append("\(entry.file): \(error.reason)") }
      }
    }
    print(
      "pydicom: \(exact) equal, \(close) lossy ones within 5 levels, refused \(refused), not decoded by pydicom \(own)")
    #expect(exact >= 90 && refused.count <= 1, "\(refused)")
  }

  private static func stored(_ path: String, _ frame: Int) throws(DecodeError) -> [Float] {
    let codec = try Codec(path: path, maxPixels: CanonicalDecode.defaultMaxPixels, frame: frame)
    return switch try codec.decodeStored().samples {
    case .uint8(let values): values.map { Float($0) }
    case .uint16(let values): values.map { Float($0) }
    case .float32(let values): values
    }
  }
}
