import ArgumentParsing
import Diagnosis
import Foundation
import Swiftlet

struct BenchStepCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "step",
    abstract: "A training step by itself, on views that are there already.",
    discussion: """
      No run can be faster than this: no file is read and no view is drawn. Without data, random pictures are used.

        swiftlet bench step --image-size 96 --batch-size 128 --precision float32
        swiftlet bench step photos --method byol
      """)

  @Argument(help: "Folders or files that a run would train on. Default: random pictures.", completion: .file())
  var data: [FilePath] = []

  @Option(help: "The kind of the data. Default: recognised.")
  var kind: KindName?

  @OptionGroup var learning: LearningOptions

  @Option(help: "Batch size: samples per step. Default: the preset's.")
  var batchSize: Int?

  @Option(help: "Samples that pass the network at a time. Default: all that fit.")
  var microBatch: Int?

  @OptionGroup(title: "Machine")
  var machine: MachineOptions

  @Option(help: "About how long to measure; at least three steps are made.")
  var seconds: Double = 10

  @Flag(help: "Print one JSON object on standard output instead of the sentence.")
  var json = false

  mutating func validate() throws {
    try requireValue(batchSize, in: 2...1_000_000, "--batch-size")
    try requireValue(microBatch, in: 2...1_000_000, "--micro-batch")
    try requireValue(seconds, in: 0.1...600, "--seconds")
    try machine.check()
  }

  func run() throws {
    var request = RunRequest()
    try learning.apply(to: &request)
    machine.apply(to: &request)
    request.batchSize = batchSize
    request.microBatch = microBatch
    let speed = try StepSpeed(request, of: source(request), seconds: seconds, SwiftletProgram.catalogue)
    if json { return try printJSON(speed) }
    let parts = speed.microBatchSize.map { ", \($0) at a time" } ?? ""
    let views = speed.views.map { $0.map(String.init).joined(separator: " x ") }.joined(separator: ", ")
    try printText(
      """
      \(speed.method) on \(speed.backbone), views of \(views), batch \(speed.batchSize)\(parts), \
      \(speed.precision.rawValue), \(speed.device), \(Figure.counted(speed.threads, "thread"))
        \(Figure.number(1000 * speed.step.seconds)) ms a step (\(Figure.number(1000 * speed.step.least)) to \
      \(Figure.number(1000 * speed.step.most)) over \(speed.step.rounds)), \
      \(Figure.number(speed.samplesPerSecond)) samples a second

      """)
  }

  /// The data to measure with; placeholders for pictures if none were given.
  private func source(_ request: RunRequest) throws -> any DataSource {
    if data.isEmpty { return ImageFolder.imagined(count: max(Self.imagined, batchSize ?? 0)) }
    return try request.source(scanning: data.paths, Annotations(), kind: kind?.name, SwiftletProgram.catalogue)
  }

  /// So many that the batch is the preset's.
  private static let imagined = 100_000
}
