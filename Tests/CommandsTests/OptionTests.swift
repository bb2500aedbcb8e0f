import Swiftlet
import Testing

@testable import ArgumentParsing
@testable import SwiftletCommands

/// What kinds of data, methods and networks declare, as options of the program.
@Suite struct OptionTests {
  /// A method that nobody else knows.
  private struct Sharpen: MethodSettings {
    static let sharpness = OptionKey<Int>("sharpness", in: 2...9, help: "How sharp it is. Default: 3.")

    var sharpness = 3
    static var name: MethodName { "sharpen" }
    static var family: MethodFamily { .contrastive }
    static var summary: String { "sharpens" }
    static var paper: String { "nowhere" }
    static var ownOptions: [RunOption] { [sharpness.option] }
    static var presets: [Preset] { [Preset("sharp", source: "nowhere", method: { _ in Sharpen() })] }
    func validate() throws(SettingError) {}
    var viewPlan: ViewPlan { .single }
    mutating func apply(_ options: OptionValues) throws(Refusal) { sharpness = options[Self.sharpness] ?? sharpness }
    func build(on backbone: BackboneConfiguration) throws(TorchError) -> any Learning.Method {
      try Rotation.Configuration().build(on: backbone)
    }
  }

  private func pretrain(_ words: [String]) throws -> RunRequest {
    let command = try #require(try SwiftletCommand.parseAsRoot(["pretrain", "photos"] + words) as? PretrainCommand)
    var request = RunRequest()
    try command.learning.apply(to: &request)
    return request
  }

  /// The exit code, and what was said on both streams, of a command line that ends before it runs.
  private func outcome(_ words: [String]) -> (code: Int32, output: String, errors: String) {
    var (output, errors) = ("", "")
    let code = SwiftletCommand.execute(
      words, width: 100, describing: Wording.sentence, output: { output += $0 }, errors: { errors += $0 })
    return (code.rawValue, output, errors)
  }

  private var declared: [RunOption] {
    let catalogue = Catalogue.standard
    return catalogue.kinds.flatMap { $0.options } + catalogue.methods.flatMap { $0.options }
      + catalogue.backbones.flatMap { $0.options }
  }

  /// Of every option, values that it takes and values that it does not.
  private func values(of option: RunOption) -> (right: [OptionValue], wrong: [String]) {
    switch option.domain {
    case .integers(let range):
      (
        [.integer(range.lowerBound), .integer(range.upperBound)],
        ["\(range.lowerBound - 1)", "\(range.upperBound)0", "1.5", "ten", ""]
      )
    case .numbers(let range):
      ([.number(range.lowerBound), .number(range.upperBound)], ["\(range.upperBound + 1)", "nan", "ten", ""])
    case .words(let words): (words.map { .word($0) }, [words[0] + "x", "", words[0].uppercased()])
    case .text: ([.word("anything")], [])
    }
  }

  @Test func whatIsDeclaredIsReadAndCheckedByItsDeclaration() throws {
    for option in declared {
      let (right, wrong) = values(of: option)
      for value in right {
        #expect(try pretrain(["--\(option.name)", "\(value)"]).options[option.name] == value, "--\(option.name)")
      }
      for text in wrong {
        let refused = outcome(["pretrain", "photos", "--\(option.name)=\(text)"])
        #expect(refused.code == 2 && refused.output.isEmpty, "--\(option.name)=\(text): \(refused.errors)")
        #expect(refused.errors.contains("--\(option.name)"), "\(refused.errors)")
      }
    }
    #expect(try pretrain([]).options.isEmpty)
  }

  /// No declared option has the name of one that the command has itself, which would hide it.
  @Test func namesDoNotCollide() {
    let page = outcome(["pretrain", "--help"]).output
    for name in Set(declared.map(\.name)) where !declared.contains(where: { $0.name == name && $0.isRare }) {
      let rows = page.split(separator: "\n").filter { line in
        line.drop { $0 == " " }.hasPrefix("--\(name) ") || line.drop { $0 == " " } == "--\(name)"
      }
      #expect(rows.count == 1, "--\(name): \(rows)")
    }
  }

