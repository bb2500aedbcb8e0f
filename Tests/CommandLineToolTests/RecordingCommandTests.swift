import Foundation
import Pictures
import TestSupport
import Testing

/// The built program on folders of frames.
@Suite struct RecordingCommandTests {
  private func drawRecordings(in folder: URL) throws {
    for recording in 0..<4 {
      for frame in 0..<24 {
        try drawGrey(at: folder.appending(path: "r\(recording)/f\(frame).png"), side: 16) { x, y in
          UInt8(truncatingIfNeeded: x * (3 * recording + 2) + y * 5 + frame * 3)
        }
      }
    }
  }

  private static let options = [
    "--positives", "neighbour", "--gap", "0.2", "--fps", "10", "--width", "4", "--image-size", "16", "--batch-size",
    "8",
    "--precision", "float32", "--threads", "1",
  ]

  /// Which frame is the second view of which, and what shares a batch, depends on neither threads nor kills.
  @Test func aKillLeavesNoTraceWithNeighbours() throws {
    try withTemporaryFolder { folder in
      let frames = folder.appending(path: "frames")
      try drawRecordings(in: frames)
      try SwiftletProgram.expectNoTrace(
        ofAKillOf: [frames.path, "--epochs", "12", "--hold-out", "0"] + Self.options, in: folder, steps: 144)
      let plain = folder.appending(path: "plain")
      let other = try SwiftletProgram.run(
        ["pretrain", frames.path, "--epochs", "12", "--hold-out", "0", "-o", plain.path] + Self.options.dropFirst(6))
      #expect(other.code == 0, "\(other.errors)")
      let whole = folder.appending(path: "whole")
      #expect(try SwiftletProgram.lines(plain, "metrics.jsonl") != SwiftletProgram.lines(whole, "metrics.jsonl"))
    }
  }

  @Test func recordingsAreGroups() throws {
    try withTemporaryFolder { folder in
      let (frames, run) = (folder.appending(path: "frames"), folder.appending(path: "run"))
      try drawRecordings(in: frames)
      let trained = try SwiftletProgram.run(["pretrain", frames.path, "--epochs", "1", "-o", run.path] + Self.options)
      #expect(trained.code == 0, "\(trained.errors)")
      #expect(trained.errors.contains("positives: neighbour"), "\(trained.errors)")
      let listing = try String(contentsOfFile: run.path + "/samples.json", encoding: .utf8)
      #expect(listing.contains("\"groups\""))
      // A gap without neighbours means nothing, and the request is refused before anything is made.
      let refused = try SwiftletProgram.run("pretrain", frames.path, "--gap", "2", "-o", folder.path + "/none")
      #expect(refused.code == 1 && refused.errors.contains("take neighbours (--positives)"), "\(refused.errors)")
    }
  }
}

/// The built program on slices of volumes.
@Suite struct VolumeCommandTests {
  private static let options = [
    "--epochs", "12", "--hold-out", "0", "--positives", "neighbour", "--width", "4", "--image-size", "16",
    "--batch-size", "8",
    "--precision", "float32", "--threads", "1",
  ]

  /// CT slices of six patients: their windows are drawn as a view.
  @Test(.enabled(if: PictureFormat.dicom.isBuilt)) func aKillLeavesNoTraceInDICOM() throws {
    try withTemporaryFolder { folder in
      let data = folder.appending(path: "scans")
      for patient in 0..<6 {
        for slice in 0..<12 {
          var file = DICOMFile(
            grey: (0..<256).map { ($0 % 16) * (patient + 2) * 5 + ($0 / 16) * slice }, width: 16)
          let study = "1.2.840.\(patient)"
          file.identify(
            patient: "P\(patient)", name: "N", birth: "19700101", study: study, series: "\(study).1",
            instance: slice + 1,
            modality: "CT")
          file.place(z: Double(-slice))
          file.rescale(slope: 1, intercept: -1024)
          let place = data.appending(path: "p\(patient)/\(slice).dcm")
          try FileManager.default.createDirectory(
            at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
          try Data(file.bytes).write(to: place)
        }
      }
      try SwiftletProgram.expectNoTrace(ofAKillOf: [data.path] + Self.options, in: folder, steps: 108)
    }
  }

  @Test func aKillLeavesNoTraceInVolumes() throws {
    try withTemporaryFolder { folder in
      let data = folder.appending(path: "scans")
      try FileManager.default.createDirectory(at: data, withIntermediateDirectories: true)
      for volume in 0..<6 {
        let file = NIfTIFile(sides: [16, 16, 12]) { ($0 % 16) * (volume + 2) + ($0 / 16) % 16 * 3 + $0 / 256 * 7 }
        try Data(file.bytes).write(to: data.appending(path: "v\(volume).nii"))
      }
      try SwiftletProgram.expectNoTrace(ofAKillOf: [data.path] + Self.options, in: folder, steps: 108)
    }
  }
}
