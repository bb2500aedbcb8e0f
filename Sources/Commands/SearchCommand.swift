import ArgumentParsing
import Foundation
import Swiftlet

struct SearchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "search",
    abstract: "Finds the samples that are most similar to a query.",
    discussion: """
      Of texts, QUERY is a text; of other data, it is a file that holds one sample or several. Every sample is compared \
      with it, and nothing is approximated. The names of the most similar ones are printed with their cosines.

        swiftlet search runs/tickets tickets.csv "pump without power"
        swiftlet search runs/first photos photo.jpg --count 20
        swiftlet search runs/tickets tickets.csv --query-file questions.txt --json

      --pairs judges the run instead: how often one part of a sample, such as a title, finds its other part among those of all \
      samples.

        swiftlet search runs/tickets tickets.csv --pairs --text-column title,body
      """)

  @Argument(help: ArgumentHelp("Folder of the run.", valueName: "run"), completion: .directory)
  var runFolder: FilePath

  @Argument(help: "The samples to search: a folder or a file.", completion: .file())
  var data: FilePath

  @Argument(help: "What to look for.", completion: .file())
  var query: String?

  @Option(help: "A file whose samples are the queries: of texts, a text a line.", completion: .file())
  var queryFile: FilePath?

  @Option(name: [.customShort("k"), .customLong("count")], help: "How many matches to show of each query.")
  var count = 10

  @OptionGroup var stretches: TimePartsOption

  @Flag(help: "Judge how well the first part of each sample finds the others.")
  var pairs = false

  @OptionGroup var reading: ReadingOptions

  @OptionGroup var disk: CacheOption

  @OptionGroup var opening: OpeningOptions

  @Flag(help: "Print one JSON object on standard output instead of the names.")
  var json = false

  mutating func validate() throws {
    try requireValue(count, in: 1...1_000_000, "--count")
    try require(
      [query != nil, queryFile != nil, pairs].count { $0 } == 1,
      "give one of QUERY, --query-file and --pairs: what to look for")
  }

  func run() throws {
    let console = Console()
    let folder = opening.open(runFolder)
    let (recorded, _) = try folder.open()
    let settings = try reading.applied(to: recorded.data)
    let collection = try settings.scan([data.path]).cached(disk.cache)
    console.describe(collection, usesLabels: false)
    console.keepKey(of: collection, in: folder)
    let encoder = try stretches.applied(to: Encoder(of: folder))
    for damage in encoder.damaged { console.say(passedOver: damage) }
    if pairs { return try judge(collection, encoder, console) }
    let queries = try query.map { try settings.queries($0) } ?? settings.queries(in: queryFile?.path ?? "")
    let total = collection.names.count
    let search = try SampleSearch(for: queries, in: collection, by: encoder, count: count) { done in
      console.show("\(done)/\(total) \(settings.plural)", share: Double(done) / Double(total))
    }
    console.endProgress()
    console.say(skipped: search.skipped)
    for query in search.skippedQueries { console.warn("the query \(query.name) cannot be read: \(query.reason)") }
    if json { return try printJSON(search, about: collection) }
    for answer in search.answers {
      if search.answers.count > 1 { try printText("\(visibleLine(answer.query))\n") }
      let indent = search.answers.count > 1 ? "  " : ""
      for match in answer.matches {
        try printText("\(indent)\(String(format: "%.4f", match.score))  \(visibleLine(match.name))\n")
      }
    }
  }

  private func judge(_ collection: any SampleCollection, _ encoder: Encoder, _ console: Console) throws {
    let retrieval = try PairRetrieval(in: collection, by: encoder)
    if json { return try printJSON(retrieval, about: collection) }
    console.say("Of \(retrieval.count) first parts, each looks for its other part among all:")
    try printText(
      """
      R@1 \(Figure.percent(retrieval.recallAt1))  R@5 \(Figure.percent(retrieval.recallAt5))  \
      R@10 \(Figure.percent(retrieval.recallAt10))  median rank \(Figure.number(retrieval.medianRank))  \
      nDCG@10 \(Figure.number(retrieval.nDCGAt10))

      """)
  }
}
