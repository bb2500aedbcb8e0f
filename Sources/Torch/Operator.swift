import CTorch

/// One ATen operator, looked up once and called through libtorch's dispatcher.
///
/// A new operator is one line of Swift: `static let relu = Operator("relu")`. Arguments follow the schema in
/// `native_functions.yaml`; missing trailing ones take the schema's defaults. A wrong argument becomes a `TorchError`.
package struct Operator: @unchecked Sendable {  // the handle is immutable and never freed
  package let name: String
  private let handle: ct_operator?
  private let failure: TorchError?

  package init(_ name: String, _ overload: String = "") {
    let call = overload.isEmpty ? "aten::\(name)" : "aten::\(name).\(overload)"
    self.name = call
    var found: ct_operator?
    do throws(TorchError) {
      try check(call, ct_operator_find("aten::\(name)", overload, &found))
      failure = nil
    } catch {
      failure = error
    }
    handle = found
  }

  /// Calls an operator that returns one tensor.
  @discardableResult
  package func callAsFunction(_ arguments: OperatorArgument...) throws(TorchError) -> Tensor {
    let results = try invoke(arguments, capacity: 1)
    guard let first = results.first, let tensor = first else {
      throw TorchError(call: name, message: "returned no tensor")
    }
    return tensor
  }

  /// Calls an operator that returns several tensors, or a list of them.
  package func all(_ arguments: OperatorArgument..., capacity: Int) throws(TorchError) -> [Tensor] {
    try invoke(arguments, capacity: capacity).compactMap { $0 }
  }

  /// Calls an operator that changes its arguments and returns nothing of interest.
  package func perform(_ arguments: OperatorArgument..., capacity: Int = 0) throws(TorchError) {
    _ = try invoke(arguments, capacity: capacity)
  }

  private func invoke(_ arguments: [OperatorArgument], capacity: Int) throws(TorchError) -> [Tensor?] {
    if let failure { throw failure }
    var marshalled = Marshalling(arguments)
    defer { marshalled.free() }
    // The caller says how many results to make room for: only lists of tensors need more than a few.
    return try withResults(capacity) { results throws(TorchError) in
      var count = 0
      try check(
        name,
        ct_operator_call(handle, marshalled.values, marshalled.values.count, results.baseAddress, capacity, &count))
      return (0..<count).map { index in
        guard results[index].tag == CT_TENSOR, let pointer = results[index].pointer else { return nil }
        return Tensor(owning: OpaquePointer(pointer))
      }
    }
  }

  private func withResults(
    _ capacity: Int, _ body: (UnsafeMutableBufferPointer<ct_value>) throws(TorchError) -> [Tensor?]
  ) throws(TorchError) -> [Tensor?] {
    let results = UnsafeMutableBufferPointer<ct_value>.allocate(capacity: max(capacity, 1))
    defer { results.deallocate() }
    return try body(results)
  }
}

/// An argument of an operator.
package enum OperatorArgument {
  case none
  case tensor(Tensor)
  case integer(Int)
  case real(Double)
  case boolean(Bool)
  case integers([Int])
  case reals([Double])
  case tensors([Tensor?])
  case string(String)
  case dtype(DType)
  case device(Device)
  case memoryFormat(MemoryFormat)

  package static func optional(_ tensor: Tensor?) -> OperatorArgument { tensor.map { .tensor($0) } ?? .none }
}

extension OperatorArgument: ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByNilLiteral, ExpressibleByArrayLiteral, ExpressibleByStringLiteral
{
  package init(integerLiteral value: Int) { self = .integer(value) }
  package init(floatLiteral value: Double) { self = .real(value) }
  package init(booleanLiteral value: Bool) { self = .boolean(value) }
  package init(nilLiteral: ()) { self = .none }
  package init(arrayLiteral elements: Int...) { self = .integers(elements) }
  package init(stringLiteral value: String) { self = .string(value) }
}

/// Arguments in the form of the C boundary. Lists and strings are copied into memory that `free` releases; the caller's
/// arguments keep the tensors alive.
private struct Marshalling {
  private(set) var values: [ct_value] = []
  private var buffers: [UnsafeMutableRawPointer] = []
  private let keepAlive: [OperatorArgument]

  init(_ arguments: [OperatorArgument]) {
    keepAlive = arguments
    values.reserveCapacity(arguments.count)
    for argument in arguments { values.append(value(of: argument)) }
  }

  mutating func free() { for buffer in buffers { buffer.deallocate() } }

  private mutating func value(of argument: OperatorArgument) -> ct_value {
    switch argument {
    case .none: ct_value(CT_NONE)
    case .tensor(let tensor): ct_value(CT_TENSOR, pointer: UnsafeRawPointer(tensor.raw))
    case .integer(let number): ct_value(CT_INTEGER, integer: Int64(number))
    case .real(let number): ct_value(CT_REAL, real: number)
    case .boolean(let flag): ct_value(CT_BOOLEAN, integer: flag ? 1 : 0)
    case .integers(let list):
      ct_value(CT_INTEGERS, pointer: copy(list.map(Int64.init)), count: list.count)
    case .reals(let list): ct_value(CT_REALS, pointer: copy(list), count: list.count)
    case .tensors(let list): ct_value(CT_TENSORS, pointer: copy(list.map { $0?.raw }), count: list.count)
    case .string(let text): ct_value(CT_STRING, pointer: copy(Array(text.utf8CString)), count: text.utf8.count)
    case .dtype(let dtype): ct_value(CT_DTYPE, integer: Int64(dtype.rawValue))
    case .device(let device): ct_value(CT_DEVICE, integer: device.code)
    case .memoryFormat(let format): ct_value(CT_MEMORY_FORMAT, integer: Int64(format.rawValue))
    }
  }

  private mutating func copy<Element: BitwiseCopyable>(_ elements: [Element]) -> UnsafeRawPointer {
    let buffer = UnsafeMutableRawPointer.allocate(
      byteCount: max(1, elements.count * MemoryLayout<Element>.stride), alignment: 16)
    elements.withUnsafeBytes { bytes in
      if let source = bytes.baseAddress { buffer.copyMemory(from: source, byteCount: bytes.count) }
    }
    buffers.append(buffer)
    return UnsafeRawPointer(buffer)
  }
}

extension ct_value {
  fileprivate init(
    _ tag: ct_tag, integer: Int64 = 0, real: Double = 0, pointer: UnsafeRawPointer? = nil, count: Int = 0
  ) {
    self.init(tag: tag, integer: integer, real: real, pointer: pointer, count: count)
  }
}
