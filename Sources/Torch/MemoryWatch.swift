import CTorch

/// Counts the bytes that tensors take while it lives, exactly: what libtorch's allocators report. What its kernels take
/// for themselves, and what the system adds by rounding, is not in it.
///
/// Belongs to the thread that made it; tensors made before are not counted.
public final class MemoryWatch {
  private let raw: ct_memory_watch

  public init() throws(TorchError) {
    var result: ct_memory_watch?
    try check("memory watch", ct_memory_watch_begin(&result))
    raw = result!
  }

  deinit { ct_memory_watch_end(raw) }

  /// The most bytes that were taken at one time since the last call.
  public func takePeak() -> Int { Int(ct_memory_watch_take_peak(raw)) }
}

extension Runtime {
  /// Keeps the memory of freed tensors for those of the next step, for the whole process, where the C library is glibc.
  ///
  /// By itself it gives each block above 32 MB back to the system and asks for it anew, page by page, at every step: a
  /// sixth of the time of a step of ResNet-18. Kept blocks leave gaps instead, and took 13 to 63 % more memory. For
  /// programs to decide; call it before tensors are made.
  public static func keepFreedMemory() { ct_memory_keep_freed() }

  /// Gives memory that was freed, and that the C library holds back in gaps, to the system. Takes some tens of
  /// milliseconds; what is needed of it again is taken again.
  public static func returnFreedMemory() { ct_memory_return_freed() }
}

extension Device {
  /// Bytes of the device's own memory that nobody uses; nil for the processor, and where the device does not say.
  public var availableMemory: Int? {
    guard kind != .cpu else { return nil }
    var (available, total): (Int64, Int64) = (0, 0)
    if let message = ct_device_memory(code, &available, &total) {
      ct_message_free(message)
      return nil
    }
    return Int(available)
  }
}
