import ArgumentParsing
import Swiftlet

struct SwiftletCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "swiftlet",
    abstract: "Learns useful representations from data that nobody labelled.",
    discussion: """
      Start with a folder of pictures:

      swiftlet pretrain photos --minutes 10 --run runs/first

      and see what it learned:

      swiftlet evaluate runs/first photos --labels labels.csv
      """,
    version: swiftletVersion,
    subcommands: [
      PretrainCommand.self, ResumeCommand.self, EvaluateCommand.self, EmbedCommand.self, ReportCommand.self,
    ])
}
