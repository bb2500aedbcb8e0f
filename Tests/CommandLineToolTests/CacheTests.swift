import Foundation
import TestSupport
import Testing

/// Decoded pictures on disk change no metric, whatever state they are in.
@Suite struct CacheTests {
  private func metrics(_ data: URL, _ folder: URL, _ name: String, cache: String) throws -> [String] {
    let run = folder.appending(path: name)
    let outcome = try SwiftletProgram.pretrain(data, run, ["--cache", cache])
    #expect(outcome.code == 0, "\(outcome.errors)")
    if cache != "off", cache != "auto" { #expect(outcome.errors.contains("Decoded pictures are kept in \(cache)")) }
    return try SwiftletProgram.lines(run, "metrics.jsonl")
  }

  private func files(_ cache: URL, _ ending: String) throws -> [URL] {
    try FileManager.default.contentsOfDirectory(at: cache, includingPropertiesForKeys: nil)
      .filter { $0.pathExtension == ending }
  }

  private func cut(_ file: URL, to part: Double) throws {
    let data = try Data(contentsOf: file)
    try data.prefix(Int(Double(data.count) * part)).write(to: file)
  }

  @Test func coldWarmHalfWrittenAndOffAreTheSame() throws {
    try withTemporaryFolder { folder in
      let (data, cache) = (folder.appending(path: "data"), folder.appending(path: "cache"))
      try drawPictures(in: data)
      let off = try metrics(data, folder, "off", cache: "off")
      #expect(off.count == 9)
      #expect(try metrics(data, folder, "auto", cache: "auto") == off)
      #expect(try metrics(data, folder, "cold", cache: cache.path) == off)
      let index = try #require(try files(cache, "index").first)
      #expect(try Data(contentsOf: index).count == 24 * 64)
      #expect(try metrics(data, folder, "warm", cache: cache.path) == off)
      // The warm run read: nothing was written anew.
      #expect(try files(cache, "blobs").count == 1)

      try cut(#require(try files(cache, "blobs").first), to: 0.4)
      #expect(try metrics(data, folder, "half", cache: cache.path) == off)
      #expect(try files(cache, "blobs").count == 2)
      for file in try files(cache, "index") { try cut(file, to: 0.7) }
      for file in try files(cache, "blobs") {
        var bytes = try Data(contentsOf: file)
        for place in stride(from: 0, to: bytes.count, by: 500) { bytes[place] ^= 0x55 }
        try bytes.write(to: file)
      }
      #expect(try metrics(data, folder, "damaged", cache: cache.path) == off)

      let run = folder.appending(path: "off")
      let vectors = try ["off", cache.path].map { choice in
        let file = folder.appending(path: "vectors.npy")
        let outcome = try SwiftletProgram.run(
          "embed", run.path, data.path, "-o", file.path, "--force", "--cache", choice)
        #expect(outcome.code == 0, "\(outcome.errors)")
        return try Data(contentsOf: file)
      }
      #expect(vectors[0] == vectors[1])
      #expect(try SwiftletProgram.run("evaluate", run.path, data.path, "--cache", cache.path, "--only-run").code == 0)
    }
  }

  @Test func killsAndCompanyChangeNothing() throws {
    try withTemporaryFolder { folder in
      let (data, cache) = (folder.appending(path: "data"), folder.appending(path: "cache"))
      try drawPictures(in: data)
      let off = try metrics(data, folder, "off", cache: "off")
      for number in 0..<3 {
        let run = folder.appending(path: "killed\(number)")
        let process = try SwiftletProgram.start(
          ["pretrain", data.path, "--run", run.path, "--cache", cache.path] + SwiftletProgram.tiny)
        try SwiftletProgram.waitForRun(run)
        try SwiftletProgram.kill(process, after: 0.02 * Double(number))
        let resumed = try SwiftletProgram.run("resume", run.path, "--cache", cache.path)
        #expect(resumed.code == 0, "\(resumed.errors)")
        #expect(try SwiftletProgram.lines(run, "metrics.jsonl") == off)
      }
      try FileManager.default.removeItem(at: cache)
      let runs = (0..<2).map { folder.appending(path: "beside\($0)") }
      let processes = try runs.map { run in
        try SwiftletProgram.start(
          ["pretrain", data.path, "--run", run.path, "--cache", cache.path] + SwiftletProgram.tiny)
      }
      for process in processes { process.waitUntilExit() }
      #expect(processes.allSatisfy { $0.terminationStatus == 0 })
      for run in runs { #expect(try SwiftletProgram.lines(run, "metrics.jsonl") == off) }
    }
  }

  @Test func aFolderThatCannotBeIsRefused() throws {
    try withTemporaryFolder { folder in
      let data = folder.appending(path: "data")
      try drawPictures(in: data)
      let outcome = try SwiftletProgram.pretrain(
        data, folder.appending(path: "run"), ["--cache", data.path + "/class0/0.png"])
      #expect(outcome.code == 1)
      #expect(outcome.errors.contains("choose another --cache folder"), "\(outcome.errors)")
      #expect(!FileManager.default.fileExists(atPath: folder.path + "/run"))
    }
  }

  @Test func timingSaysHowLongStepsWaited() throws {
    try withTemporaryFolder { folder in
      let (data, run) = (folder.appending(path: "data"), folder.appending(path: "run"))
      try drawPictures(in: data)
      #expect(try SwiftletProgram.pretrain(data, run).code == 0)
      for line in try SwiftletProgram.lines(run, "timing.jsonl") {
        let values = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        let waiting = try #require(values["waiting"] as? Double)
        #expect((0...1).contains(waiting))
      }
    }
  }

  @Test func benchMeasuresWhatItSays() throws {
    try withTemporaryFolder { folder in
      let data = folder.appending(path: "data")
      try drawPictures(in: data)
      let outcome = try SwiftletProgram.run(
        "bench", "views", data.path, "--image-size", "16", "--seconds", "0.1", "--json")
      #expect(outcome.code == 0, "\(outcome.errors)")
      let said = try #require(try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
      let rates = try #require(said["rates"] as? [[String: Any]])
      #expect(rates.count == 6 && rates.allSatisfy { ($0["viewsPerSecond"] as? Double ?? 0) > 0 })
      #expect(rates.compactMap { $0["threads"] as? Int } == [1, 1, 1, 2, 2, 2])
      #expect(said["viewsPerSecond"] as? Double == rates[1]["viewsPerSecond"] as? Double)
      #expect(try SwiftletProgram.run("bench", "views", data.path, "--seconds", "0").code == 2)
      #expect(try SwiftletProgram.run("bench", "views", folder.path + "/none").code == 1)
    }
  }
}
