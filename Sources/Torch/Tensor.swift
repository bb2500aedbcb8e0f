import CTorch
import Foundation

/// An n-dimensional array of libtorch.
///
/// Behaves as a value: operations return new tensors, and only those whose name ends in `_` change a tensor in place
/// (optimisers and moving averages use them). Not `Sendable`: all tensor calls of a run happen on one thread. The
/// memory is freed with the last copy.
public struct Tensor {
  let storage: Handle

  /// Owns one reference to a libtorch tensor.
  final class Handle {
    let raw: ct_tensor
    init(_ raw: ct_tensor) { self.raw = raw }
    deinit { ct_tensor_release(raw) }
  }

  /// Takes over a reference from the C boundary.
  init(owning raw: ct_tensor) { storage = Handle(raw) }

  var raw: ct_tensor { storage.raw }

  /// The number of tensors alive in this process; tests use it to find leaks.
  public static var liveCount: Int { Int(ct_live_tensor_count()) }

  // MARK: Form

  public var rank: Int { ct_tensor_rank(raw) }

  public var shape: [Int] {
    let sizes = ct_tensor_sizes(raw)
    return (0..<rank).map { Int(sizes![$0]) }
  }

  public var count: Int { shape.reduce(1, *) }

  /// Nil for a type that Swiftlet does not use (complex, quantised).
  public var dtype: DType? { DType(rawValue: ct_tensor_dtype(raw)) }

  public var device: Device { Device(code: ct_tensor_device(raw)) ?? .cpu }

  public func isContiguous(_ format: MemoryFormat = .contiguous) -> Bool {
    ct_tensor_is_contiguous(raw, format.rawValue)
  }

  // MARK: In and out

  /// A tensor holding a copy of `values`, row by row.
  public init<Scalar: TensorScalar>(_ values: [Scalar], shape: [Int]) throws(TorchError) {
    guard shape.allSatisfy({ $0 >= 0 }), shape.reduce(1, *) == values.count else {
      throw TorchError(call: "Tensor", message: "\(values.count) values do not fill the shape \(shape)")
    }
    let tensor = try Tensor.empty(shape, Scalar.dtype)
    // The tensor is new, contiguous and exactly as large as the array.
    values.withUnsafeBytes { bytes in
      guard bytes.count > 0, let source = bytes.baseAddress, let destination = ct_tensor_data(tensor.raw) else {
        return
      }
      destination.copyMemory(from: source, byteCount: bytes.count)
    }
    self = tensor
  }

  public init<Scalar: TensorScalar>(_ values: [Scalar]) throws(TorchError) {
    try self.init(values, shape: [values.count])
  }

  /// The elements in row-major order, converted to `Scalar` where the tensor holds another type.
  public func values<Scalar: TensorScalar>(as type: Scalar.Type = Scalar.self) throws(TorchError) -> [Scalar] {
    let plain = try detach().to(dtype: Scalar.dtype, device: .cpu).contiguous()
    let count = plain.count
    // `plain` is contiguous, on the processor and of this type.
    return Array(unsafeUninitializedCapacity: count) { buffer, initialized in
      if count > 0, let destination = buffer.baseAddress, let source = ct_tensor_data(plain.raw) {
        UnsafeMutableRawPointer(destination).copyMemory(from: source, byteCount: count * Scalar.dtype.byteCount)
      }
      initialized = count
    }
  }

  /// The only element of this tensor, as a number. Waits for the device.
  public func item() throws(TorchError) -> Double {
    let all = try values(as: Double.self)
    guard all.count == 1 else {
      throw TorchError(call: "item", message: "a tensor of shape \(shape) is not a single value")
    }
    return all[0]
  }

  /// A tensor over memory that `owner` keeps alive; nothing is copied.
  ///
  /// - Parameters:
  ///   - bytes: laid out by `shape` and `strides`; strides are counted in elements.
  ///   - owner: released together with the last tensor over this memory.
  public static func over(
    _ bytes: UnsafeMutableRawBufferPointer, shape: [Int], strides: [Int]? = nil, dtype: DType, owner: AnyObject
  ) throws(TorchError) -> Tensor {
    let reach =
      strides.map { zip(shape, $0).reduce(1) { $0 + ($1.0 - 1) * $1.1 } } ?? shape.reduce(1, *)
    guard let base = bytes.baseAddress, shape.allSatisfy({ $0 > 0 }), reach * dtype.byteCount <= bytes.count else {
      throw TorchError(call: "Tensor.over", message: "\(bytes.count) bytes do not hold the shape \(shape) of \(dtype)")
    }
    var result: ct_tensor?
    let context = Unmanaged.passRetained(owner).toOpaque()
    let sizes = shape.map(Int64.init)
    let steps = strides?.map(Int64.init)
    let release: @convention(c) (UnsafeMutableRawPointer?) -> Void = { context in
      if let context = context { Unmanaged<AnyObject>.fromOpaque(context).release() }
    }
    let message = sizes.withUnsafeBufferPointer { sizes in
      if let steps {
        steps.withUnsafeBufferPointer { steps in
          ct_tensor_over_memory(
            base, sizes.baseAddress, steps.baseAddress, sizes.count, dtype.rawValue, release, context, &result)
        }
      } else {
        ct_tensor_over_memory(
          base, sizes.baseAddress, nil, sizes.count, dtype.rawValue, release, context, &result)
      }
    }
    try check("Tensor.over", message)
    return Tensor(owning: result!)
  }

  /// Calls `body` with the elements of a contiguous tensor on the processor; any other tensor is copied first.
  public func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) throws -> Result {
    let plain = try detach().to(device: .cpu).contiguous()
    guard let dtype else { throw TorchError(call: "withBytes", message: "elements of an unsupported type") }
    return try body(UnsafeRawBufferPointer(start: ct_tensor_data(plain.raw), count: plain.count * dtype.byteCount))
  }
}

extension Tensor {
  /// Copies bytes into a new contiguous tensor that holds exactly as many.
  func fill(from data: Data, at offset: Int, byteCount: Int) {
    guard byteCount > 0, let destination = ct_tensor_data(raw) else { return }
    data.withUnsafeBytes { bytes in
      guard let source = bytes.baseAddress else { return }
      destination.copyMemory(from: source + offset, byteCount: byteCount)
    }
  }
}
