import ArgumentParsing
import Swiftlet

/// What is watched while a run trains, and what happens if it goes wrong.
struct WatchOptions: ParsableArguments {
  @Option(
    help:
      "What to do if the run goes wrong; rollback returns to an earlier state and goes on at half the learning rate. Default: warn."
  )
  var onCollapse: OnCollapse?

  @Option(
    help:
      "Part of the data on which the loss is measured and nothing is trained, such as 5%; 0 for none. Default: 5% if there are 1,000 samples or more."
  )
  var holdOut: HeldOutShare?

  @Option(
    help:
      "Early stopping: end the run when the held-out loss has not fallen for this many measurements. auto: also let the learning rate fall as soon as the representation has settled. Default: go on, and warn."
  )
  var patience: Patience?

  func validate() throws {
    if case .measurements(let count) = patience { try requireValue(count, in: 1...1000, "--patience") }
    try require(
      patience == nil || patience == .auto || holdOut?.share != 0,
      "--patience needs samples that --hold-out 0 does not set aside; leave one of them out")
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

extension Patience: ExpressibleByArgument {
  public init?(argument: String) {
    if argument == Patience.auto.description {
      self = .auto
    } else {
      guard let count = Int(argument) else { return nil }
      self = .measurements(count)
    }
  }

  public static func expectation(insteadOf argument: String) -> String { "a number of measurements, or auto" }
}