  /// What says how files are read is taken wherever there are new data, and nothing else that kinds declare.
  @Test func newDataAreReadByOptionsOfTheirKind() {
    let ofReading = declared.filter(\.saysHowToRead).map(\.name)
    #expect(ofReading.contains("text-column") && ofReading.contains("id-column"))
    for command in [
      "evaluate", "embed", "predict", "search", "finetune", "curve", "suggest", "robustness", "transfer", "report",
    ] {
      let page = outcome([command, "--help"]).output
      for name in ofReading { #expect(page.contains("--\(name) "), "\(command) lacks --\(name)") }
      #expect(!page.contains("--word-dropout") && !page.contains("--image-size"), "\(command)")
    }
  }

  @Test func aCatalogueOfOnesOwnHasOptionsOfItsOwn() throws {
    #expect(outcome(["pretrain", "photos", "--sharpness", "4"]).code == 2)
    #expect(outcome(["pretrain", "photos", "--method", "sharpen"]).errors.contains("'sharpen'"))
    try SwiftletProgram.$catalogue.withValue(Catalogue.standard.adding(Sharpen.self)) {
      let request = try pretrain(["--method", "sharpen", "--preset", "sharp", "--sharpness", "4"])
      #expect(request.method == "sharpen" && request.preset == "sharp" && request[Sharpen.sharpness] == 4)
      let refused = outcome(["pretrain", "photos", "--sharpness", "1"])
      #expect(refused.code == 2 && refused.errors.contains("'--sharpness', '1', is not a whole number from 2 to 9."))
      #expect(outcome(["pretrain", "--help"]).output.contains("How sharp it is."))
    }
  }

  /// The library names a setting; the program names the option that sets it.
  @Test func errorsNameOptions() {
    func said(_ error: any Error) -> String? { Wording.sentence(for: error) }
    #expect(said(Refusal.unused("stem", by: "vit-tiny")) == "--stem has no meaning for vit-tiny; leave it out")
    #expect(
      said(Refusal("preset", "small", "is not for tables", .choose(["scarf", "vime"])))
        == "--preset small is not for tables; choose one of scarf, vime")
    #expect(
      said(Refusal("A batch of 8 needs 2 GB", .change("choose smaller views", settings: ["image-size", "width"])))
        == "A batch of 8 needs 2 GB; choose smaller views (--image-size or --width)")
    #expect(said(Refusal("there is no method for sounds")) == "there is no method for sounds")
    #expect(said(SettingError("seed", -1, expected: "at least 0")) == "--seed -1 must be at least 0")
    // A dotted name is of a configuration, where no option sets it.
    #expect(said(SettingError("method.numbers.x", 1, expected: "2")) == nil)
    #expect(said(DatasetError.noSuchFile(path: "x"))?.hasPrefix("There is no file or folder 'x'") == true)
    #expect(said(CancellationError()) == nil)
  }

  @Test func everyCommandExplainsItself() {
    let pages = SwiftletCommand.configuration.subcommands.map { outcome([$0.commandName, "--help"]) }
    for (command, page) in zip(SwiftletCommand.configuration.subcommands, pages) {
      #expect(page.code == 0 && page.errors.isEmpty && page.output.contains(command.configuration.abstract))
    }
    #expect(Set(pages.map(\.output)).count == SwiftletCommand.configuration.subcommands.count)
  }

  @Test func labelsAreSaidInOneWay() throws {
    #expect(try labelSource(file: "l.csv", column: nil) == .file("l.csv"))
    #expect(try labelSource(file: nil, column: "kind") == .column("kind") && labelSource(file: nil, column: nil) == nil)
    #expect(throws: ValidationError.self) { try labelSource(file: "l.csv", column: "kind") }
  }

  @Test func groupsAreSaidInOneWay() throws {
    func groups(_ words: String...) throws -> GroupSource? {
      let command = try SwiftletCommand.parseAsRoot(["pretrain", "photos"] + words) as? PretrainCommand
      return try #require(command).known.annotations().groups
    }
    #expect(try groups() == nil && groups("--groups", "folder") == .folder)
    #expect(try groups("--group-column", "patient") == .column("patient"))
  }

  /// These are refused before any data are read.
  @Test(arguments: [
    ["--group-column", "patient", "--groups", "folder"], ["--labels", "l.csv", "--label-column", "kind"],
  ])
  func twoWaysToSayOneThingAreRefused(_ words: [String]) {
    for command in [["pretrain", "x"], ["evaluate", "r", "x"], ["report", "r", "x"], ["finetune", "r", "x"]] {
      let refused = outcome(command + words)
      #expect(refused.code == 2 && refused.errors.contains("exclude each other"), "\(command): \(refused.errors)")
    }
  }

  /// One thing has one name in all commands. Names that were documented before are still read, and not shown.
  @Test func formerNamesAreStillRead() throws {
    func parsed<Command: ParsableCommand>(_ words: String...) throws -> Command {
      try #require(try SwiftletCommand.parseAsRoot(words) as? Command)
    }
    for name in ["--run", "--output", "-o"] {
      #expect(try (parsed("pretrain", "x", name, "r") as PretrainCommand).runFolder?.path == "r")
      #expect(try (parsed("select", "x", name, "r") as SelectCommand).folder?.path == "r")
    }
    for name in ["--fractions", "--label-fraction", "--label-fractions"] {
      #expect(try (parsed("curve", "r", "x", name, "5%") as CurveCommand).labelFractions == "5%")
      #expect(try (parsed("evaluate", "r", "x", name, "5%") as EvaluateCommand).labelFractions == "5%")
      #expect(try (parsed("finetune", "r", "x", name, "5%") as FinetuneCommand).labelFraction == "5%")
    }
    for name in ["--subsets", "--seeds"] {
      #expect(try (parsed("evaluate", "r", "x", name, "3") as EvaluateCommand).seeds == 3)
    }
    for (command, former) in [("pretrain", "--run"), ("curve", " --fractions"), ("evaluate", "--subsets")] {
      #expect(!outcome([command, "--help"]).output.contains(former), "\(command)")
    }
  }

  /// The help of the program speaks of data in general where every kind is meant.
  @Test(arguments: ["finetune", "evaluate", "predict", "curve", "compare"])
  func helpNamesNoKindWhereAnyIsMeant(_ command: String) {
    let page = outcome([command, "--help"]).output
    let options = page.components(separatedBy: "Options:").dropFirst().joined()
      .replacingOccurrences(of: "Keep decoded pictures", with: "")
    #expect(!options.contains("pictures") && !options.contains("of a table"), "\(options)")
  }

  @Test(arguments: [("10%", 0.1), ("100%", 1), ("0.5%", 0.005)]) func sharesOfLabels(_ text: String, _ share: Double)
    throws
  {
    #expect(abs(try labelShare(text, option: "--fractions") - share) < 1e-12)
  }

  @Test(arguments: ["0%", "-1%", "101%", "10", "%", "nan%", "ten%", ""]) func whatIsNoShareIsRefused(_ text: String) {
    #expect(throws: ValidationError.self) { try labelShare(text, option: "--fractions") }
  }
}
