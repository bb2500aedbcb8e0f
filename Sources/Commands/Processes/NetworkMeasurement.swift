import Diagnosis
import Foundation
import Swiftlet

/// Latency and bandwidth between two processes of this machine, measured by another copy of this program.
enum NetworkMeasurement {
  struct Failure: Error {
    let reason: String
  }

  /// - Throws: `Failure`
  static func measure() throws -> (latency: Double, bandwidth: Double) {
    guard World.isSupported else { throw Failure(reason: "this libtorch has no support for several processes") }
    let process = Process()
    process.executableURL = URL(
      fileURLWithPath: Bundle.main.executablePath ?? CommandLine.arguments[0])
    process.arguments = ["bench", "processes", "--processes", "2", "--json"]
    process.environment = ProcessInfo.processInfo.environment.filter { !isOfLauncher($0.key) }
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    do {
      try process.run()
    } catch {
      throw Failure(reason: "no further process can be started")
    }
    let said = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard let speed = try? JSONDecoder().decode(ProcessSpeed.self, from: said) else {
      throw Failure(reason: "two processes of this machine could not add up a tensor")
    }
    guard let latency = speed.latency, let bandwidth = speed.bandwidth else {
      throw Failure(reason: "other programs disturbed the measurement")
    }
    return (latency, bandwidth)
  }

  /// Variables by which the copy would take itself for one of another program's processes.
  private static func isOfLauncher(_ name: String) -> Bool {
    ["RANK", "WORLD_SIZE"].contains(name) || name.hasPrefix("SLURM_") || name.hasPrefix("OMPI_")
  }
}
