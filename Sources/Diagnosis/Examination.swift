import Learning
import Planning
import Torch
import Training

/// What Swiftlet finds of itself and of the machine it is on: what `swiftlet doctor` says.
public struct Examination: Codable, Sendable, Equatable {
  public struct Library: Codable, Sendable, Equatable {
    public var version: String
    /// Nil where the system does not say.
    public var path: String?
    /// "CPU" or "CUDA": what it was built for, whatever the machine has.
    public var build: String
  }

  public struct Devices: Codable, Sendable, Equatable {
    /// How many GPUs this libtorch can use.
    public var cuda: Int
    public var mps: Bool
    /// Where a run computes unless told otherwise.
    public var best: String
    /// Whether the system has a driver of NVIDIA's.
    public var hasNVIDIADriver: Bool
  }

  public struct Precision: Codable, Sendable, Equatable {
    /// What `--precision auto` chooses.
    public var auto: RunConfiguration.Precision
    public var reason: String
  }

  public var swiftlet: String
  public var swift: String
  public var libtorch: Library
  public var processor: Processor
  public var devices: Devices
  public var precision: Precision
  public var memory: Memory
  public var workingFolder: Place
  public var temporaryFolder: Place
  public var decoders: [PictureSupport]
  public var checks: [SelfCheck]

  /// Looks, computes a little and decodes a few pixels: a fraction of a second.
  public init() {
    let swiftVersion = _SwiftStdlibVersion.current._value
    swiftlet = swiftletVersion
    swift = "\(swiftVersion >> 16).\(swiftVersion >> 8 & 255)"
    libtorch = Library(
      version: Runtime.torchVersion, path: Runtime.libraryPath, build: Runtime.isBuiltWithCUDA ? "CUDA" : "CPU")
    processor = Processor()
    let best = Device.best
    devices = Devices(
      cuda: Device.cudaCount, mps: Device.isMPSPresent, best: "\(best.kind)", hasNVIDIADriver: Self.hasNVIDIADriver)
    precision = Precision(
      auto: RunRequest.bestPrecision(on: best.kind), reason: Self.reason(best.kind, processor.instructionSets))
    memory = Memory()
    workingFolder = .working
    temporaryFolder = .temporary
    decoders = PictureSupport.all
    checks =
      [.tensors()]
      + decoders.filter(\.isPresent).compactMap { .decoding($0, in: [.temporary, .working]) }
  }

  private static func reason(_ device: Device.Kind, _ instructionSets: [String]) -> String {
    let native = instructionSets.filter(Processor.nativeBFloat16.contains)
    return switch device {
    case .cuda: "GPUs compute bfloat16 natively"
    case .mps: "bfloat16 has not been measured on Apple's GPUs"
    case .cpu where Runtime.processorHasBFloat16:
      "this processor computes bfloat16 natively"
        + (native.isEmpty ? "" : " (\(native.joined(separator: ", ")))")
    case .cpu: "this processor has no native bfloat16 (\(Processor.nativeBFloat16.joined(separator: ", ")))"
    }
  }
}
