import Foundation
import Torch

extension OnnxGraph {
  /// The bytes of `metadata_props`, to be appended to an ONNX file.
  static func encoded(_ metadata: [String: String]) -> Data {
    metadata.sorted { $0.key < $1.key }.reduce(into: Data()) { bytes, entry in
      let pair =
        ProtocolBuffer.encoded(1, Data(entry.key.utf8)) + ProtocolBuffer.encoded(2, Data(entry.value.utf8))
      bytes += ProtocolBuffer.encoded(14, pair)
    }
  }

  /// Reads the parts of an ONNX file that Swiftlet writes, without shapes.
  ///
  /// https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
  ///
  /// - Throws: `TorchError` if the bytes are not such a file.
  init(readingFrom bytes: Data) throws(TorchError) {
    self.init()
    guard let model = ProtocolBuffer(bytes), let graph = model.messages(7).last.flatMap(ProtocolBuffer.init) else {
      throw Self.malformed("it is not one message")
    }
    for initializer in graph.messages(5) { weights.append(try Self.weight(initializer)) }
    let names = Set(weights.map(\.name))
    for bytes in graph.messages(1) { nodes.append(try Node(readingFrom: bytes)) }
    for port in graph.messages(11).compactMap(ProtocolBuffer.init) where !names.contains(port.text(1)) {
      inputs.append(Port(port.text(1), []))
    }
    outputs = graph.messages(12).compactMap(ProtocolBuffer.init).map { Port($0.text(1), []) }
  }

  fileprivate static func malformed(_ reason: String) -> TorchError {
    TorchError(call: "ONNX", message: "the file does not hold what was written: \(reason)")
  }

  /// A TensorProto of float32 or int64 with its elements as bytes.
  private static func weight(_ bytes: Data) throws(TorchError) -> (name: String, tensor: Tensor) {
    guard let message = ProtocolBuffer(bytes) else { throw malformed("a weight is cut") }
    let (name, shape) = (message.text(8), message.integers(1))
    let raw = message.messages(9).last ?? Data()
    switch message.integers(2).last {
    case 1: return (name, try tensor(elements(of: raw, as: Float.self), shape, named: name))
    case 7: return (name, try tensor(elements(of: raw, as: Int64.self), shape, named: name))
    default: throw malformed("'\(name)' is of a type that is never written")
    }
  }

  private static func tensor<Scalar: TensorScalar>(
    _ values: [Scalar], _ shape: [Int], named name: String
  ) throws(TorchError) -> Tensor {
    // Computed in floating point, because sizes in a damaged file may overflow.
    let isWhole = shape.reduce(1.0) { $0 * Double($1) } == Double(values.count)
    guard isWhole, shape.allSatisfy({ (0...values.count).contains($0) }) else {
      throw malformed("'\(name)' does not fill its shape")
    }
    return try Tensor(values, shape: shape)
  }

  private static func elements<Element: BitwiseCopyable>(of raw: Data, as: Element.Type) -> [Element] {
    raw.withUnsafeBytes { bytes in
      (0..<bytes.count / MemoryLayout<Element>.stride).map {
        bytes.loadUnaligned(fromByteOffset: $0 * MemoryLayout<Element>.stride, as: Element.self)
      }
    }
  }
}

extension OnnxGraph.Node {
  /// A NodeProto.
  fileprivate init(readingFrom bytes: Data) throws(TorchError) {
    guard let message = ProtocolBuffer(bytes) else { throw OnnxGraph.malformed("a node is cut") }
    var attributes: [String: OnnxGraph.Attribute] = [:]
    for attribute in message.messages(5).compactMap(ProtocolBuffer.init) {
      // Field 20 is the type of the attribute.
      switch attribute.integers(20).last {
      case 1: attributes[attribute.text(1)] = .real(attribute.real(2) ?? 0)
      case 2: attributes[attribute.text(1)] = .integer(attribute.integers(3).last ?? 0)
      case 7: attributes[attribute.text(1)] = .integers(attribute.integers(8))
      default: throw OnnxGraph.malformed("'\(attribute.text(1))' is of a kind that is never written")
      }
    }
    self.init(message.text(4), message.texts(1), attributes, output: message.text(2))
  }
}
