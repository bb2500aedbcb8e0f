import CTorch

/// State that libtorch keeps for the whole process.
package enum Runtime {
  /// Version of the libtorch that Swiftlet was compiled against.
  package static var torchVersion: String { String(cString: ct_version()) }

  /// Whether this processor multiplies bfloat16 natively (AVX512_BF16, AMX, Arm BF16). Training in bfloat16 is then 1.6
  /// to 2 times faster than in float32.
  package static var processorHasBFloat16: Bool { ct_cpu_has_bfloat16() }

  /// Whether this processor has an instruction set, by libtorch's name: "avx2", "avx512_f", "amx_bf16", "neon".
  package static func processorHas(_ instructions: String) -> Bool { ct_cpu_has(instructions) }

  /// The file that libtorch was loaded from; nil if the system does not report it.
  package static var libraryPath: String? {
    guard let path = ct_library_path() else { return nil }
    defer { ct_message_free(path) }
    return String(cString: path)
  }

  /// Whether this libtorch was built with CUDA, even if the machine has no GPU.
  package static var isBuiltWithCUDA: Bool { ct_is_built_with_cuda() }

  /// Reseeds the tensor generators of every device.
  package static func seed(_ seed: UInt64) throws(TorchError) { try check("manual_seed", ct_seed(seed)) }

  /// Runs `body` with the generator of the processor started from `seed`, and then puts it back to where it was: who draws
  /// from it next does not notice. Generators of other devices are left alone.
  package static func seeded<Result>(_ seed: UInt64, _ body: () throws -> Result) throws -> Result {
    let state = try generatorState()
    try seedProcessor(seed)
    let result: Result
    do {
      result = try body()
    } catch {
      try setGeneratorState(state)
      throw error
    }
    try setGeneratorState(state)
    return result
  }

  // Of the processor, and of a GPU in use.

  static func generatorState() throws(TorchError) -> Tensor {
    var state: ct_tensor?
    try check("get_rng_state", ct_generator_state(&state))
    guard let state else { throw TorchError(call: "get_rng_state", message: "the generator has no state") }
    return Tensor(owning: state)
  }

  static func setGeneratorState(_ state: Tensor) throws(TorchError) {
    try check("set_rng_state", ct_set_generator_state(state.raw))
  }

  static func seedProcessor(_ seed: UInt64) throws(TorchError) { try check("manual_seed", ct_seed_processor(seed)) }

  /// Whether operators without a deterministic implementation throw.
  package static var isDeterministic: Bool { ct_deterministic() }

  /// If true, operators without a deterministic implementation throw.
  package static func setDeterministic(_ value: Bool) throws(TorchError) {
    try check("deterministic", ct_set_deterministic(value))
  }

  /// Threads that libtorch computes with. Results may differ in the last bits between thread counts.
  package static var threadCount: Int { Int(ct_thread_count()) }

  package static func setThreadCount(_ count: Int) throws(TorchError) {
    guard count > 0 else { throw TorchError(call: "set_num_threads", message: "\(count) is not a number of threads") }
    try check("set_num_threads", ct_set_thread_count(Int32(clamping: count)))
  }
}
