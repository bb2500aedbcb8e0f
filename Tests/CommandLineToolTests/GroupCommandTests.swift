import Foundation
import TestSupport
import Testing

/// The built program on data that know which samples belong together.
@Suite struct GroupCommandTests {
  private func json(_ outcome: SwiftletProgram.Outcome) throws -> [String: Any] {
    #expect(outcome.code == 0, "\(outcome.errors)")
    return try #require(try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
  }

  /// class/patient/number.png: six patients a class, four pictures each, which differ by a little noise alone.
  private func drawPatients(in folder: URL) throws {
    for label in 0..<2 {
      for patient in 0..<6 {
        for picture in 0..<4 {
          let place = folder.appending(path: "class\(label)/p\(label)\(patient)/\(picture).png")
          try drawGrey(at: place, side: 16) { x, y in
            let noise = (x * 31 + y * 17 + picture * 7) % 5
            return UInt8(truncatingIfNeeded: (x * (patient * 29 + 3) + y * (patient * 13 + label + 7)) % 240 + noise)
          }
        }
      }
    }
  }

  private func labelFile(
    _ folder: URL, header: String, _ line: (_ label: Int, _ patient: Int, _ picture: Int) -> String
  )
    throws -> URL
  {
    var lines = [header]
    for label in 0..<2 {
      for patient in 0..<6 {
        for picture in 0..<4 {
          lines.append("photos/class\(label)/p\(label)\(patient)/\(picture).png,\(line(label, patient, picture))")
        }
      }
    }
    let file = folder.appending(path: "labels.csv")
    try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: file)
    return file
  }

  private static let inWholeGroups = "in whole groups, 2 of 12 (seed 0)"

  @Test func foldersArePatientsFromThePreTrainingOn() throws {
    try withTemporaryFolder { folder in
      let (photos, run) = (folder.appending(path: "photos"), folder.appending(path: "run"))
      try drawPatients(in: photos)
      let trained = try SwiftletProgram.pretrain(photos, run, ["--groups", "folder", "--views", "small"])
      #expect(trained.code == 0, "\(trained.errors)")

      // The same run but for its nearest neighbours, which are pictures of the same patient, and views that suit the pictures.
      let plain = folder.appending(path: "plain")
      #expect(try SwiftletProgram.pretrain(photos, plain, ["--views", "small"]).code == 0)
      let logs = try [run, plain].map { run in
        try SwiftletProgram.lines(run, "metrics.jsonl").map { line in
          try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Double])
        }
      }
      let accuracies = try logs.map { try #require($0.last?["kNNAccuracy"]) }
      #expect(accuracies[1] == 1 && accuracies[0] < 1, "\(accuracies)")
      #expect(
        logs[0].map { $0.filter { $0.key != "kNNAccuracy" } } == logs[1].map { $0.filter { $0.key != "kNNAccuracy" } })

      let evaluated = try SwiftletProgram.run("evaluate", run.path, photos.path, "--only-run", "--json")
      let report = try json(evaluated)
      #expect((report["division"] as? String)?.contains(Self.inWholeGroups) == true, "\(report)")
      #expect(report["trainingCount"] as? Int == 40 && report["testCount"] as? Int == 8)
      #expect(
        evaluated.errors.contains(
          "12 groups of samples, the files of one folder each, as in the run: no division divides a group."),
        "\(evaluated.errors)")
      #expect(!evaluated.errors.contains("samples in both"), "\(evaluated.errors)")
      // Pictures of a patient differ by a little noise, so that a division by picture would find each one's neighbour.
      let claims = try #require(report["claims"] as? [[String: Any]])
      let naive = try claims.map { try #require($0["dividingGroups"] as? Double) }
      let whole = try claims.map { try #require($0["inWholeGroups"] as? Double) }
      #expect(claims.count == 2 && naive == [1, 1] && whole[0] < 1, "\(claims)")
      let table = try SwiftletProgram.run("evaluate", run.path, photos.path, "--only-run").output
      let claim = "would have said 100.0 % (kNN) and 100.0 % (linear probe); in whole groups it is"
      #expect(table.contains(claim), "\(table)")

      let tuned = folder.appending(path: "tuned")
      let tuning = try SwiftletProgram.run(
        "finetune", run.path, photos.path, "--mode", "probe", "--only-run", "-o", tuned.path, "--json")
      let found = try json(tuning)
      #expect((found["division"] as? String)?.contains(Self.inWholeGroups) == true)
      // Two of the ten patients that are left say when to stop.
      #expect(found["trainingCount"] as? Int == 32 && found["validationCount"] as? Int == 8)
      let again = try SwiftletProgram.run("evaluate", tuned.path, photos.path, "--only-run")
      #expect(again.code == 0 && again.errors.contains("12 groups of samples"), "\(again.errors)")

      // No label is spread to a sample of a patient who stops or judges: of 48 pictures, 8 and 12 are of such.
      let spread = try SwiftletProgram.run(
        "finetune", run.path, photos.path, "--epochs", "2", "--label-fraction", "50%", "--spread-labels", "--only-run")
      #expect(spread.errors.contains("16 labels were spread over 28 samples"), "\(spread.errors)")

      let curve = try json(
        SwiftletProgram.run("curve", run.path, photos.path, "--only-frozen", "--seeds", "1", "--json"))
      #expect((curve["division"] as? String)?.contains(Self.inWholeGroups) == true)
      #expect((curve["leakage"] as? [String: Any])?["dividedGroups"] == nil)

      let compared = try SwiftletProgram.run("compare", run.path)
      #expect(
        compared.code == 0
          && compared.output.contains(
            "The samples are of 12 groups, none of which is divided between what a probe learns from and what judges it."
          ),
        "\(compared.errors)\(compared.output)")

      let page = try SwiftletProgram.run("report", run.path, photos.path, "--json")
      #expect(page.code == 0 && page.errors.contains("12 groups of samples"), "\(page.errors)")

      // A user may say otherwise.
      let free = try SwiftletProgram.run(
        "evaluate", run.path, photos.path, "--only-run", "--groups", "none", "--json")
      #expect(
        try json(free)["division"] as? String
          == "a fifth of each class held out at random (seed 0); a split column fixes it")
      #expect(!free.errors.contains("groups of samples"))
    }
  }

  @Test func aSplitColumnThatDividesPatientsIsWarnedOf() throws {
    try withTemporaryFolder { folder in
      let (photos, run) = (folder.appending(path: "photos"), folder.appending(path: "run"))
      try drawPatients(in: photos)
      // The first patient of each class is in both parts.
      let labels = try labelFile(folder, header: "path,label,patient,split") { label, patient, picture in
        let isTest = patient == 5 || patient == 0 && picture == 3
        return "class\(label),p\(label)\(patient),\(isTest ? "test" : "train")"
      }
      #expect(
        try SwiftletProgram.pretrain(
          photos, run, ["--labels", labels.path, "--group-column", "patient"]
        ).code == 0)
      let warning =
        "Careful:   2 groups (p00, p10) have samples in both train and test: results look better than they are."
      let known = [run.path, photos.path, "--labels", labels.path]

      let evaluated = try SwiftletProgram.run(["evaluate"] + known + ["--only-run", "--json"])
      let report = try json(evaluated)
      #expect(evaluated.errors.contains(warning), "\(evaluated.errors)")
      #expect(
        evaluated.errors.contains(
          "12 groups of samples, by the column 'patient', as in the run: no division divides a group."))
      #expect(
        report["division"] as? String
          == "the parts that the data name (split column or folders), which divides 2 of 12 groups")
      #expect((report["dividedGroups"] as? [String: Any])?["count"] as? Int == 2)

      let tuned = try SwiftletProgram.run(["finetune"] + known + ["--mode", "probe", "--only-run"])
      #expect(tuned.code == 0 && tuned.errors.contains(warning), "\(tuned.errors)")
      let curve = try SwiftletProgram.run(["curve"] + known + ["--only-frozen", "--seeds", "1"])
      #expect(curve.code == 0 && curve.errors.contains("2 groups (p00, p10) have samples"), "\(curve.errors)")
      let page = try SwiftletProgram.run(["report"] + known)
      #expect(page.code == 0 && page.errors.contains("2 groups (p00, p10) have samples"), "\(page.errors)")
      // The evaluation that a run holds is shown with the run's own data too.
      let own = try SwiftletProgram.run("report", run.path)
      #expect(own.code == 0 && own.errors.contains("2 groups (p00, p10) have samples"), "\(own.errors)")

      // Without the column, or without a file, nothing is known of groups, and that is said.
      let bare = try SwiftletProgram.run("evaluate", run.path, photos.path, "--only-run")
      #expect(
        bare.code == 0
          && bare.errors.contains(
            "The run's samples were grouped by the column 'patient' of their labels; give the labels with this column to "
              + "group these too."),
        "\(bare.errors)")
      let numbers = try labelFile(folder, header: "path,size") { label, patient, picture in
        "\(label * 10 + patient)"
      }
      let told = try SwiftletProgram.run(
        "finetune", run.path, photos.path, "--labels", numbers.path, "--target", "size", "--mode", "probe",
        "--only-run")
      #expect(told.code == 0 && told.errors.contains("does not have: no groups are known here"), "\(told.errors)")
      // A file of numbers may name the patients too.
      _ = try labelFile(folder, header: "path,size,patient") { label, patient, picture in
        "\(label * 10 + patient),p\(label)\(patient)"
      }
      let grouped = try SwiftletProgram.run(
        "finetune", run.path, photos.path, "--labels", numbers.path, "--target", "size", "--mode", "probe",
        "--only-run")
      #expect(grouped.code == 0 && grouped.output.contains("in whole groups"), "\(grouped.errors)")
    }
  }

  @Test func whatGroupsMakeImpossibleIsSaid() throws {
    try withTemporaryFolder { folder in
      let (photos, run) = (folder.appending(path: "photos"), folder.appending(path: "run"))
      try drawPictures(in: photos)
      // Each class is a folder, and so a group.
      let trained = try SwiftletProgram.pretrain(photos, run, ["--groups", "folder"])
      #expect(trained.code == 0, "\(trained.errors)")
      for command in [["evaluate"], ["finetune"], ["curve", "--only-frozen"], ["robustness"]] {
        let refused = try SwiftletProgram.run([command[0], run.path, photos.path] + command.dropFirst())
        #expect(
          refused.code == 1
            && refused.errors.contains("the samples of 'class0', 'class1' belong to one group each"),
          "\(command) \(refused.errors)")
      }
      let single = photos.appending(path: "class0")
      let labels = folder.appending(path: "labels.csv")
      try Data(
        ("path,label\n" + (0..<12).map { "photos/class0/\($0).png,\($0 % 2)\n" }.joined()).utf8
      ).write(to: labels)
      let alone = try SwiftletProgram.run("evaluate", run.path, single.path, "--labels", labels.path)
      #expect(alone.code == 1 && alone.errors.contains("belong to one group ('class0')"), "\(alone.errors)")
      let free = try SwiftletProgram.run(
        "evaluate", run.path, single.path, "--labels", labels.path, "--groups", "none", "--only-run")
      #expect(free.code == 0, "\(free.errors)")

      // Nothing is trained that could not be judged.
      let selection = folder.appending(path: "selection")
      let selected = try SwiftletProgram.run([
        "select", single.path, "--run", selection.path, "--groups", "folder", "--methods", "simclr,byol", "--epochs",
        "2",
      ])
      #expect(selected.code == 1 && selected.errors.contains("belong to one group"), "\(selected.errors)")
    }
  }

  @Test func aTableCarriesItsColumn() throws {
    try withTemporaryFolder { folder in
      let (file, run) = (folder.appending(path: "records.csv"), folder.appending(path: "run"))
      var lines = ["patient,weight,height,outcome"]
      for row in 0..<80 {
        let patient = row / 4
        let weight = 50 + 10 * (patient % 2) + row * 13 % 7
        lines.append("P\(patient),\(weight),\(Double(150 + patient) + 0.25 * Double(row % 4)),\(patient % 2)")
      }
      try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: file)
      let trained = try SwiftletProgram.run(
        [
          "pretrain", file.path, "--run", run.path, "--label-column", "outcome", "--group-column", "patient",
        ] + TableCommandTiny.options)
      #expect(trained.code == 0, "\(trained.errors)")
      #expect(trained.errors.contains("patient (group)"), "\(trained.errors)")

      let evaluated = try SwiftletProgram.run("evaluate", run.path, file.path, "--json")
      let report = try json(evaluated)
      #expect((report["division"] as? String)?.contains("in whole groups, 4 of 20 (seed 0)") == true, "\(report)")
      #expect(report["trainingCount"] as? Int == 64 && report["testCount"] as? Int == 16)
      #expect(
        evaluated.errors.contains(
          "20 groups of samples, by the column 'patient', as in the run: no division divides a group."),
        "\(evaluated.errors)")
      let tuned = try json(
        SwiftletProgram.run(
          "finetune", run.path, file.path, "--seeds", "2", "--epochs", "3", "--only-run", "--json"))
      #expect(tuned["trainingCount"] as? Int == 52 && tuned["validationCount"] as? Int == 12, "\(tuned)")
      let out = folder.appending(path: "out.csv")
      let predicted = try SwiftletProgram.run("predict", run.path, file.path, "-o", out.path)
      #expect(predicted.code == 0, "\(predicted.errors)")

      // A table without the column has no groups, and that is said.
      let bare = folder.appending(path: "bare.csv")
      try Data(
        (lines.map { $0.split(separator: ",").dropFirst().joined(separator: ",") }.joined(separator: "\n") + "\n").utf8
      ).write(to: bare)
      let ungrouped = try SwiftletProgram.run("evaluate", run.path, bare.path, "--only-run")
      #expect(
        ungrouped.code == 0 && ungrouped.errors.contains("were grouped by 'patient', which these data do not have"),
        "\(ungrouped.errors)")
      let refused = try SwiftletProgram.run("evaluate", run.path, file.path, "--groups", "none")
      #expect(refused.code != 0 && refused.errors.contains("--groups none is for data of one file a sample"))
    }
  }
}

/// A tiny network for tables, so that a run takes a second.
private enum TableCommandTiny {
  static let options = ["--width", "16", "--layers", "2", "--batch-size", "16", "--epochs", "5", "--threads", "1"]
}
