import ArgumentParsing

enum Shape: String, CaseIterable, ExpressibleByArgument {
  case square, circle, hexagon
}

struct SharedOptions: ParsableArguments {
  @Option(help: "Where every random number comes from.") var seed: UInt64 = 0
  @Option(help: "Samples a step.") var batchSize = 128
  @Option(help: "Worker threads.") var threads: Int?

  func validate() throws {
    if batchSize < 2 { throw ValidationError("The batch size \(batchSize) is less than 2.") }
  }
}

struct Root: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "shapes", abstract: "Draws shapes.", discussion: "Shapes are drawn where the pen goes.",
    version: "1.2.3", subcommands: [Draw.self, Compare.self, BenchTools.self])
}

struct Draw: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Draws one shape after another, each beside the one before, until the paper or the patience is spent.")

  @Argument(help: "Folders or files to read.") var data: [String]
  @Option(help: "What to draw.") var shape = Shape.circle
  @Option(name: .shortAndLong, help: ArgumentHelp("Where the drawing goes.", valueName: "file")) var output: String
  @Option(help: "How warm the pen is.") var temperature = 0.2
  @Option(help: "Whether to sign.") var sign: Bool?
  @Option(name: .customLong("colours"), parsing: .upToNextOption, help: "Pens to use.") var pens: [String] = [
    "red", "blue",
  ]
  @Option(help: "A length for each side.") var side: [Double] = []
  @Flag(name: .shortAndLong, help: "Print JSON.") var json = false
  @Flag(name: .short, help: "Say more.") var verbose = false
  @Flag(inversion: .prefixedNo, help: "Fill the shape.") var fill = true
  @Flag(inversion: .prefixedNo) var frame: Bool?
  @OptionGroup(title: "Options of all commands") var shared: SharedOptions

  func validate() throws {
    if temperature <= 0 { throw ValidationError("The temperature \(temperature) is not above 0.") }
  }
}

struct Compare: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Compares two drawings.")
  @Argument() var first: String
  @Argument(help: "The drawings beside it.") var others: [Int] = []
  @Argument(help: "The last one.") var last: String?

  func run() throws {
    struct Broken: Error, CustomStringConvertible { let description = "the pen broke" }
    if first == "broken" { throw Broken() }
    if first == "interrupted" { throw ExitCode(130) }
    if first == "refused" { throw ValidationError("no such drawing") }
  }
}

struct BenchTools: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Measures.", subcommands: [Pen.self])
}

struct Pen: ParsableCommand {
  @Option() var learningRate: Float
}
