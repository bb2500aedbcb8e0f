import ArgumentParsing
import Diagnosis
import Swiftlet

struct BenchProcessesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "processes",
    abstract: "How fast several processes add up tensors: latency and bandwidth.",
    discussion: """
      By itself, between processes of this machine; started by torchrun, Slurm or Open MPI, between those that they start. \
      'swiftlet plan' takes both numbers.

        swiftlet bench processes --processes 2
        srun swiftlet bench processes --json
      """)

  @OptionGroup var together: ProcessOptions

  @Flag(help: "Print one JSON object on standard output instead of the table.")
  var json = false

  func run() throws {
    try together.run { team in
      try require(
        team.world.size > 1, "one process sends nothing: add --processes 2, or start it by torchrun, Slurm or Open MPI")
      let speed = try ProcessSpeed(in: team.world)
      if team.world.isLeader { json ? try printJSON(speed) : try printTables(text(speed)) }
    }
  }

  private func text(_ speed: ProcessSpeed) -> String {
    let rows = speed.sums.map { [Figure.count($0.bytes), Figure.number(1000 * $0.seconds)] }
    var lines = alignedColumns([["bytes", "ms"]] + rows)
    if let latency = speed.latency, let bandwidth = speed.bandwidth, let error = speed.error {
      lines += [
        "",
        "Sums of \(speed.processes) processes: \(Figure.number(1e6 * latency)) µs a message, \(Figure.number(bandwidth / 1e9)) GB/s; "
          + "off by up to \(Figure.percent(error, digits: 0)).",
      ]
    } else {
      lines += ["", "The times do not grow with the size: other programs disturb them."]
    }
    return lines.joined(separator: "\n")
  }
}
