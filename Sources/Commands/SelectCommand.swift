import ArgumentParsing
import Foundation
import Swiftlet

struct SelectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "select",
    abstract: "Tries methods, projectors and backbones on a budget, and chooses among them without labels.",
    discussion: """
      All candidates train for a short time, and the better half goes on, until the last three train to the end (successive \
      halving). Candidates of one family of methods are ordered by how many dimensions their features use, and families by \
      a pretext task; the result says how far that can be trusted. Labels are not used to choose: if there are any, the \
      accuracy of nearest neighbours is printed too.

        swiftlet select photos --methods simclr,vicreg,byol --minutes 30

      The folder keeps every candidate as a run of its own. If the command is stopped, the same command goes on. With \
      --processes, candidates are trained beside each other, each in one process.
      """)

  @Argument(help: "Folders or files. 'swiftlet kinds' lists what can be read.", completion: .file())
  var data: [FilePath]

  @Option(
    name: [.customShort("o"), .formerLong("run"), .customLong("output")],
    help: "Folder for all runs of the selection. Default: runs/select-<name of the data>.",
    completion: .directory)
  var folder: FilePath?

  @Option(help: "The kind of the data. Default: recognised.")
  var kind: KindName?

  @Option(
    help: ArgumentHelp(
      "Methods to try, such as simclr,vicreg. Default: six that suit the kind of data.", valueName: "name,name,…"))
  var methods: String?

  @Option(help: ArgumentHelp("Projectors to try with each. Default: each preset's.", valueName: "name,name,…"))
  var projectors: String?

  @Option(help: ArgumentHelp("Networks to try with each. Default: each preset's.", valueName: "name,name,…"))
  var backbones: String?

  @Option(help: "Time for all of it. Default: 30, if --epochs is not given.")
  var minutes: Double?

  @Option(help: "Passes over the data of a run that is trained to the end, in place of --minutes.")
  var epochs: Int?

  @OptionGroup var known: AnnotationOptions

  @DeclaredOptions({ CatalogueOptions.ofNetworks + CatalogueOptions.ofKinds }) var chosen: [String: String]

  @Option(help: "Batch size: samples per step. Default: each preset's, less for few samples.")
  var batchSize: Int?

  @Option(help: "Seed of everything random. Default: 0.")
  var seed: UInt64?

  @OptionGroup(title: "Machine")
  var machine: MachineOptions

  @OptionGroup(title: "Machine") var together: ProcessOptions

  @Flag(help: "Print one JSON object on standard output instead of the table.")
  var json = false

  mutating func validate() throws {
    try require(minutes == nil || epochs == nil, "--minutes and --epochs exclude each other; leave one of them out")
    try requireMinutes(minutes)
    try requireValue(epochs, in: 1...1_000_000, "--epochs")
    try requireBatchSize(batchSize)
    try machine.check()
    _ = try candidates { [] }
  }

  func run() throws {
    try together.run { try select(with: $0) }
  }

  private func select(with team: Team) throws {
    let console = Console(isSilent: !team.world.isLeader)
    let signals = Interruption(isSilent: !team.world.isLeader)
    team.describe(console, "each with some of the candidates")
    let annotations = try known.annotations()
    let catalogue = SwiftletProgram.catalogue
    let place = folder?.path ?? "runs/select-\(nameOfData(data))"
    var found: (any SampleCollection)?
    var request = try request()
    (request.processesHere, request.load) = (team.countHere, console.load())
    let candidates = try candidates { try request.usualCandidates(for: data.paths, kind: kind?.name, catalogue) }
    let selection = try Selection(of: candidates, request: request, in: place, catalogue, by: team.world) {
      let proposal = try $0.proposal(scanning: data.paths, annotations, kind: kind?.name, catalogue)
      if found == nil { console.describe(proposal) }
      found = proposal.data
      return proposal
    }
    if let problem = selection.holdProblem { console.warn(problem) }
    if selection.isResumed { console.say("Goes on    with \(place) after \(selection.record.rounds.count) rounds") }
    if let choice = request.threadsChoice {
      console.say("Chosen     \(choice)")
    } else {
      console.warnOfBusyCores(threads: machine.threads ?? Cores.count)
    }
    signals.lets(.step)
    let comparison = try selection.run(
      report: { console.show($0) }, shouldStop: signals.hasCome)
    console.endProgress()
    if comparison != nil, !team.world.isLeader { return }
    guard let comparison else {
      console.say("Stopped; what is trained is kept. Go on with the same command.")
      throw signals.exitCode
    }
    if json {
      if let found { return try printJSON(selection.record, about: found) }
      return try printJSON(selection.record)
    }
    try printTables(comparison.text)
    if let smallest = selection.record.smallest { try printText("\(smallest.sentence)\n") }
    if let winner = comparison.contenders.first {
      console.say("Chosen     \(winner.name)")
      console.say("Its run and the others are in \(place).")
    }
  }

  private func request() throws -> RunRequest {
    var request = RunRequest()
    request.minutes = minutes ?? (epochs == nil ? 30 : nil)
    request.epochs = epochs
    request.options = try CatalogueOptions.values(of: chosen)
    request.batchSize = batchSize
    request.seed = seed
    machine.apply(to: &request)
    return request
  }

  /// - Parameter usual: the methods where the user named none.
  private func candidates(usual: () throws -> [MethodName]) throws -> [Candidate] {
    try Candidate.all(
      methods.map { try Self.list($0, "--methods") } ?? usual(),
      projectors: Self.list(projectors ?? "", "--projectors"),
      backbones: Self.list(backbones ?? "", "--backbones"),
      SwiftletProgram.catalogue)
  }

  /// "simclr,vicreg" → values; none for an empty text.
  private static func list<Value: ExpressibleByArgument>(
    _ text: String, _ option: String
  ) throws -> [Value] {
    try text.split(separator: ",").map { part in
      let name = part.trimmingCharacters(in: .whitespaces)
      guard let value = Value(argument: name) else {
        throw ValidationError(
          "\(option) '\(name)' is not known; choose from " + Value.allValueStrings.joined(separator: ", "))
      }
      return value
    }
  }
}

extension Console {
  fileprivate func show(_ event: Selection.Event) {
    switch event {
    case .left(let candidate, let reason): warn("\(candidate) is left out: \(reason)")
    case .round(let number, let count, let candidates):
      say("Round      \(number) of \(count): \(Figure.counted(candidates, "candidate"))")
    case .training(let candidate, let progress): show(progress, of: candidate.name)
    case .judging(let candidate): say("Judging    \(candidate)")
    case .judged(let comparison):
      say("Leading    \(comparison.contenders.prefix(3).map(\.name).joined(separator: "; "))")
    }
  }
}
