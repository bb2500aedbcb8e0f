import ArgumentParsing
import Swiftlet

/// Where and how a command computes.
struct MachineOptions: ParsableArguments {
  @Option(help: "Where to compute.")
  var device: DeviceChoice = .auto

  @Option(help: "auto: bfloat16 where the hardware computes it natively, else float32.")
  var precision: PrecisionChoice = .auto

  @Option(help: "Threads to compute with. Default: as many as there are cores that no other process keeps busy.")
  var threads: Int?

  @Option(
    help:
      "Threads that prepare views; results do not depend on their number. Default: as many as compute; with a GPU, all cores but one."
  )
  var loaderThreads: Int?

  @Flag(help: "Use only operations that always give the same result; on CUDA this costs some speed.")
  var deterministic = false

  func check() throws {
    try requireValue(threads, in: 1...1024, "--threads")
    try requireValue(loaderThreads, in: 1...256, "--loader-threads")
  }

  func apply(to request: inout RunRequest) {
    request.device = device.kind
    request.precision = precision.precision
    request.computeThreads = threads
    request.loaderThreads = loaderThreads
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

/// Refuses a value that was given and lies outside of a range.
func requireValue<Value: Comparable & CustomStringConvertible>(
  _ value: Value?, in range: ClosedRange<Value>, _ option: String
) throws {
  guard let value, !range.contains(value) else { return }
  throw ValidationError(
    "\(option) \(plain(value)) must be from \(plain(range.lowerBound)) to \(plain(range.upperBound))")
}

func requireMinutes(_ minutes: Double?) throws {
  try require(
    minutes.map { $0 > 0 && $0 <= 1_000_000 } ?? true,
    "--minutes \(plain(minutes ?? 0)) must be above 0 and at most 1000000")
}

func requireBatchSize(_ size: Int?) throws {
  try require(
    size.map { $0 >= 2 } ?? true, "--batch-size \(size ?? 0) must be at least 2: a sample is compared with others")
}

/// Refuses a command line in one sentence.
func require(_ condition: Bool, _ sentence: @autoclosure () -> String) throws {
  if !condition { throw ValidationError(sentence()) }
}

extension RunConfiguration.Precision: ExpressibleByArgument {}
