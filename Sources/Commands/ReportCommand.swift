import ArgumentParsing
import Foundation
import Swiftlet

struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Writes one page that shows what a run learned.",
    discussion: """
      Curves, a map of the features, nearest neighbours, near-duplicates, outliers, the results beside their baselines \
      and what they mean, in one HTML file that works offline. Of large sets an even part is shown, and the page says so.
      """)

  @Argument(help: ArgumentHelp("Folder of the run.", valueName: "run"), completion: .directory)
  var runFolder: String

  @Argument(help: "Folders or files to look at. Default: what the run trained on.", completion: .file())
  var data: [String] = []

  @OptionGroup var known: AnnotationOptions

  @Option(name: .shortAndLong, help: "Where to write. Default: report.html in the run.")
  var output: String?

  @Flag(help: "Print one JSON object with the main figures on standard output.")
  var json = false

  mutating func validate() throws {
    try require(
      !known.namesLabels || !data.isEmpty,
      "--labels and --label-column name the labels of DATA: give the folders or files too, as in swiftlet report "
        + "\(runFolder) DATA --labels FILE"
    )
  }

  func run() throws {
    let console = Console()
    let folder = openRun(runFolder)
    let path = output ?? folder.path + "/report.html"
    try Self.checkWritable(path)
    let collection =
      data.isEmpty
      ? nil
      : try folder.scan(data, known.annotations(), known.grouping, console)
    if let collection {
      console.say(notesOf: collection)
      console.say(skipped: collection.skipped)
    }
    let report = try Report(of: folder, on: collection) { console.say($0 + " …") }
    try report.write(to: path, in: .program)
    for finding in report.findings where finding.topic != .next { console.say(finding.explanation) }
    console.say("Wrote \(path); open it in a browser.")
    if json { try printJSON(Outcome(report: path, figures: report.summary)) }
  }

  /// Said before the work, not after it.
  private static func checkWritable(_ path: String) throws {
    var isFolder: ObjCBool = false
    let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
    if exists, isFolder.boolValue { throw RunFolder.Failure.unwritable(path: path, reason: "it is a folder") }
    let place = URL(fileURLWithPath: path).deletingLastPathComponent().path
    guard FileManager.default.fileExists(atPath: place) else {
      throw RunFolder.Failure.unwritable(path: path, reason: "there is no folder \(place)")
    }
    guard FileManager.default.isWritableFile(atPath: place) else {
      throw RunFolder.Failure.unwritable(path: path, reason: "the folder \(place) may not be written to")
    }
  }

  private struct Outcome: Encodable {
    let report: String
    let figures: Report.Summary
  }
}
