import Foundation
import TestSupport
import Testing

/// The built program on sounds that are drawn: tones that rise or fall, of different lengths.
@Suite struct SoundCommandTests {
  private static let tiny = [
    "--width", "4", "--epochs", "2", "--threads", "1", "--mel-bands", "16", "--view-seconds", "0.3", "--batch-size",
    "8",
  ]

  /// A WAV file of 16 bits, written by its specification.
  private static func wave(_ samples: [Double], rate: Int = 16_000) -> Data {
    func number(_ value: Int, _ count: Int) -> [UInt8] { (0..<count).map { UInt8(value >> (8 * $0) & 255) } }
    let data = samples.flatMap { number(Int(min(max($0, -1), 1) * 32_767) & 0xFFFF, 2) }
    var bytes = Array("RIFF".utf8) + number(36 + data.count, 4) + Array("WAVEfmt ".utf8) + number(16, 4) + number(1, 2)
    bytes += number(1, 2) + number(rate, 4) + number(2 * rate, 4) + number(2, 2) + number(16, 2)
    return Data(bytes + Array("data".utf8) + number(data.count, 4) + data)
  }

  private static func tone(_ index: Int, isRising: Bool, seconds: Double) -> Data {
    let (first, last) = isRising ? (400.0, 1500.0) : (1500.0, 400.0)
    let count = Int(seconds * 16_000)
    var phase = Double(index)
    return wave(
      (0..<count).map { place in
        phase += 2 * .pi * (first + (last - first) * Double(place) / Double(count) + 13 * Double(index)) / 16_000
        return 0.4 * sin(phase)
      })
  }

