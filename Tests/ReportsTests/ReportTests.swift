import Foundation
import Swiftlet
import TestSupport
import Testing

@testable import Reports
@testable import Training

/// Samples that are shown by something else than the pictures that the tiny network takes.
private struct Disguised: SampleCollection {
  let pictures: ImageCollection
  let face: @Sendable (Int) -> SamplePreview?

  var names: [String] { pictures.names }
  var labels: Labels? { nil }
  var skipped: [SampleError] { [] }
  var configuration: DataConfiguration { pictures.configuration }
  func listing(of indices: [Int]) -> SampleListing { pictures.listing(of: indices) }
  func trainingViews(_ plan: ViewPlan, of indices: [Int], seed: UInt64) throws(DatasetError) -> any ViewSource {
    try pictures.trainingViews(plan, of: indices, seed: seed)
  }
  func evaluationView(of indices: [Int]) -> any ViewSource { pictures.evaluationView(of: indices) }
  func pretextTask(of indices: [Int], seed: UInt64) throws(DatasetError) -> PretextTask {
    throw .planNotProvided(plan: "pretext", kind: "patients")
  }

  func supervisedViews(seed: UInt64) -> any ViewSource { pictures.supervisedViews(seed: seed) }
  func numbers(
    in columns: [String], of file: String?, parse: (String) -> Double?
  ) throws(DatasetError) -> (columns: [[Double?]], splits: [Labels.Split?]) {
    try pictures.numbers(in: columns, of: file, parse: parse)
  }
  var disturbances: [Disturbance.Kind] { pictures.disturbances }
  func disturbedViews(_ disturbance: Disturbance, of indices: [Int], seed: UInt64) -> any ViewSource {
    pictures.disturbedViews(disturbance, of: indices, seed: seed)
  }
  func fingerprint(of sample: Int) -> UInt64? { pictures.fingerprint(of: sample) }
  func samplesInMemory(of indices: [Int]) -> (byteCount: Int, share: Double) { pictures.samplesInMemory(of: indices) }
  func preview(of sample: Int, side: Int) -> SamplePreview? { face(sample) }
}

@Suite struct ReportTests {
  static let hostile = ["<img src=x onerror=alert(1)>", "\"onload=\"alert(1)", "'&lt;", "plain"]
  static let labels = ["</script><script>alert(1)</script>", "b"]

