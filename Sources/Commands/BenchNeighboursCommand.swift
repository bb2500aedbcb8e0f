import ArgumentParsing
import Diagnosis
import Foundation
import Swiftlet

struct BenchNeighboursCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "neighbours",
    abstract: "Exact nearest neighbours among random vectors, beside the speed of a matrix product.",
    discussion: """
      The product is the ceiling: every query is compared with every reference.

        swiftlet bench neighbours --references 100000 --width 512
      """)

  @Option(help: "Vectors to search in.")
  var references: Int = 100_000

  @Option(help: "Vectors to find neighbours of.")
  var queries: Int = 4096

  @Option(help: "Width of a vector.")
  var width: Int = 512

  @Option(help: "Neighbours of each query.")
  var count: Int = 20

  @Option(help: "Threads to compute with. Default: all cores.")
  var threads: Int?

  @Option(help: "How often the search is timed; the median counts.")
  var rounds: Int = 3

  @Option(help: "Write vectors and neighbours to a Safetensors file.", completion: .file())
  var write: FilePath?

  @OptionGroup var outputs: OutputOptions

  @Flag(help: "Print one JSON object on standard output instead of the table.")
  var json = false

  mutating func validate() throws {
    try requireValue(references, in: 1...100_000_000, "--references")
    try requireValue(queries, in: 1...100_000_000, "--queries")
    try requireValue(width, in: 1...65_536, "--width")
    try requireValue(count, in: 1...10_000, "--count")
    try requireValue(threads, in: 1...1024, "--threads")
    try requireValue(rounds, in: 1...1000, "--rounds")
  }

  func run() throws {
    var outputs = Outputs(reading: nil, [], outputs)
    if let write { try outputs.checkWritable(write.path, "--write") }
    if let threads { try Runtime.setThreadCount(threads) }
    let speed = try NeighbourSpeed(
      references: references, queries: queries, width: width, count: count, rounds: rounds, writing: write?.path,
      replaces: write.map { outputs.replaces($0.path) } ?? false)
    if json { return try printJSON(speed) }
    try printText(
      """
      \(count) neighbours of \(queries) vectors among \(references), \(width) wide, \(Figure.counted(speed.threads, "thread"))
        \(Figure.number(speed.search.seconds)) s (\(Figure.number(speed.search.least)) to \
      \(Figure.number(speed.search.most))), \(Figure.number(Double(queries) / speed.search.seconds)) queries a second, \
      \(Figure.number(Double(speed.peakBytes) / 1e6)) MB beside the vectors
        \(Figure.number(speed.gigaflops)) of the \(Figure.number(speed.productGigaflops)) gigaflops of a matrix product: \
      \(Figure.percent(speed.shareOfProduct)), by the processor's time \(Figure.percent(speed.shareByProcessorTime))

      """)
  }
}
