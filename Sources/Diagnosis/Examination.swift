import Learning
import Planning
import Torch
import Training

/// What this build of Swiftlet consists of, what the machine offers, and whether both work together: the answer of
/// `swiftlet doctor`.
package struct Examination: Codable, Sendable, Equatable {
  /// The libtorch that this build uses.
  package struct Library: Codable, Sendable, Equatable {
    package var version: String
    /// Nil where the system does not say.
    package var path: String?
    /// What it was built for, "CPU" or "CUDA", whether or not the machine has a GPU.
    package var build: String
  }

  /// The devices to compute on.
  package struct Devices: Codable, Sendable, Equatable {
    /// How many GPUs this libtorch can use.
    package var cuda: Int
    package var mps: Bool
    /// The device that a run uses by default.
    package var best: String
    /// Whether the system has a driver from NVIDIA.
    package var hasNVIDIADriver: Bool
  }

  /// The precision of a run on the best device.
  package struct Precision: Codable, Sendable, Equatable {
    /// The precision that a run uses by default.
    package var auto: RunConfiguration.Precision
    /// Why: half a sentence about the device.
    package var reason: String
  }

  /// The version of Swiftlet.
  package var swiftlet: String
  /// The version of Swift that compiled it.
  package var swift: String
  package var libtorch: Library
  package var processor: Processor
  package var devices: Devices
  package var precision: Precision
  package var memory: Memory
  /// Where runs are written by default.
  package var workingFolder: FolderState
  package var temporaryFolder: FolderState
  /// The formats of pictures, whether or not this build decodes them.
  package var decoders: [PictureSupport]
  /// The libraries that sound needs, whether or not this build has them.
  package var sound: [SoundSupport]
  /// The checks that were done, passed or failed.
  package var checks: [SelfCheck]

  /// Examines the machine, computes a little and decodes a few pixels. Takes a fraction of a second.
  package init() {
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
    sound = SoundSupport.all
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
