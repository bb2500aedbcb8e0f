import Foundation
import TestSupport
import Testing

/// The built program on series that are drawn: waves of two frequencies, of different lengths, with gaps.
@Suite struct SeriesCommandTests {
  private static let tiny = [
    "--width", "8", "--layers", "2", "--series-features", "12", "--epochs", "2", "--threads", "1",
  ]

  /// A `.ts` file with `count` series of two classes.
  private static func archive(_ count: Int, phase: Double) -> String {
    var text = "@problemName Waves\n@classLabel true slow fast\n@data\n"
    for series in 0..<count {
      let isFast = series % 2 == 1
      let line = (0..<20 + series % 7).map { step in
        step == series % 11 && series % 3 == 0
          ? "?" : "\(sin(Double(step) * (isFast ? 1.3 : 0.4) + Double(series) + phase))"
      }
      text += line.joined(separator: ",") + ":" + (isFast ? "fast" : "slow") + "\n"
    }
    return text
  }

  private func write(in folder: URL) throws -> [String] {
    try [("Waves_TRAIN.ts", 40, 0.0), ("Waves_TEST.ts", 30, 0.5)].map { name, count, phase in
      let file = folder.appending(path: name)
      try Data(Self.archive(count, phase: phase).utf8).write(to: file)
      return file.path
    }
  }

