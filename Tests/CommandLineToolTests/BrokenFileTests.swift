import Foundation
import TestSupport
import Testing

/// Broken files among good ones, through the built program: a run goes through, counts them and says why.
@Suite struct BrokenFileTests {
  private struct Broken: Decodable {
    let name: String
    let file: Data
    let reason: String
  }

  private struct Skipped: Decodable {
    let name: String
    let reason: String
  }

  private func broken() throws -> [Broken] { try golden("broken.json", in: .module) }

  private func skipped(_ run: URL) throws -> [String: String] {
    let lines = try String(contentsOf: run.appending(path: "skipped.jsonl"), encoding: .utf8).split(separator: "\n")
    let all = try lines.map { try JSONDecoder().decode(Skipped.self, from: Data($0.utf8)) }
    return Dictionary(all.map { ($0.name, $0.reason) }) { first, _ in first }
  }

  @Test func aRunGoesThroughAndListsThem() throws {
    try withTemporaryFolder { folder in
      let (data, run) = (folder.appending(path: "data"), folder.appending(path: "run"))
      try drawPictures(in: data)
      let broken = try broken()
      for file in broken { try file.file.write(to: data.appending(path: file.name)) }
      let manager = FileManager.default
      try manager.createSymbolicLink(
        atPath: data.appending(path: "dangling.png").path, withDestinationPath: "/nowhere/at-all.png")
      #expect(mkfifo(data.appending(path: "pipe.png").path, 0o600) == 0)
      let outcome = try SwiftletProgram.pretrain(data, run)
      #expect(outcome.code == 0, "\(outcome.errors)")
      #expect(outcome.errors.contains("that cannot be read"))
      let reasons = try skipped(run)
      for file in broken {
        let reason = reasons[file.name] ?? ""
        // Where a build lacks the codec, it says so instead.
        #expect(reason.hasPrefix(file.reason) || reason.contains("this build cannot read"), "\(file.name): \(reason)")
      }
      #expect(reasons["dangling.png"] == "No such file or directory")
      #expect(reasons["pipe.png"] == "is not a regular file")
      #expect(reasons.count == broken.count + 2)
      // Of this program and those that other tests ran: none took what the huge headers ask for.
      var usage = rusage()
      getrusage(.init(RUSAGE_CHILDREN.rawValue), &usage)
      #expect(usage.ru_maxrss < 2 << 20, "\(usage.ru_maxrss) KiB")
    }
  }

  /// As another user where the tests run as root, who may read everything.
  @Test func whatMayNotBeReadIsListed() throws {
    try withTemporaryFolder { folder in
      let (data, run) = (folder.appending(path: "data"), folder.appending(path: "run"))
      try drawPictures(in: data)
      #expect(chmod(data.appending(path: "class0/0.png").path, 0) == 0)
      #expect(chmod(folder.path, 0o777) == 0)
      let words = ["pretrain", data.path, "--run", run.path] + SwiftletProgram.tiny
      guard let outcome = try SwiftletProgram.runUnprivileged(words) else { return }
      #expect(outcome.code == 0, "\(outcome.errors)")
      #expect(try skipped(run)["class0/0.png"] == "may not be read (permission denied)")
    }
  }

  /// Killed, so that nothing is left in its memory; then files vanish and change.
  @Test func filesThatVanishDuringARunAreListed() throws {
    try withTemporaryFolder { folder in
      let (data, run) = (folder.appending(path: "data"), folder.appending(path: "run"))
      try drawPictures(in: data)
      let process = try SwiftletProgram.start(
        ["pretrain", data.path, "--run", run.path] + SwiftletProgram.tiny + ["--epochs", "2000"])
      try SwiftletProgram.waitForRun(run)
      try SwiftletProgram.kill(process, after: 0)
      try FileManager.default.removeItem(at: data.appending(path: "class0/1.png"))
      try Data("no picture any more".utf8).write(to: data.appending(path: "class1/2.png"))

      let refused = try SwiftletProgram.run("resume", run.path)
      #expect(refused.code == 1 && refused.errors.contains("class1/2.png"), "\(refused.errors)")
      let resumed = try SwiftletProgram.start(["resume", run.path, "--accept-changes"])
      var reasons: [String: String] = [:]
      for _ in 0..<600 where reasons.count < 2 {
        Thread.sleep(forTimeInterval: 0.02)
        reasons = (try? skipped(run)) ?? [:]
      }
      #expect(resumed.isRunning, "it goes on without them")
      kill(resumed.processIdentifier, SIGTERM)
      resumed.waitUntilExit()
      #expect(resumed.terminationStatus == 143)
      #expect(reasons["class0/1.png"] == "does not exist")
      #expect(reasons["class1/2.png"]?.hasPrefix("is none of the formats") == true)
    }
  }

  @Test func twoSamplesAreEnoughAndOneIsNot() throws {
    try withTemporaryFolder { folder in
      let data = folder.appending(path: "data")
      try drawPictures(in: data, classes: 1, perClass: 2)
      for file in try broken() { try file.file.write(to: data.appending(path: file.name)) }
      let tiny = ["--width", "4", "--image-size", "16", "--epochs", "1", "--precision", "float32", "--threads", "1"]
      let two = try SwiftletProgram.run(["pretrain", data.path, "--run", folder.path + "/two"] + tiny)
      #expect(two.code == 0, "\(two.errors)")
      try FileManager.default.removeItem(at: data.appending(path: "class0/1.png"))
      let one = try SwiftletProgram.run(["pretrain", data.path, "--run", folder.path + "/one"] + tiny)
      #expect(one.code == 1)
      // Some of the broken files are found out while training.
      #expect(one.errors.contains("Only 1 of the"), "\(one.errors)")
      #expect(!FileManager.default.fileExists(atPath: folder.path + "/one"), "an empty run stays")
    }
  }

  @Test func picturesOfFiveChannelsAreTrainedOn() throws {
    try withTemporaryFolder { folder in
      let (data, run) = (folder.appending(path: "data"), folder.appending(path: "run"))
      try FileManager.default.createDirectory(at: data, withIntermediateDirectories: true)
      let text = "{'descr': '<u2', 'fortran_order': False, 'shape': (5, 16, 18), }\n"
      for index in 0..<16 {
        var file = Data([0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(text.utf8.count), 0] + Array(text.utf8))
        for sample in 0..<5 * 16 * 18 {
          withUnsafeBytes(of: UInt16(sample * (index + 1) % 4000).littleEndian) { file.append(contentsOf: $0) }
        }
        try file.write(to: data.appending(path: "\(index).npy"))
      }
      let outcome = try SwiftletProgram.pretrain(data, run)
      #expect(outcome.code == 0, "\(outcome.errors)")
      #expect(outcome.errors.contains("The pictures have 5 channels"), "\(outcome.errors)")
      let configuration = try String(contentsOf: run.appending(path: "configuration.json"), encoding: .utf8)
      #expect(configuration.contains(#""inputChannels" : 5"#) && configuration.contains(#""uint16Highest" : 4095"#))
      let vectors = folder.appending(path: "out.npy").path
      let embedded = try SwiftletProgram.run("embed", run.path, data.path, "-o", vectors)
      #expect(embedded.code == 0, "\(embedded.errors)")
    }
  }
}
