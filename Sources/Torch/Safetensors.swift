import Files
import Foundation

/// The safetensors format: a length, a JSON header and the bytes of the tensors. Loading a file executes no code from
/// it.
///
/// https://huggingface.co/docs/safetensors
package enum Safetensors {
  package enum Failure: Error, Sendable, CustomStringConvertible {
    case unreadable(path: String, reason: String)
    case malformed(path: String, reason: String)
    case unwritable(path: String, reason: String)

    package var description: String {
      switch self {
      case .unreadable(let path, let reason): "cannot read \(path): \(reason)"
      case .malformed(let path, let reason): "\(path) is not a valid safetensors file: \(reason)"
      case .unwritable(let path, let reason): "cannot write \(path): \(reason)"
      }
    }
  }

  private struct Entry: Codable {
    let dtype: String
    let shape: [Int]
    let offsets: [Int]

    private enum CodingKeys: String, CodingKey {
      case dtype, shape
      case offsets = "data_offsets"
    }
  }

  private static let names: [(DType, String)] = [
    (.float32, "F32"), (.float64, "F64"), (.float16, "F16"), (.bfloat16, "BF16"), (.int64, "I64"), (.int32, "I32"),
    (.int16, "I16"), (.int8, "I8"), (.uint8, "U8"), (.bool, "BOOL"),
  ]

  /// An entry of the header.
  private enum Part: Encodable {
    case tensor(Entry)
    case metadata([String: String])

    func encode(to encoder: any Encoder) throws {
      switch self {
      case .tensor(let entry): try entry.encode(to: encoder)
      case .metadata(let notes): try notes.encode(to: encoder)
      }
    }
  }

  private static let metadata = "__metadata__"

  /// Writes tensors in the given order, row by row for any layout in memory, and waits until they are on disk.
  ///
  /// The file is written in place: whoever replaces one that counts writes a draft of it.
  ///
  /// - Parameter metadata: notes in the header.
  package static func write(
    _ tensors: [(name: String, tensor: Tensor)], metadata: [String: String] = [:], to path: String
  ) throws {
    var header: [String: Part] = metadata.isEmpty ? [:] : [Self.metadata: .metadata(metadata)]
    var offset = 0
    for (name, tensor) in tensors {
      guard let dtype = tensor.dtype, let type = names.first(where: { $0.0 == dtype })?.1 else {
        throw Failure.unwritable(path: path, reason: "the tensor '\(name)' has an unsupported type")
      }
      let end = offset + tensor.count * dtype.byteCount
      header[name] = .tensor(Entry(dtype: type, shape: tensor.shape, offsets: [offset, end]))
      offset = end
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var head = try encoder.encode(header)
    // The bytes of the tensors start at a multiple of 8.
    head.append(contentsOf: repeatElement(UInt8(ascii: " "), count: (8 - head.count % 8) % 8))

    do {
      let file = try OpenFile.emptied(path)
      try withUnsafeBytes(of: UInt64(head.count).littleEndian) { try file.write($0) }
      try file.write(head)
      for (_, tensor) in tensors { try tensor.withBytes { try file.write($0) } }
      try file.synchronize()
      try file.close()
    } catch let failure as FileFailure {
      throw Failure.unwritable(path: path, reason: failure.reason)
    }
  }

  /// Writes a file that appears whole or not at all, as `FileDraft` does.
  package static func writeWhole(
    _ tensors: [(name: String, tensor: Tensor)], to path: String, replaces: Bool
  ) throws {
    do {
      let draft = try FileDraft(for: path, replaces: replaces)
      try write(tensors, to: draft.draftPath)
      try draft.publish()
    } catch let failure as FileFailure {
      throw Failure.unwritable(path: path, reason: failure.reason)
    } catch Failure.unwritable(_, let reason) {
      throw Failure.unwritable(path: path, reason: reason)
    }
  }

  /// Reads every tensor of a file to the processor.
  package static func read(_ path: String) throws -> [String: Tensor] {
    let data: Data
    do {
      data = try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe)
    } catch {
      let exists = FileManager.default.fileExists(atPath: path)
      throw Failure.unreadable(path: path, reason: exists ? systemReason(of: error) : "there is no such file")
    }
    guard data.count >= 8 else { throw Failure.malformed(path: path, reason: "it is shorter than its header") }
    let length = data.withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self)) }
    guard length <= UInt64(data.count - 8) else {
      throw Failure.malformed(path: path, reason: "its header claims to be longer than the file")
    }
    let start = 8 + Int(length)
    let header: [String: Entry]
    do {
      header = try entries(data.subdata(in: 8..<start))
    } catch is RepeatedName {
      throw Failure.malformed(path: path, reason: "its header has the same name twice")
    } catch {
      throw Failure.malformed(path: path, reason: "its header is not the expected JSON")
    }
    var result: [String: Tensor] = [:]
    var end = 0
    // As the format has it: one behind the other, without overlaps or gaps.
    for (name, entry) in header.sorted(by: { ($0.value.offsets.first ?? 0) < ($1.value.offsets.first ?? 0) }) {
      guard let dtype = names.first(where: { $0.1 == entry.dtype })?.0 else {
        throw Failure.malformed(path: path, reason: "'\(name)' has the unsupported type \(entry.dtype)")
      }
      guard let count = elementCount(entry.shape), entry.offsets.count == 2,
        case (let from, let to) = (entry.offsets[0], entry.offsets[1]), from >= 0, to >= from,
        to <= data.count - start, to - from == count * dtype.byteCount
      else {
        throw Failure.malformed(path: path, reason: "the header does not match '\(name)', or the file is cut off")
      }
      guard from == end || from == to else {
        throw Failure.malformed(path: path, reason: "'\(name)' overlaps another tensor, or leaves a gap before it")
      }
      end = max(end, to)
      let tensor = try Tensor.empty(entry.shape, dtype)
      tensor.fill(from: data, at: start + from, byteCount: to - from)
      result[name] = tensor
    }
    guard end == data.count - start else {
      throw Failure.malformed(path: path, reason: "bytes are left over at its end")
    }
    return result
  }

  /// The product of a shape; nil if a size is negative or the product overflows.
  private static func elementCount(_ shape: [Int]) -> Int? {
    var count = 1
    for size in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      guard size >= 0, !overflow, product <= 1 << 40 else { return nil }
      count = product
    }
    return count
  }

  private struct RepeatedName: Error {}

  /// How many names the objects of a JSON text have, at each depth from the outermost. A decoder keeps one of those that are
  /// alike.
  private static func nameCounts(_ json: Data) -> [Int] {
    var (counts, depth, isInString, isEscaped) = ([0, 0], 0, false, false)
    for byte in json {
      if isInString {
        if isEscaped {
          isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
          isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
          isInString = false
        }
        continue
      }
      switch byte {
      case UInt8(ascii: "\""): isInString = true
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
      case UInt8(ascii: ":") where (1...counts.count).contains(depth): counts[depth - 1] += 1
      default: break
      }
    }
    return counts
  }

  /// The header without its free-form `__metadata__`.
  private static func entries(_ json: Data) throws -> [String: Entry] {
    struct Name: CodingKey {
      let stringValue: String
      init(stringValue: String) { self.stringValue = stringValue }
      var intValue: Int? { nil }
      init?(intValue: Int) { nil }
    }
    struct Header: Decodable {
      var entries: [String: Entry] = [:]
      /// Of the header, and of all objects in it.
      var nameCounts: [Int]
      init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Name.self)
        nameCounts = [container.allKeys.count, 0]
        for key in container.allKeys {
          nameCounts[1] += try container.nestedContainer(keyedBy: Name.self, forKey: key).allKeys.count
          if key.stringValue == Safetensors.metadata { continue }
          entries[key.stringValue] = try container.decode(Entry.self, forKey: key)
        }
      }
    }
    let header = try JSONDecoder().decode(Header.self, from: json)
    guard header.nameCounts == nameCounts(json) else { throw RepeatedName() }
    return header.entries
  }
}
