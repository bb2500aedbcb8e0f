import CTorch

/// State that libtorch keeps for the whole process.
public enum Runtime {
  /// Version of the libtorch that Swiftlet was compiled against.
  public static var torchVersion: String { String(cString: ct_version()) }

  /// Whether this processor multiplies bfloat16 natively (AVX512_BF16, AMX, Arm BF16): training is then 1.6 to 2 times
  /// faster in it than in float32.
  public static var processorHasBFloat16: Bool { ct_cpu_has_bfloat16() }

  /// Reseeds the tensor generators of every device.
  public static func seed(_ seed: UInt64) throws(TorchError) { try check("manual_seed", ct_seed(seed)) }

  /// Refuses operators that have no deterministic implementation.
  public static func setDeterministic(_ value: Bool) throws(TorchError) {
    try check("deterministic", ct_set_deterministic(value))
  }

  /// Threads that libtorch computes with. Results may differ in the last bits between thread counts.
  public static var threadCount: Int { Int(ct_thread_count()) }

  public static func setThreadCount(_ count: Int) throws(TorchError) {
    guard count > 0 else { throw TorchError(call: "set_num_threads", message: "\(count) is not a number of threads") }
    try check("set_num_threads", ct_set_thread_count(Int32(clamping: count)))
  }
}