  private func json(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  @Test func theWholePath() throws {
    try withTemporaryFolder { folder in
      let (data, run) = (try write(in: folder), folder.appending(path: "run").path)
      let trained = try SwiftletProgram.run(["pretrain"] + data + ["-o", run] + Self.tiny)
      #expect(trained.code == 0, "\(trained.errors)")
      for said in [
        "70 series, 30 of them held out", "1 channel; the longest series has 26 steps", "of the values are missing",
        "Method     ts2vec on dilated-cnn", "Preset     ts2vec", "Classes    2: fast 35, slow 35",
      ] { #expect(trained.errors.contains(said), "\(said) is missing in\n\(trained.errors)") }

      let evaluated = try SwiftletProgram.run(["evaluate", run] + data + ["--json"])
      #expect(evaluated.code == 0, "\(evaluated.errors)")
      let rows = try #require(try json(evaluated.output)["rows"] as? [[String: Any]])
      // Two judges of run, untrained network, MiniRocket and statistics.
      #expect(rows.count == 8)
      #expect(evaluated.output.contains("MiniRocket"))

      for (command, more) in [
        ("finetune", ["--epochs", "3", "--seeds", "1"]),
        ("curve", ["--label-fractions", "50%", "--seeds", "1", "--epochs", "2"]),
        ("robustness", []), ("suggest", ["--count", "3"]),
      ] {
        let outcome = try SwiftletProgram.run([command, run] + data + ["--json"] + more)
        #expect(outcome.code == 0, "\(command): \(outcome.errors)")
        _ = try json(outcome.output)
      }
      let tuned = folder.appending(path: "tuned").path
      let saved = try SwiftletProgram.run(
        ["finetune", run] + data + ["--epochs", "3", "--seeds", "1", "-o", tuned])
      #expect(saved.code == 0, "\(saved.errors)")
      let predicted = try SwiftletProgram.run(
        ["predict", tuned] + data + ["-o", folder.appending(path: "predictions.csv").path])
      #expect(predicted.code == 0, "\(predicted.errors)")
      #expect(try SwiftletProgram.lines(folder, "predictions.csv").count == 71)

      let embedded = try SwiftletProgram.run(["embed", run] + data + ["-o", folder.appending(path: "out.npy").path])
      #expect(embedded.code == 0, "\(embedded.errors)")
      #expect(try Data(contentsOf: folder.appending(path: "out.npy")).count == 128 + 70 * 12 * 4)
      #expect(try SwiftletProgram.lines(folder, "out.csv").prefix(2) == ["series,vector", "Waves_TRAIN 1,0"])

      let steps = try SwiftletProgram.run(
        "embed", run, data[1], "--per-step", "-o", folder.appending(path: "steps.npy").path)
      #expect(steps.code == 0, "\(steps.errors)")
      let lengths = (0..<30).map { 20 + $0 % 7 }.reduce(0, +)
      #expect(try Data(contentsOf: folder.appending(path: "steps.npy")).count == 128 + lengths * 12 * 4)
      let names = try SwiftletProgram.lines(folder, "steps.csv")
      #expect(names.count == lengths + 1 && names[0] == "series,step,vector" && names[21] == "series 2,1,20")

      let parts = try SwiftletProgram.run(
        "embed", run, data[1], "--time-parts", "4", "-o", folder.appending(path: "parts.npy").path)
      #expect(parts.code == 0, "\(parts.errors)")
      #expect(try Data(contentsOf: folder.appending(path: "parts.npy")).count == 128 + 30 * 4 * 12 * 4)

      let found = try SwiftletProgram.run(["search", run, data[0], data[1], "--json"])
      #expect(found.code == 0, "\(found.errors)")
      let report = try SwiftletProgram.run("report", run)
      #expect(report.code == 0, "\(report.errors)")
      let page = try String(contentsOfFile: run + "/report.html", encoding: .utf8)
      #expect(page.contains("data:image/jpeg;base64") && page.contains("MiniRocket"))
      let exported = try SwiftletProgram.run("export", run, "-o", folder.path + "/export")
      #expect(exported.code == 0, "\(exported.errors)")
      for file in ["model.onnx", "model.safetensors", "README.md"] {
        #expect(FileManager.default.fileExists(atPath: folder.path + "/export/" + file), "\(file)")
      }
    }
  }

  /// Killed in the middle, and resumed with other threads: the log is that of a run left alone.
  @Test(arguments: ["ts2vec", "simclr", "byol", "vicreg", "supcon"])
  func aKilledRunGoesOnAsIfNothingHadHappened(method: String) throws {
    try withTemporaryFolder { folder in
      let data = try write(in: folder)
      try SwiftletProgram.expectNoTrace(
        ofAKillOf: data + Self.tiny + ["--method", method, "--epochs", "12", "--batch-size", "8"], in: folder, steps: 60
      )
    }
  }

  @Test func tablesOfStepsAreCutIntoWindows() throws {
    try withTemporaryFolder { folder in
      var text = "person,time,x,y,activity\n"
      for person in 0..<8 {
        for step in 0..<60 {
          let isFast = person % 2 == 1
          let angle = Double(step) * (isFast ? 1.3 : 0.4)
          text += "p\(person),\(Double(step) / 20),\(sin(angle)),\(cos(angle)),\(isFast ? "run" : "walk")\n"
        }
      }
      let file = folder.appending(path: "steps.csv").path
      try Data(text.utf8).write(to: URL(fileURLWithPath: file))
      let run = folder.appending(path: "run").path
      let columns = ["--id-column", "person", "--time-column", "time", "--label-column", "activity"]
      let trained = try SwiftletProgram.run(
        ["pretrain", file, "-o", run, "--window", "1s", "--stride", "10"] + columns + Self.tiny)
      #expect(trained.code == 0, "\(trained.errors)")
      for said in [
        "40 series", "2 channels: x, y", "8 recordings cut into 40 windows of 20 steps", "20 steps a second",
      ] {
        #expect(trained.errors.contains(said), "\(said) is missing in\n\(trained.errors)")
      }
      let evaluated = try SwiftletProgram.run("evaluate", run, file, "--only-run")
      #expect(evaluated.code == 0, "\(evaluated.errors)")
      #expect(evaluated.output.contains("group") || evaluated.errors.contains("group"))

      // The same recordings from another machine, whose columns have other names.
      let other = folder.appending(path: "other.csv").path
      try Data(text.replacingOccurrences(of: "person,time,x,y,activity", with: "who,when,left,right,what").utf8)
        .write(to: URL(fileURLWithPath: other))
      let renamed = [
        "--id-column", "who", "--time-column", "when", "--channels", "left,right", "--label-column", "what",
      ]
      let judged = try SwiftletProgram.run(["evaluate", run, other, "--only-run"] + renamed)
      #expect(judged.code == 0 && judged.output == evaluated.output, "\(judged.errors)")
      // Nothing has to be known of new data but their values.
      let bare = folder.appending(path: "bare.csv").path
      let rows = text.split(separator: "\n").map { $0.split(separator: ",").dropLast().joined(separator: ",") }
      try Data((rows.joined(separator: "\n") + "\n").utf8).write(to: URL(fileURLWithPath: bare))
      let embedded = try SwiftletProgram.run(["embed", run, bare, "-o", folder.appending(path: "vectors.npy").path])
      #expect(embedded.code == 0, "\(embedded.errors)")
      let named = try SwiftletProgram.run(["evaluate", run, bare, "--label-column", "activity"])
      #expect(named.code == 1 && named.errors.contains("'activity'"), "\(named.errors)")
      let refused = try SwiftletProgram.run(["evaluate", run, other, "--only-run", "--label-column", "what"])
      #expect(refused.code == 1 && refused.errors.contains("'person'"), "\(refused.errors)")
    }
  }

  /// A wave that breaks off for five steps, which are labelled.
  @Test func stepsThatStandOut() throws {
    try withTemporaryFolder { folder in
      func table(_ count: Int, broken: Range<Int>) -> Data {
        var text = "t,value,odd\n"
        for step in 0..<count {
          let isOdd = broken.contains(step)
          text += "\(step),\(isOdd ? 4 : sin(Double(step) * 0.5)),\(isOdd ? "yes" : "no")\n"
        }
        return Data(text.utf8)
      }
      func path(_ name: String) -> String { folder.appending(path: name).path }
      try table(300, broken: 0..<0).write(to: URL(fileURLWithPath: path("usual.csv")))
      try table(200, broken: 120..<125).write(to: URL(fileURLWithPath: path("new.csv")))
      let run = path("run")
      let trained = try SwiftletProgram.run(
        ["pretrain", path("usual.csv"), "-o", run, "--time-column", "t", "--channels", "value", "--window", "50"]
          + Self.tiny)
      #expect(trained.code == 0, "\(trained.errors)")
      let scores = path("scores.csv")
      let line = ["anomalies", run, path("new.csv"), "-o", scores, "--label-column", "odd", "--context", "40"]
      let found = try SwiftletProgram.run(line + ["--json"])
      #expect(found.code == 0, "\(found.errors)")
      let outcome = try json(found.output)
      #expect(outcome["steps"] as? Int == 200 && outcome["anomalies"] as? Int == 5)
      #expect(outcome["judgedSteps"] as? Int == 179)
      let areas = try #require(outcome["averagePrecision"] as? [String: Double])
      #expect(
        Set(areas.keys) == ["representation", "nearest_vector", "z_score", "nearest_window"] && areas["z_score"] == 1)
      let peaks = try #require(outcome["peaks"] as? [[String: Any]])
      for score in ["z_score", "nearest_window"] {
        let first = try #require(peaks.first { $0["score"] as? String == score })
        #expect((121...125).contains(first["step"] as? Int ?? 0) && first["label"] as? String == "yes")
      }
      let rows = try SwiftletProgram.lines(folder, "scores.csv")
      #expect(rows.count == 201 && rows[0] == "series,step,representation,nearest_vector,z_score,nearest_window,label")
      #expect(rows[1].hasPrefix("series 1,1,,") && rows[121].hasSuffix(",yes") && !rows[22].hasPrefix("series 1,22,,"))
      let page = try String(contentsOfFile: path("scores.html"), encoding: .utf8)
      #expect(page.contains("default-src 'none'") && page.contains("<svg") && page.contains("average precision"))
      #expect(!page.contains("http:") && !page.contains("https:"))

      // Nothing is written over, and both files are made anew on request.
      let again = try SwiftletProgram.run(line)
      #expect(again.code == 2 && again.errors.contains("--force"), "\(again.errors)")
      let forced = try SwiftletProgram.run(line + ["--force"])
      #expect(forced.code == 0 && forced.output.contains("by chance"), "\(forced.errors)")
      #expect(try SwiftletProgram.lines(folder, "scores.csv") == rows)

      for (more, said) in [
        (["--normal-label", "fine"], "no step has the label 'fine'"),
        (["--window", "20"], "--window has no meaning for whole recordings"),
        (["--channels", "t,value"], "cannot be a channel and something else"),
        (["--label-column", "state"], "'state'"),
      ] {
        let refused = try SwiftletProgram.run(
          ["anomalies", run, path("new.csv"), "-o", path("other.csv")]
            + (more[0] == "--label-column" ? [] : line.suffix(4).prefix(2))
            + more)
        #expect(refused.code != 0 && refused.errors.contains(said), "\(more): \(refused.errors)")
        #expect(!FileManager.default.fileExists(atPath: path("other.csv")))
      }
    }
  }

  /// A wave is forecast well by its last season, and without labels.
  @Test func nextStepsAreForecast() throws {
    try withTemporaryFolder { folder in
      func path(_ name: String) -> String { folder.appending(path: name).path }
      var text = "t,value,state\n"
      for step in 0..<400 {
        text += "\(step),\(step == 7 ? "" : "\(sin(2 * Double.pi * Double(step) / 20))"),\(step / 40)\n"
      }
      try Data(text.utf8).write(to: URL(fileURLWithPath: path("wave.csv")))
      let run = path("run")
      let columns = ["--time-column", "t", "--label-column", "state"]
      let trained = try SwiftletProgram.run(
        ["pretrain", path("wave.csv"), "-o", run, "--window", "40"] + columns + Self.tiny)
      #expect(trained.code == 0, "\(trained.errors)")
      let found = try SwiftletProgram.run(["evaluate", run, path("wave.csv"), "--horizon", "30,5", "--json"])
      #expect(found.code == 0, "\(found.errors)")
      let outcome = try json(found.output)
      #expect(outcome["season"] as? Int == 20 && outcome["recordings"] as? Int == 1)
      let rows = try #require(outcome["rows"] as? [[String: Any]])
      #expect(rows.map { $0["horizon"] as? Int } == [5, 5, 5, 5, 30, 30, 30, 30])
      for row in rows {
        let error = try #require(row["squaredError"] as? Double)
        #expect(
          ["seasonal naive", "raw values"].contains(row["input"] as? String) ? error < 1e-3 : error < 3, "\(row)")
      }
      let table = try SwiftletProgram.run(["evaluate", run, path("wave.csv"), "--horizon", "5", "--only-run"])
      #expect(table.code == 0 && table.output.contains("this run") && !table.output.contains("seasonal naive "))
      for (more, said) in [
        (["--horizon", "90"], "takes 900"), (["--horizon", "0"], "from 1 to 10000"),
        (["--horizon", "5,x"], "from 1 to 10000"),
        (["--horizon", "5", "--labels", "x.csv"], "needs no labels"),
      ] {
        let refused = try SwiftletProgram.run(["evaluate", run, path("wave.csv")] + more)
        #expect(refused.code != 0 && refused.errors.contains(said), "\(more): \(refused.errors)")
      }
    }
  }

