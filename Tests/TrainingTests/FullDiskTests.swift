import Foundation
import Testing
import Torch

@testable import Training

/// Every way to write says in the system's words that there is no room: on a disk that is always full.
@Suite(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full"))) struct FullDiskTests {
  @Test func linesOfALog() throws {
    let log = try LineLog("/dev/full")
    let failure = #expect(throws: RunFolder.Failure.self) {
      try log.append(StepMetrics(step: 1, epoch: 0, loss: 1, learningRate: 1))
    }
    #expect(failure?.description == "cannot write /dev/full: No space left on device")
  }

  @Test func tensors() throws {
    let failure = #expect(throws: Safetensors.Failure.self) {
      try Safetensors.write([("a", .zeros([100, 100]))], to: "/dev/full")
    }
    #expect(failure?.description == "cannot write /dev/full: No space left on device")
  }
}
