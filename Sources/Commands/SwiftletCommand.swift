import ArgumentParsing
import Swiftlet

struct SwiftletCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "swiftlet",
    abstract: "Learns useful representations from data that nobody labelled.",
    discussion: """
      Start with a folder of pictures, and see what it learned:

        swiftlet pretrain photos --minutes 10 --run runs/first
        swiftlet evaluate runs/first photos --labels labels.csv

      For completions of commands, options and files in your shell:

        source <(swiftlet --generate-completion-script bash)
      """,
    version: swiftletVersion,
    subcommands: [
      PretrainCommand.self, ResumeCommand.self, SelectCommand.self, CompareCommand.self, EvaluateCommand.self,
      FinetuneCommand.self, PredictCommand.self, CurveCommand.self, SuggestCommand.self, TransferCommand.self,
      RobustnessCommand.self, EmbedCommand.self, ExportCommand.self, ReportCommand.self, KindsCommand.self,
      MethodsCommand.self,
      BackbonesCommand.self, DoctorCommand.self, BenchCommand.self,
    ])
}