  /// Twenty-four files in two folders; one of them is cut into clips.
  private func write(in folder: URL) throws -> String {
    let data = folder.appending(path: "tones")
    for index in 0..<24 {
      let isRising = index.isMultiple(of: 2)
      let place = data.appending(path: "\(isRising ? "rising" : "falling")/\(index).wav")
      try FileManager.default.createDirectory(at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Self.tone(index, isRising: isRising, seconds: index == 5 ? 1.6 : 0.2 + 0.03 * Double(index % 9)).write(
        to: place)
    }
    return data.path
  }

  private func json(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  @Test func theWholePath() throws {
    try withTemporaryFolder { folder in
      let (data, run) = (try write(in: folder), folder.appending(path: "run").path)
      let broken = folder.appending(path: "tones/rising/broken.wav")
      try Data("RIFF....WAVEnothing".utf8).write(to: broken)
      try Data([0, 0, 0, 32] + Array("ftypM4A ".utf8)).write(to: folder.appending(path: "tones/rising/song.m4a"))
      let trained = try SwiftletProgram.run(["pretrain", data, "-o", run, "--clip-seconds", "0.5"] + Self.tiny)
      #expect(trained.code == 0, "\(trained.errors)")
      for said in [
        "26 clips", "16 mel bands (htk) from 60 to 7800 Hz, every 10 ms", "24 files cut into 26 clips",
        "ffmpeg -i FILE -c:a flac FILE.flac", "cannot be read as sound", "Method     simclr on byol-a-cnn",
        "Preset     simclr-sound", "Classes    2: falling 14, rising 12", "a shorter clip is repeated",
      ] { #expect(trained.errors.contains(said), "\(said) is missing in\n\(trained.errors)") }

      let evaluated = try SwiftletProgram.run("evaluate", run, data, "--json")
      #expect(evaluated.code == 0, "\(evaluated.errors)")
      let rows = try #require(try json(evaluated.output)["rows"] as? [[String: Any]])
      // Two judges of run, untrained network and both baselines.
      #expect(rows.count == 8)
      #expect(evaluated.output.contains("each mel band") && evaluated.output.contains("16 stretches"))

      for (command, more) in [
        ("finetune", ["--epochs", "2", "--seeds", "1"]),
        ("curve", ["--label-fractions", "50%", "--seeds", "1", "--epochs", "2"]),
        ("robustness", []), ("suggest", ["--count", "3"]),
      ] {
        let outcome = try SwiftletProgram.run([command, run, data, "--json"] + more)
        #expect(outcome.code == 0, "\(command): \(outcome.errors)")
        _ = try json(outcome.output)
      }
      let tuned = folder.appending(path: "tuned").path
      let saved = try SwiftletProgram.run("finetune", run, data, "--epochs", "2", "--seeds", "1", "-o", tuned)
      #expect(saved.code == 0, "\(saved.errors)")
      let predicted = try SwiftletProgram.run(
        "predict", tuned, data, "-o", folder.appending(path: "predictions.csv").path)
      #expect(predicted.code == 0, "\(predicted.errors)")
      #expect(try SwiftletProgram.lines(folder, "predictions.csv").count == 27)

      let embedded = try SwiftletProgram.run("embed", run, data, "-o", folder.appending(path: "out.npy").path)
      #expect(embedded.code == 0, "\(embedded.errors)")
      // 16/4 · 4 + 32 · 4 features.
      #expect(try Data(contentsOf: folder.appending(path: "out.npy")).count == 128 + 26 * 144 * 4)
      #expect(try SwiftletProgram.lines(folder, "out.csv").prefix(2) == ["path,vector", "falling/1.wav,0"])

      let parts = try SwiftletProgram.run(
        "embed", run, data, "--time-parts", "4", "-o", folder.appending(path: "parts.npy").path)
      #expect(parts.code == 0, "\(parts.errors)")
      #expect(try Data(contentsOf: folder.appending(path: "parts.npy")).count == 128 + 26 * 4 * 144 * 4)

      let found = try SwiftletProgram.run("search", run, data, data + "/rising/2.wav", "--time-parts", "2", "--json")
      #expect(found.code == 0, "\(found.errors)")
      #expect(found.output.contains("rising/"))
      let report = try SwiftletProgram.run("report", run)
      #expect(report.code == 0, "\(report.errors)")
      let page = try String(contentsOfFile: run + "/report.html", encoding: .utf8)
      #expect(page.contains("data:image/jpeg;base64"))
      // Sounds lie in the page, whose policy lets nothing else be loaded.
      #expect(page.contains("<audio controls preload=\"none\" src=\"data:audio/wav;base64,UklGR"))
      #expect(page.contains("default-src 'none'; img-src data:; media-src data:;"))
      for format in ["safetensors", "onnx"] {
        let exported = try SwiftletProgram.run(
          "export", run, "--format", format, "-o", folder.appending(path: format).path)
        #expect(exported.code == 0, "\(exported.errors)")
        let card = try String(contentsOf: folder.appending(path: "\(format)/README.md"), encoding: .utf8)
        #expect(card.contains("log-mel spectrogram") && card.contains("the front end is not part of the file"))
      }
      let moved = folder.appending(path: "other")
      try FileManager.default.moveItem(atPath: data, toPath: moved.path)
      let told = try SwiftletProgram.run("evaluate", run, moved.path, "--only-run")
      #expect(told.code == 0, "\(told.errors)")
    }
  }

  /// Killed in the middle, and resumed with other threads: the log is that of a run left alone.
  @Test(arguments: ["simclr", "byol-a", "cola", "mae", "supcon"])
  func aKilledRunGoesOnAsIfNothingHadHappened(method: String) throws {
    try withTemporaryFolder { folder in
      let data = try write(in: folder)
      var length = [
        "--method", method, "--epochs", "12", "--threads", "1", "--batch-size", "8", "--clip-seconds", "0.5",
      ]
      // A view of 16 frames is a square of 16 bands.
      length +=
        method == "mae"
        ? ["--mel-bands", "16", "--view-seconds", "0.15", "--layers", "1"]
        : ["--mel-bands", "16", "--view-seconds", "0.3", "--width", "4"]
      try SwiftletProgram.expectNoTrace(ofAKillOf: [data] + length, in: folder, steps: 36)
    }
  }

  @Test func networksForPicturesTakeSpectrograms() throws {
    try withTemporaryFolder { folder in
      let data = try write(in: folder)
      for network in [["resnet18", "--width", "4"], ["vit-tiny", "--layers", "1"]] {
        let run = folder.appending(path: network[0]).path
        let trained = try SwiftletProgram.run(
          [
            "pretrain", data, "-o", run, "--epochs", "1", "--threads", "1", "--mel-bands", "32", "--view-seconds",
            "0.3",
            "--batch-size", "8", "--backbone",
          ] + network)
        #expect(trained.code == 0, "\(trained.errors)")
        let exported = try SwiftletProgram.run(
          "export", run, "--format", "onnx", "-o", folder.appending(path: network[0] + "-onnx").path)
        #expect(exported.code == 0, "\(exported.errors)")
      }
    }
  }

  @Test func whatIsNoSoundIsRefusedInASentence() throws {
    try withTemporaryFolder { folder in
      func expectRefusal(_ sentence: String, _ arguments: [String]) throws {
        let run = folder.appending(path: "run").path
        let outcome = try SwiftletProgram.run(["pretrain"] + arguments + ["-o", run])
        let exists = FileManager.default.fileExists(atPath: run)
        #expect(outcome.code != 0 && !exists && outcome.errors.contains(sentence), "\(outcome.errors)")
      }
      func file(_ name: String, _ data: Data) throws -> String {
        let place = folder.appending(path: name)
        try data.write(to: place)
        return place.path
      }
      let tones = try write(in: folder)
      try expectRefusal("is empty", [try file("empty.wav", Data())])
      try expectRefusal("ffmpeg -i FILE -c:a flac", [try file("a.m4a", Data([0, 0, 0, 32] + Array("ftypM4A ".utf8)))])
      try expectRefusal("Only 1 sample", [try file("one.wav", Self.tone(1, isRising: true, seconds: 0.4))])
      try expectRefusal("must be a power of 2", [tones, "--fft", "1000"])
      try expectRefusal("nothing", [tones, "--sample-rate", "8000", "--high-frequency", "7000"])
      try expectRefusal("is not below", [tones, "--low-frequency", "7800"])
      try expectRefusal("must be a number of seconds", [tones, "--stride", "often"])
      try expectRefusal("as many frames as bands", [tones, "--method", "mae", "--view-seconds", "0.95"])
      try expectRefusal("has no meaning for", [tones, "--backbone", "dilated-cnn"])
    }
  }
}
