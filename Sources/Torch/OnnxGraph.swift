import CTorch
import Foundation

/// A network as ONNX describes it: a sequence of operators with named inputs and outputs.
///
/// https://onnx.ai/onnx/operators
public struct OnnxGraph {
  public enum Attribute: Sendable, Equatable {
    case integer(Int)
    case real(Double)
    case integers([Int])
  }

  /// One use of an operator with a single output.
  package struct Node: Sendable {
    package let operation: String
    package let inputs: [String]
    package let attributes: [String: Attribute]
    package let output: String

    package init(_ operation: String, _ inputs: [String], _ attributes: [String: Attribute], output: String) {
      self.operation = operation
      self.inputs = inputs
      self.attributes = attributes
      self.output = output
    }
  }

  /// An input or output of the network.
  package struct Port: Sendable, Equatable {
    package let name: String
    /// Nil for a size that is open: the number of samples, or how long they are.
    package let shape: [Int?]
    /// float32 for outputs.
    package let element: DType

    package init(_ name: String, _ shape: [Int?], _ element: DType = .float32) {
      self.name = name
      self.shape = shape
      self.element = element
    }
  }

  /// The version of the operator set that a runtime must support.
  package static let operatorSet = 17

  package var inputs: [Port] = []
  package var outputs: [Port] = []
  package var weights: [(name: String, tensor: Tensor)] = []
  /// Each node takes inputs of the network, weights, and outputs of nodes before it.
  package var nodes: [Node] = []

  package init() {}

  /// The bytes of an ONNX file, written by libtorch and checked by ONNX's own checker.
  ///
  /// - Throws: `TorchError` with the message of the checker if the graph is invalid.
  package func encoded() throws(TorchError) -> Data {
    guard let model = ct_onnx_create() else { throw TorchError(call: "ONNX", message: "out of memory") }
    defer { ct_onnx_free(model) }
    for port in inputs {
      try check("ONNX", ct_onnx_input(model, port.name, port.element.rawValue, port.sizes, port.sizes.count))
    }
    for (name, tensor) in weights { try check("ONNX", ct_onnx_weight(model, name, tensor.raw)) }
    for node in nodes { try check("ONNX", node.add(to: model)) }
    for port in outputs { try check("ONNX", ct_onnx_output(model, port.name, port.sizes, port.sizes.count)) }
    var bytes: UnsafeMutablePointer<CChar>?
    var count = 0
    try check("ONNX", ct_onnx_finish(model, Int64(Self.operatorSet), &bytes, &count))
    guard let bytes else { return Data() }
    return Data(bytesNoCopy: bytes, count: count, deallocator: .free)
  }
}

extension OnnxGraph.Port {
  fileprivate var sizes: [Int64] { shape.map { Int64($0 ?? -1) } }
}

extension OnnxGraph.Node {
  /// Adds the node to a model, in a C form that is valid during the call.
  fileprivate func add(to model: ct_onnx) -> ct_message? {
    var strings: [UnsafeMutablePointer<CChar>?] = []
    var lists: [UnsafeMutablePointer<Int64>] = []
    defer {
      for string in strings { free(string) }
      for list in lists { list.deallocate() }
    }
    func kept(_ text: String) -> UnsafePointer<CChar>? {
      strings.append(strdup(text))
      return UnsafePointer(strings[strings.count - 1])
    }
    let names = inputs.map(kept)
    let values = attributes.sorted { $0.key < $1.key }.map { name, attribute in
      var value = ct_value()
      switch attribute {
      case .integer(let number):
        value.tag = CT_INTEGER
        value.integer = Int64(number)
      case .real(let number):
        value.tag = CT_REAL
        value.real = number
      case .integers(let numbers):
        let list = UnsafeMutablePointer<Int64>.allocate(capacity: max(1, numbers.count))
        for (index, number) in numbers.enumerated() { list[index] = Int64(number) }
        lists.append(list)
        value.tag = CT_INTEGERS
        value.pointer = UnsafeRawPointer(list)
        value.count = numbers.count
      }
      return ct_onnx_attribute(name: kept(name), value: value)
    }
    return ct_onnx_node(model, operation, names, names.count, values, values.count, output)
  }
}
