import ArgumentParsing
import Swiftlet

struct SwiftletCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "swiftlet",
    abstract: "Learns useful representations from data that nobody labelled.",
    discussion: """
      Start with a folder of files or with a table, and see what the network learned:

        swiftlet pretrain photos --minutes 10 --output runs/first
        swiftlet report runs/first
        swiftlet evaluate runs/first photos --labels labels.csv

      'swiftlet kinds' lists the kinds of data, and 'swiftlet doctor' checks this machine. For completions of commands, \
      options and files in your shell:

        source <(swiftlet --generate-completion-script bash)
      """,
    version: swiftletVersion,
    subcommands: [
      PretrainCommand.self, ResumeCommand.self, SelectCommand.self, CompareCommand.self, EvaluateCommand.self,
      FinetuneCommand.self, PredictCommand.self, CurveCommand.self, SuggestCommand.self, TransferCommand.self,
      RobustnessCommand.self, EmbedCommand.self, SearchCommand.self, AnomaliesCommand.self, ExportCommand.self,
      ReportCommand.self, PlanCommand.self,
      KindsCommand.self,
      MethodsCommand.self,
      BackbonesCommand.self, DoctorCommand.self, BenchCommand.self,
    ])
}
