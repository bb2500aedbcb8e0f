private enum Creation {
  static let empty = Operator("empty", "memory_format")
  static let zeros = Operator("zeros")
  static let ones = Operator("ones")
  static let full = Operator("full")
  static let arange = Operator("arange")
  static let randn = Operator("randn")
  static let rand = Operator("rand")
  static let eye = Operator("eye")
  static let permutation = Operator("randperm")
  static let toDtype = Operator("to", "dtype_layout")
  static let detach = Operator("detach")
  static let clone = Operator("clone")
  static let contiguous = Operator("contiguous")
  static let pinMemory = Operator("pin_memory")
}

extension Tensor {
  /// Uninitialised memory.
  public static func empty(_ shape: [Int], _ dtype: DType = .float32, on device: Device = .cpu) throws(TorchError)
    -> Tensor
  {
    try Creation.empty(.integers(shape), .dtype(dtype), nil, .device(device))
  }

  public static func zeros(_ shape: [Int], _ dtype: DType = .float32, on device: Device = .cpu) throws(TorchError)
    -> Tensor
  {
    try Creation.zeros(.integers(shape), .dtype(dtype), nil, .device(device))
  }

  public static func ones(_ shape: [Int], _ dtype: DType = .float32, on device: Device = .cpu) throws(TorchError)
    -> Tensor
  {
    try Creation.ones(.integers(shape), .dtype(dtype), nil, .device(device))
  }

  public static func full(_ shape: [Int], _ value: Double, _ dtype: DType = .float32, on device: Device = .cpu)
    throws(TorchError) -> Tensor
  {
    try Creation.full(.integers(shape), .real(value), .dtype(dtype), nil, .device(device))
  }

  /// 0, 1, …, count − 1.
  public static func arange(_ count: Int, _ dtype: DType = .int64, on device: Device = .cpu) throws(TorchError)
    -> Tensor
  {
    try Creation.arange(.integer(count), .dtype(dtype), nil, .device(device))
  }

  /// Independent standard normal numbers from the device's generator.
  public static func randn(_ shape: [Int], _ dtype: DType = .float32, on device: Device = .cpu) throws(TorchError)
    -> Tensor
  {
    try Creation.randn(.integers(shape), .dtype(dtype), nil, .device(device))
  }

  /// Independent uniform numbers in [0, 1) from the device's generator.
  public static func rand(_ shape: [Int], _ dtype: DType = .float32, on device: Device = .cpu) throws(TorchError)
    -> Tensor
  {
    try Creation.rand(.integers(shape), .dtype(dtype), nil, .device(device))
  }

  public static func eye(_ size: Int, _ dtype: DType = .float32, on device: Device = .cpu) throws(TorchError) -> Tensor
  {
    try Creation.eye(.integer(size), .dtype(dtype), nil, .device(device))
  }

  /// The numbers 0 to count − 1 in random order, int64.
  public static func permutation(_ count: Int, on device: Device = .cpu) throws(TorchError) -> Tensor {
    try Creation.permutation(.integer(count), .dtype(.int64), nil, .device(device))
  }

  /// The tensor converted, moved or reordered in memory; the same tensor if nothing changes.
  public func to(dtype: DType? = nil, device: Device? = nil, format: MemoryFormat? = nil) throws(TorchError) -> Tensor {
    try Creation.toDtype(
      .tensor(self), dtype.map { .dtype($0) } ?? .none, nil, device.map { .device($0) } ?? .none, nil, false, false,
      format.map { .memoryFormat($0) } ?? .none)
  }

  /// The tensor on `device`, with the same strides; the same tensor if it is there already. The source memory may be
  /// overwritten as soon as this returns.
  ///
  /// For CUDA, the values are copied to page-locked memory first. The device fetches them from there while this thread
  /// continues; operations on the result wait for them.
  public func uploaded(to device: Device) throws(TorchError) -> Tensor {
    guard device.kind == .cuda else { return try to(device: device) }
    let pinned = try Creation.pinMemory(.tensor(self))
    let isNonBlocking = true
    return try Creation.toDtype(.tensor(pinned), .none, nil, .device(device), nil, .boolean(isNonBlocking))
  }

  /// The same values without their autograd history. Shares memory.
  public func detach() throws(TorchError) -> Tensor { try Creation.detach(.tensor(self)) }

  public func clone() throws(TorchError) -> Tensor { try Creation.clone(.tensor(self)) }

  public func contiguous(_ format: MemoryFormat = .contiguous) throws(TorchError) -> Tensor {
    try Creation.contiguous(.tensor(self), .memoryFormat(format))
  }
}
