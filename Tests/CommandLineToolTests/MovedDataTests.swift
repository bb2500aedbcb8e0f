import Foundation
import TestSupport
import Testing

/// A run whose data were moved.
@Suite struct MovedDataTests {
  @Test func picturesAndTheirLabels() throws {
    try withTemporaryFolder { folder in
      let (old, run) = (folder.appending(path: "old"), folder.appending(path: "run"))
      let manager = FileManager.default
      try drawPictures(in: old.appending(path: "data"))
      let rows = (0..<24).map { "data/class\($0 / 12)/\($0 % 12).png,\("ab".dropFirst($0 % 2).prefix(1))\n" }
      try ("path,label\n" + rows.joined()).write(
        to: old.appending(path: "labels.csv"), atomically: true, encoding: .utf8)
      let labels = ["--labels", old.path + "/labels.csv"]
      #expect(try SwiftletProgram.pretrain(old.appending(path: "data"), run, labels).code == 0)
      let metrics = try SwiftletProgram.lines(run, "metrics.jsonl")
      let checkpoints = run.appending(path: "checkpoints")
      for last in try manager.contentsOfDirectory(atPath: checkpoints.path).sorted().suffix(1) {
        try manager.removeItem(at: checkpoints.appending(path: last))
      }
      let new = folder.appending(path: "new/place")
      try manager.createDirectory(at: new.deletingLastPathComponent(), withIntermediateDirectories: true)
      try manager.moveItem(at: old, to: new)

      for words in [["resume", run.path], ["report", run.path], ["compare", run.path]] {
        let outcome = try SwiftletProgram.run(words)
        #expect(outcome.code == 1)
        for part in ["the 24 pictures of", "/old/data' is gone", "swiftlet resume \(run.path) --data PLACE"] {
          #expect(outcome.errors.contains(part), "\(outcome.errors)")
        }
      }
      // Other pictures are no replacement, and nothing is recorded.
      let recorded = try Data(contentsOf: run.appending(path: "samples.json"))
      let few = folder.appending(path: "few")
      try drawPictures(in: few, perClass: 10)
      let refused = try SwiftletProgram.run("resume", run.path, "--data", few.path)
      #expect(
        refused.code == 1 && refused.errors.contains("4 of the 24 samples of the run are not in"), "\(refused.errors)")
      #expect(try Data(contentsOf: run.appending(path: "samples.json")) == recorded)

      let resumed = try SwiftletProgram.run("resume", run.path, "--data", new.path + "/data/")
      #expect(resumed.code == 0, "\(resumed.errors)")
      #expect(try SwiftletProgram.lines(run, "metrics.jsonl") == metrics)
      #expect(try SwiftletProgram.run("resume", run.path).code == 0)
      #expect(try SwiftletProgram.run("report", run.path).code == 0)

      try manager.moveItem(at: new.appending(path: "labels.csv"), to: new.appending(path: "l.csv"))
      let unlabelled = try SwiftletProgram.run("resume", run.path)
      #expect(unlabelled.errors.contains("swiftlet resume \(run.path) --labels FILE"), "\(unlabelled.errors)")
      // A comparison needs no labels.
      let compared = try SwiftletProgram.run("compare", run.path)
      #expect(
        compared.code == 0 && compared.output.contains("LiDAR"), "\(compared)")
      #expect(try SwiftletProgram.run("resume", run.path, "--labels", new.path + "/l.csv").code == 0)
      #expect(try SwiftletProgram.run("resume", run.path).code == 0)
    }
  }

  /// A copy in another place is the same data, whatever its times; one with another picture in it is not, and neither is
  /// a file beside the pictures.
  @Test func copiesAreComparedByTheirContents() throws {
    try withTemporaryFolder { folder in
      let (data, run) = (folder.appending(path: "data"), folder.appending(path: "run"))
      try drawPictures(in: data)
      #expect(try SwiftletProgram.pretrain(data, run).code == 0)
      let manager = FileManager.default
      let checkpoints = run.appending(path: "checkpoints")
      for last in try manager.contentsOfDirectory(atPath: checkpoints.path).sorted().suffix(1) {
        try manager.removeItem(at: checkpoints.appending(path: last))
      }
      let (other, same) = (folder.appending(path: "other/data"), folder.appending(path: "same/data"))
      for place in [other, same] {
        for name in ["class0", "class1"] {
          try manager.createDirectory(at: place.appending(path: name), withIntermediateDirectories: true)
          for file in try manager.contentsOfDirectory(atPath: data.appending(path: name).path) {
            let contents = try Data(contentsOf: data.appending(path: "\(name)/\(file)"))
            try contents.write(to: place.appending(path: "\(name)/\(file)"))
          }
        }
      }
      try Data("no picture".utf8).write(to: same.appending(path: "notes.txt"))
      let replaced = other.appending(path: "class0/2.png")
      try manager.removeItem(at: replaced)
      try manager.copyItem(at: other.appending(path: "class1/3.png"), to: replaced)

      let changed = try SwiftletProgram.run("resume", run.path, "--data", other.path)
      #expect(changed.code == 1 && changed.errors.contains("1 has changed (class0/2.png)"), "\(changed.errors)")
      let stray = try SwiftletProgram.run("resume", run.path, "--data", same.path + "/notes.txt")
      #expect(stray.code == 1 && stray.errors.contains("notes.txt"), "\(stray.errors)")
      let resumed = try SwiftletProgram.run("resume", run.path, "--data", same.path)
      #expect(resumed.code == 0 && resumed.errors.contains("are in '\(same.path)'"), "\(resumed.errors)")
    }
  }

  /// Of a fine-tuned model, whose data a report looks at, and of a table, which must not have changed.
  @Test func aTableOfAModel() throws {
    try withTemporaryFolder { folder in
      let table = (0..<40).map { "\($0 % 5),\($0 * $0 % 7),\($0 % 3),\($0 % 2 == 0 ? "a" : "b")\n" }
      try ("x,y,z,label\n" + table.joined()).write(
        to: folder.appending(path: "t.csv"), atomically: true, encoding: .utf8)
      let small = ["--batch-size", "8", "--epochs", "2", "--threads", "1"]
      let run = ["pretrain", "t.csv", "--run", "run", "--label-column", "label"] + small
      #expect(try SwiftletProgram.run(run, in: folder).code == 0)
      let tuned = ["finetune", "run", "t.csv", "-o", "tuned", "--epochs", "2", "--only-run"]
      #expect(try SwiftletProgram.run(tuned, in: folder).code == 0)
      let place = folder.appending(path: "there")
      try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
      try FileManager.default.moveItem(at: folder.appending(path: "t.csv"), to: place.appending(path: "t.csv"))
      try ("x,y,z,label\n" + table.reversed().joined()).write(
        to: folder.appending(path: "other.csv"), atomically: true, encoding: .utf8)

      let lost = try SwiftletProgram.run("report", "tuned", in: folder)
      #expect(lost.code == 1 && lost.errors.contains("swiftlet resume tuned --data PLACE"), "\(lost.errors)")
      let other = try SwiftletProgram.run("resume", "tuned", "--data", "other.csv", in: folder)
      #expect(other.code == 1 && other.errors.contains("has changed since the run began"), "\(other.errors)")
      #expect(try SwiftletProgram.run("resume", "tuned", "--data", "there", in: folder).code == 0)
      #expect(try SwiftletProgram.run("report", "tuned", in: folder).code == 0)
      #expect(try SwiftletProgram.run("resume", "run", "--data", "there/t.csv", in: folder).code == 0)
    }
  }
}
