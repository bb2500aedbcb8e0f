import ArgumentParsing
import Swiftlet

/// Features that say what was when.
struct TimePartsOption: ParsableArguments {
  @Option(
    help:
      "Divide the steps of each sample into so many stretches and put their mean vectors side by side, where the network has steps, as those for time series and sound do. Default: one vector for the whole sample."
  )
  var timeParts: Int?

  private static let mostNumbers = 1 << 20

  func validate() throws { try requireValue(timeParts, in: 1...1024, "--time-parts") }

  func applied(to encoder: Encoder) throws -> Encoder {
    guard let timeParts else { return encoder }
    let count = encoder.featureCount * timeParts
    try require(
      count <= Self.mostNumbers,
      "--time-parts \(timeParts) would make vectors of \(count) numbers; the most are \(Self.mostNumbers): give fewer parts"
    )
    return try encoder.inTimeParts(timeParts)
  }
}
