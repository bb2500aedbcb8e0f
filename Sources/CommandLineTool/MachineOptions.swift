import ArgumentParsing
import Swiftlet

/// Where and how a command computes.
struct MachineOptions: ParsableArguments {
  @Option(help: "Where to compute.")
  var device: DeviceChoice = .auto

  @Option(help: "auto: bfloat16 where the hardware computes it natively, else float32.")
  var precision: PrecisionChoice = .auto

  @Option(help: "Threads to compute with. Default: all cores.")
  var threads: Int?

  @Option(help: "Threads that make views; results do not depend on them.")
  var loaderThreads: Int?

  @Option(help: "Pictures of more pixels are skipped. Default: 250 million.")
  var maxPixels: Int?

  @Flag(help: "Only operations with one possible result, on CUDA at some cost in speed.")
  var deterministic = false

  func check() throws {
    try require(threads.map { (1...1024).contains($0) } ?? true, "--threads \(threads ?? 0) must be from 1 to 1024")
    try require(
      loaderThreads.map { (1...256).contains($0) } ?? true,
      "--loader-threads \(loaderThreads ?? 0) must be from 1 to 256")
    try require(maxPixels.map { $0 >= 1 } ?? true, "--max-pixels \(maxPixels ?? 0) must be at least 1")
  }

  func apply(to request: inout RunRequest) {
    request.device = device.kind
    request.precision = precision.precision
    request.computeThreads = threads
    request.loaderThreads = loaderThreads
    request.maxPixels = maxPixels
    request.isDeterministic = deterministic
  }
}

enum DeviceChoice: String, CaseIterable, ExpressibleByArgument {
  case auto, cpu, cuda, mps

  var kind: Device.Kind? {
    switch self {
    case .auto: nil
    case .cpu: .cpu
    case .cuda: .cuda
    case .mps: .mps
    }
  }
}

enum PrecisionChoice: String, CaseIterable, ExpressibleByArgument {
  case auto, float32, bfloat16

  var precision: RunConfiguration.Precision? {
    switch self {
    case .auto: nil
    case .float32: .float32
    case .bfloat16: .bfloat16
    }
  }
}

/// Refuses a command line in one sentence.
func require(_ condition: Bool, _ sentence: @autoclosure () -> String) throws {
  if !condition { throw ValidationError(sentence()) }
}
