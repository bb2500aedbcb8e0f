import ArgumentParsing
import Swiftlet

/// What is watched while it trains, and what is done about it.
struct WatchOptions: ParsableArguments {
  @Option(help: "What to do if the run goes wrong; rollback goes back and on at half the rate. Default: warn.")
  var onCollapse: OnCollapse?

  @Option(help: "Part of the data to watch and not to train on, 0 for none. Default: 5 % of 1,000 samples or more.")
  var holdOut: HeldOutShare?

  @Option(help: "End the run where the loss on that part has not fallen for so many looks. Default: go on, and warn.")
  var patience: Int?

  func validate() throws {
    try requireValue(patience, in: 1...1000, "--patience")
    try require(
      patience == nil || holdOut?.share != 0,
      "--patience looks at a part of the data that --hold-out 0 leaves none of")
  }

  func apply(to request: inout RunRequest) {
    request.onCollapse = onCollapse
    request.holdOut = holdOut?.share
    request.patience = patience
  }
}

/// "5%", or "0".
struct HeldOutShare: ExpressibleByArgument {
  let share: Double

  init?(argument: String) {
    let percent = argument.hasSuffix("%") ? Double(argument.dropLast()) : argument == "0" ? 0 : nil
    guard let percent, percent >= 0, percent <= 50 else { return nil }
    share = percent / 100
  }

  static func expectation(insteadOf argument: String) -> String { "a part from 0% to 50%, such as 5%" }
}

extension OnCollapse: ExpressibleByArgument {}
