import Foundation
import TestSupport
import Testing

@Suite struct ReportCommandTests {
  @Test func aRunIsEvaluatedAndReported() throws {
    try withTemporaryFolder { folder in
      let (data, run) = (folder.appending(path: "data"), folder.appending(path: "run"))
      try drawPictures(in: data)
      let trained = try SwiftletProgram.run(["pretrain", data.path, "--run", run.path] + SwiftletProgram.tiny)
      #expect(trained.code == 0 && trained.errors.contains("swiftlet report \(run.path)"), "\(trained.errors)")
      #expect(try SwiftletProgram.run("evaluate", run.path, data.path).code == 0)
      let kept = try Data(contentsOf: run.appending(path: "evaluation.json"))
      #expect(try JSONSerialization.jsonObject(with: kept) is [String: Any])

      let reported = try SwiftletProgram.run("report", run.path, "--json")
      #expect(reported.code == 0, "\(reported.errors)")
      let outcome = try #require(try JSONSerialization.jsonObject(with: Data(reported.output.utf8)) as? [String: Any])
      #expect(outcome["report"] as? String == run.path + "/report.html")
      #expect((outcome["figures"] as? [String: Any])?["encoded"] as? Int == 24)
      #expect(try String(contentsOf: run.appending(path: "report.html"), encoding: .utf8).contains("raw input"))

      let elsewhere = try SwiftletProgram.run("report", run.path, "-o", folder.path + "/nowhere/a.html")
      #expect(elsewhere.code == 0 && FileManager.default.fileExists(atPath: folder.path + "/nowhere/a.html"))
      let onFolder = try SwiftletProgram.run("report", run.path, "-o", folder.path)
      #expect(onFolder.code == 1 && onFolder.errors.contains("it is a folder"), "\(onFolder.errors)")
      try FileManager.default.removeItem(at: data)
      let gone = try SwiftletProgram.run("report", run.path)
      #expect(gone.code == 1 && gone.errors.contains("are not where they were"), "\(gone.errors)")
    }
  }

  @Test(arguments: [
    (["report"], Int32(2), "run"), (["report", "/nowhere"], 1, "/nowhere"),
    (["report", "r", "--labels", "l.csv"], 2, "give the folders"),
  ])
  func aWrongRequestIsAnsweredInASentence(_ arguments: [String], _ code: Int32, _ mention: String) throws {
    let outcome = try SwiftletProgram.run(arguments)
    #expect(outcome.code == code, "\(outcome.errors)")
    #expect(outcome.errors.contains(mention), "\(outcome.errors)")
  }
}
