import ArgumentParsing
import Diagnosis
import Foundation
import Swiftlet

struct BenchInputCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "input",
    abstract: "Samples of any kind a second, from their files to the input of a network.",
    discussion: """
      One view without randomness is made of each sample, by the loader of training. Each file is read once.

        swiftlet bench input recordings --threads 1 --json
      """)

  @Argument(help: "Folders or files that a run would train on.", completion: .file())
  var data: [FilePath]

  @Option(help: "The kind of the data. Default: recognised.")
  var kind: KindName?

  @OptionGroup var learning: LearningOptions

  @Option(help: "Threads that read files and make views.")
  var threads: Int = 1

  @Flag(help: "Print one JSON object on standard output instead of the sentence.")
  var json = false

  mutating func validate() throws { try requireValue(threads, in: 1...256, "--threads") }

  func run() throws {
    var request = RunRequest()
    try learning.apply(to: &request)
    let source = try request.source(scanning: data.paths, Annotations(), kind: kind?.name, SwiftletProgram.catalogue)
    let speed = try InputSpeed(request, of: source, threads: threads, SwiftletProgram.catalogue)
    if json { return try printJSON(speed) }
    let shapes = speed.shapes.map { $0.map(String.init).joined(separator: " x ") }.joined(separator: ", ")
    try printText(
      """
      \(Figure.number(speed.samplesPerSecond)) samples a second on \(Figure.counted(speed.threads, "thread")): \
      \(Figure.counted(speed.samples, "sample")) of \(shapes)

      """)
  }
}