  /// 24 pictures of 12 x 8 pixels, the first with names that try to be markup.
  private func draw(in folder: URL) throws -> (data: String, labels: String) {
    let data = folder.appending(path: "data")
    try FileManager.default.createDirectory(at: data, withIntermediateDirectories: true)
    var table = "path,label\n"
    for index in 0..<24 {
      let pixels = (0..<96).map {
        UInt8(truncatingIfNeeded: ($0 % 12 * (index % 2) + $0 / 12 * (1 - index % 2)) * 20 + index)
      }
      let picture = try #require(Picture(width: 12, height: 8, channels: 1, samples: .uint8(pixels)))
      let name = (index < Self.hostile.count ? Self.hostile[index] : "\(index)") + ".jpg"
      try Data(PictureEncoder.jpeg(picture, quality: 90)).write(to: data.appending(path: name))
      table += "\"\(name.replacingOccurrences(of: "\"", with: "\"\""))\",\(Self.labels[index % 2])\n"
    }
    let labels = folder.appending(path: "labels.csv")
    try Data(table.utf8).write(to: labels)
    return (data.path, labels.path)
  }

  private func configuration(_ data: DataConfiguration, steps: Int = 4) -> RunConfiguration {
    RunConfiguration(
      preset: "small", data: data,
      method: MethodConfiguration(SimCLR.Configuration(temperature: 0.2, projector: .init(widths: [8]))),
      backbone: BackboneConfiguration(ResNet.Configuration(.resNet18, stem: .cifar, width: 4)),
      optimizer: OptimizerConfiguration(.adamW, baseLearningRate: 1e-3, weightDecay: 0),
      schedule: Schedule(peak: 1e-3, warmUpSteps: 1, totalSteps: steps), batchSize: 8, stepsPerEpoch: 3,
      computeThreads: 1, loaderThreads: 1, logInterval: 1)
  }

  private func train(on data: ImageCollection, in run: RunFolder) throws {
    let pretraining = try Pretraining(
      of: data, training: Array(data.names.indices), configuration: configuration(data.configuration), in: run)
    _ = try pretraining.train()
  }

  private func collection(_ place: String, labels: String?) throws -> ImageCollection {
    try ImageCollection(
      scanning: [place], Annotations(labels: labels.map { .file($0) }), ImageConfiguration(imageSize: 8, views: .small))
  }

  private func count(_ text: String, in page: String) -> Int { page.components(separatedBy: text).count - 1 }

  @Test func aRunBecomesAPageThatAsksForNothing() throws {
    try withTemporaryFolder { folder in
      let place = try draw(in: folder)
      let run = RunFolder(folder.appending(path: "run").path)
      let data = try collection(place.data, labels: place.labels)
      try train(on: data, in: run)
      // Without data: what the run has listed, with its labels file.
      let report = try Report(of: run)
      #expect(report.samples.count == 24 && report.samples.classes.count == 2)
      #expect(report.summary.neighbourAccuracy != nil)
      let path = folder.appending(path: "page.html").path
      try report.write(to: path)
      let page = try String(contentsOfFile: path, encoding: .utf8)
      // Names stand in the page, as text.
      #expect(page.contains("&lt;img src=x onerror=alert(1)&gt;.jpg"))
      #expect(page.contains("\\u003cimg src=x onerror=alert(1)>.jpg"))
      #expect(!page.contains("<img src=x") && !page.contains("\"onload=\"alert"))
      // Style, data and two scripts; no more, whatever labels say.
      #expect(count("<script", in: page) == 3 && count("</script", in: page) == 3 && count("<style", in: page) == 1)
      for scheme in ["http:", "https:", "//", "url(", "@import"] {
        for attribute in ["src=\"\(scheme)", "href=\"\(scheme)"] { #expect(!page.contains(attribute)) }
      }
      #expect(count(" src=\"", in: page) == count(" src=\"data:image/jpeg;base64,", in: page))
      #expect(!Assets.style.contains("url(") && !Assets.style.contains("@import"))
      #expect(page.contains("default-src 'none'; img-src data:;"))
      #expect(page.contains("Compare it with raw input"))
      #expect(page.utf8.count < 1_000_000)
    }
  }

  @Test func theEvaluationIsKeptAndShown() throws {
    try withTemporaryFolder { folder in
      let place = try draw(in: folder)
      let run = RunFolder(folder.appending(path: "run").path)
      let data = try collection(place.data, labels: place.labels)
      try train(on: data, in: run)
      #expect(try RepresentationReport.kept(in: run) == nil)
      let evaluation = try RepresentationReport(of: run, on: data)
      try evaluation.keep(in: run)
      #expect(try RepresentationReport.kept(in: run)?.rows.count == evaluation.rows.count)
      #expect(evaluation.step == 4)
      let report = try Report(of: run, on: data)
      let page = try Page(of: report).text
      #expect(page.contains("random initialisation") && page.contains("raw input"))
      // Pictures have a probe of their pixels, and the page says which line is best, and how few samples judge.
      #expect(evaluation.rows.contains { $0.name == "raw input, linear probe" })
      let verdict = try #require(evaluation.partVerdicts.last?.verdict)
      #expect(report.findings.first { $0.topic == .learned }?.explanation.description.contains(verdict.text) == true)
      #expect(report.measurements.comparison?.run != nil && verdict.run?.name.hasPrefix("this run, ") == true)
      let count = evaluation.testCount
      #expect(page.contains("Only \(count) test samples judge"))
      #expect(page.contains("All \(count) test samples were pre-trained on"))
      #expect(page.contains("Confusion matrix") && page.contains("Most often taken for"))
      // Of what was written before there were verdicts, one is made of the rows.
      var object = try #require(
        try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: run.evaluation))) as? [String: Any]
      )
      object["verdicts"] = nil
      object["seenCount"] = nil
      object["rows"] = (object["rows"] as? [[String: Any]])?.map { $0.filter { $0.key != "perClass" } }
      try JSONSerialization.data(withJSONObject: object).write(to: URL(fileURLWithPath: run.evaluation))
      let former = try #require(try RepresentationReport.kept(in: run))
      #expect(former.partVerdicts.last?.verdict.best == verdict.best && former.perClassText == nil)
      #expect(report.findings.contains { $0.topic == .certainty })
      try Data("{}".utf8).write(to: URL(fileURLWithPath: run.evaluation))
      #expect(throws: RunFolder.Failure.self) { try Report(of: run, on: data) }
    }
  }

  @Test func fieldsAreShownAsPicturesAre() throws {
    try withTemporaryFolder { folder in
      let place = try draw(in: folder)
      let run = RunFolder(folder.appending(path: "run").path)
      let pictures = try collection(place.data, labels: nil)
      try train(on: pictures, in: run)
      var limits = Report.Limits()
      limits.samples = 20
      limits.mapPoints = 10
      let data = Disguised(pictures: pictures) {
        .fields([.init(name: "age <years>", value: "4\($0)"), .init(name: "sex", value: "f")])
      }
      let report = try Report(of: run, on: data, limits: limits)
      #expect(report.samples.count == 20 && report.samples.total == 24 && report.map.rows.count == 10)
      let page = try Page(of: report).text
      #expect(page.contains("<dt>age &lt;years&gt;</dt>") && !page.contains("data:image/jpeg"))
      // What was left out is said.
      #expect(page.contains("looks at 20 of 24") && page.contains("10 of 20"))
      #expect(report.findings.contains { $0.explanation.description.contains("Without labels") })
    }
  }

  @Test func theBeginningOfATextIsShownAsText() throws {
    try withTemporaryFolder { folder in
      let place = try draw(in: folder)
      let run = RunFolder(folder.appending(path: "run").path)
      let pictures = try collection(place.data, labels: nil)
      try train(on: pictures, in: run)
      let data = Disguised(pictures: pictures) {
        .text("Sample \($0)\n\t<script>alert(1)</script> & " + String(repeating: "word ", count: 10_000))
      }
      let page = try Page(of: Report(of: run, on: data)).text
      #expect(page.contains("<p class=\"excerpt\">Sample "))
      #expect(page.contains(" &lt;script&gt;alert(1)&lt;/script&gt; &amp; word word"))
      #expect(page.contains("\"Sample 7 \\u003cscript>alert(1)\\u003c/script> & word word"))
      #expect(count("<script", in: page) == 3 && count("</script", in: page) == 3)
      #expect(!page.contains("data:image/jpeg") && page.utf8.count < 500_000)
    }
  }

  @Test func anExcerptIsOneShortLine() {
    #expect(Thumbnails.excerpt("", limit: 5) == "" && Thumbnails.excerpt(" \n\t ", limit: 5) == "")
    #expect(Thumbnails.excerpt("  one\r\n two\tthree ", limit: 20) == "one two three")
    #expect(Thumbnails.excerpt("abcde", limit: 5) == "abcde" && Thumbnails.excerpt("abcdef", limit: 5) == "abcde…")
    // One character of a thousand combining marks, and text that ends in nothing but spaces.
    #expect(Thumbnails.excerpt("e" + String(repeating: "\u{301}", count: 1000), limit: 5).unicodeScalars.count <= 41)
    #expect(Thumbnails.excerpt("abc" + String(repeating: " ", count: 1000), limit: 5).hasPrefix("abc"))
  }

  @Test func whatCannotBeReportedIsSaid() throws {
    try withTemporaryFolder { folder in
      let place = try draw(in: folder)
      let run = RunFolder(folder.appending(path: "run").path)
      #expect(throws: RunFolder.Failure.self) { try Report(of: run) }
      let data = try collection(place.data, labels: nil)
      try run.create(
        configuration(data.configuration), samples: data.listing(of: Array(data.names.indices)), skipped: [])
      let failure = #expect(throws: RunFolder.Failure.self) { try Report(of: run) }
      #expect("\(try #require(failure))".contains("no checkpoint yet"))
      try FileManager.default.removeItem(atPath: run.path)
      try train(on: data, in: run)
      let report = try Report(of: run)
      #expect(throws: RunFolder.Failure.self) { try report.write(to: folder.path + "/nowhere/page.html") }
      try FileManager.default.removeItem(atPath: place.data)
      let gone = #expect(throws: RunFolder.Failure.self) { try Report(of: run) }
      #expect("\(try #require(gone))".contains("the 24 pictures of"))
    }
  }

  @Test func thePagePolicyChangesWithEachPage() {
    let pages = (0..<2).map { _ in Page.document(title: "<t>", body: [], data: "{}").text }
    #expect(pages[0] != pages[1])
    #expect(pages[0].contains("<title>&lt;t&gt; – Swiftlet report</title>"))
  }
}
