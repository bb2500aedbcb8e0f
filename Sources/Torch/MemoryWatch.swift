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
