import CTorch

/// Counts the bytes that tensors take while the watch exists, exactly as libtorch's allocators report them. Memory that
/// kernels allocate for themselves, and rounding by the system, are not included.
///
/// Belongs to the thread that made it; tensors made before are not counted.
package final class MemoryWatch {
  private let raw: ct_memory_watch

  package init() throws(TorchError) {
    var result: ct_memory_watch?
    try check("memory watch", ct_memory_watch_begin(&result))
    raw = result!
  }

  deinit { ct_memory_watch_end(raw) }

  /// The peak in bytes since the last call.
  package func takePeak() -> Int { Int(ct_memory_watch_take_peak(raw)) }
}

extension Device {
  /// Free bytes of the device's own memory; nil for the processor, and for devices that do not report it.
  package var availableMemory: Int? {
    guard kind != .cpu else { return nil }
    var (available, total): (Int64, Int64) = (0, 0)
    if let message = ct_device_memory(code, &available, &total) {
      ct_message_free(message)
      return nil
    }
    return Int(available)
  }
}