  @Test func whatIsNoSeriesIsRefusedInASentence() throws {
    try withTemporaryFolder { folder in
      func expectRefusal(
        _ sentence: String, of text: String, as name: String = "x.ts", _ more: [String] = []
      ) throws {
        let file = folder.appending(path: name).path
        try Data(text.utf8).write(to: URL(fileURLWithPath: file))
        let run = folder.appending(path: "run").path
        let outcome = try SwiftletProgram.run(["pretrain", file, "-o", run] + Self.tiny + more)
        let exists = FileManager.default.fileExists(atPath: run)
        #expect(outcome.code != 0 && !exists && outcome.errors.contains(sentence), "\(outcome.errors)")
      }
      let two = "@data\n1,2\n3,4\n"
      try expectRefusal("is an empty file", of: "")
      try expectRefusal("Only 1 sample", of: "@data\n1,2\n")
      try expectRefusal("pandas.read_parquet", of: "PAR1", as: "x.parquet")
      try expectRefusal(
        "column of the time (time-column)", of: "a,b\n1,2\n3,4\n", as: "x.csv", ["--kind", "series", "--window", "2s"])
      try expectRefusal(
        "--time-column has no meaning for files that have no columns", of: two, ["--time-column", "t"])
      try expectRefusal("resnet18", of: two, ["--backbone", "resnet18"])
      try expectRefusal("--method", of: two, ["--method", "mae"])
    }
  }
}
