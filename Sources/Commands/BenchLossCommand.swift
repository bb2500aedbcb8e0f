import ArgumentParsing
import Diagnosis
import Foundation
import Swiftlet

struct BenchLossCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "loss",
    abstract: "NT-Xent forward and backward: time, memory, and how near it is to the whole matrix.",
    discussion: """
      On random embeddings of two views. The matrix of all similarities is made for comparison where half of the free \
      memory holds it.

        swiftlet bench loss --samples 4096 --width 128
        swiftlet bench loss --samples 32768 --processes 2 --threads 1
      """)

  @Option(help: "Samples, of which there are two views.")
  var samples: Int = 4096

  @Option(help: "Width of an embedding.")
  var width: Int = 128

  @Option(help: "Temperature of the loss.")
  var temperature: Double = 0.1

  @Option(help: "Threads to compute with. Default: all cores.")
  var threads: Int?

  @Option(help: "How often each is timed; the median counts.")
  var rounds: Int = 5

  @Flag(help: "Leave out the whole matrix.")
  var tilesOnly = false

  @Option(help: "Write embeddings, value and gradients to a Safetensors file.", completion: .file())
  var write: FilePath?

  @OptionGroup var outputs: OutputOptions

  @OptionGroup var together: ProcessOptions

  @Flag(help: "Print one JSON object on standard output instead of the table.")
  var json = false

  mutating func validate() throws {
    try requireValue(samples, in: 2...10_000_000, "--samples")
    try requireValue(width, in: 1...65_536, "--width")
    try requireValue(temperature, in: 0.001...100, "--temperature")
    try requireValue(threads, in: 1...1024, "--threads")
    try requireValue(rounds, in: 1...1000, "--rounds")
  }

  func run() throws {
    try together.run { try measure(in: $0.world) }
  }

  private func measure(in world: World) throws {
    try require(write == nil || world.size == 1, "--write is for one process: leave --processes out")
    var outputs = Outputs(reading: nil, [], outputs)
    if let write { try outputs.checkWritable(write.path, "--write") }
    if let threads { try Runtime.setThreadCount(threads) }
    let speed = try LossSpeed(
      .init(
        samples: samples, width: width, temperature: temperature, rounds: rounds, comparesWhole: !tilesOnly),
      in: world, writing: write?.path,
      replaces: write.map { outputs.replaces($0.path) } ?? false)
    guard world.isLeader else { return }
    if json { return try printJSON(speed) }
    let processes =
      world.size == 1 ? "" : " in each of \(Figure.counted(world.size, "process", plural: "processes"))"
    var lines = [
      "NT-Xent of \(samples) samples, embeddings of \(width), \(Figure.counted(speed.threads, "thread"))\(processes)"
    ]
    func add(_ name: String, _ way: LossSpeed.Way) {
      lines.append(
        "  \(name.padding(toLength: 14, withPad: " ", startingAt: 0))\(Figure.number(1000 * way.time.seconds)) ms "
          + "(\(Figure.number(1000 * way.time.least)) to \(Figure.number(1000 * way.time.most))), "
          + "\(Figure.number(Double(way.peakBytes) / 1e6)) MB")
    }
    add("in tiles", speed.tiles)
    if let whole = speed.whole { add("whole matrix", whole) }
    if let value = speed.valueDifference, let gradient = speed.gradientDifference {
      lines.append(
        "  They differ by \(String(format: "%.1e", value)) in value, by \(String(format: "%.1e", gradient)) in gradient."
      )
    }
    try printText(lines.joined(separator: "\n") + "\n")
  }
}
