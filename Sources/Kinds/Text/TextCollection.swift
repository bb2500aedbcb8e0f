import Backbones
import Learning
import Samples
import Synchronization
import Torch

/// Texts as a collection of samples.
package struct TextCollection: SampleCollection {
  package let textConfiguration: TextConfiguration
  let samples: TextSamples
  package let tokens: TokenizedTexts
  /// What is found by looking at all texts, once.
  private let found = Found()

  private final class Found: Sendable {
    let copies = Mutex<(samples: [Int], found: TextCopies)?>(nil)
    let ways = Mutex<SubwordWays?>(nil)
  }

  init(_ samples: TextSamples, _ configuration: TextConfiguration) {
    self.samples = samples
    textConfiguration = configuration
    tokens = TokenizedTexts(samples.parts, by: configuration.vocabulary.tokenizer)
  }

  package var names: [String] { samples.names }
  package var labels: Labels? { samples.labels }
  package var groups: Groups? { samples.groups }
  package var skipped: [SampleError] { samples.skipped }
  package var leftOut: [LeftOutFiles] { samples.leftOut }
  package var configuration: DataConfiguration { DataConfiguration(textConfiguration) }

  package var notes: [String] {
    let copies = found.copies.withLock { $0.flatMap { $0.found.sentence(of: $0.samples.count) } }
    return samples.notes + [longTexts, strangeTexts, copies].compactMap(\.self)
  }

  /// Texts in another writing or language than the vocabulary's are hardly told apart.
  private var strangeTexts: String? {
    let tokenizer = textConfiguration.vocabulary.tokenizer
    let count = (0..<tokens.count).count { 2 * tokens[$0].count(where: tokenizer.isForeign) > tokens[$0].count }
    guard count > 0 else { return nil }
    return
      "The vocabulary of the run lacks most of the words of \(count) of \(tokens.count) texts, so that their vectors say "
      + "little: are they in another language or writing?"
  }

  private var longTexts: String? {
    let room = textConfiguration.maxTokens - 2
    let (count, longest) = tokens.longer(than: room)
    guard count > 0 else { return nil }
    return
      "\(count) of \(tokens.count) texts \(count == 1 ? "is" : "are") longer than \(room) tokens (the longest has \(longest)): "
      + "vectors are of their first \(room), while training looks at other parts too."
  }

  /// No copy of a text is learned from as if it were another text.
  package func withoutCopies(_ indices: [Int]) -> [Int] {
    let copies = found.copies.withLock { known in
      if let known, known.samples == indices { return known.found }
      let copies = TextCopies(among: indices, of: tokens)
      known = (indices, copies)
      return copies
    }
    let left = indices.filter { !copies.exact.contains($0) && !copies.near.contains($0) }
    return left
  }

  package func listing(of indices: [Int]) -> SampleListing {
    switch samples.origin {
    case .records(let records, let rows):
      SampleListing(
        TextListing(
          .init(path: records.path, fingerprint: records.fingerprint, rows: indices.map { rows[$0] })))
    case .files(let files): SampleListing(TextListing(files.listing(of: indices)))
    case .written: SampleListing(TextListing(FileListing(FileList(roots: [], samples: []))))
    }
  }

  package func trainingViews(
    _ plan: ViewPlan, of indices: [Int], seed: UInt64
  ) throws(DatasetError) -> any ViewSource {
    let recipe = textConfiguration.recipe
    switch plan {
    case .single: return views(indices, .window(seed: seed))
    case .tokensAndWords: return views(indices, .windowAndWords(seed: seed))
    case .pair: return views(indices, .pair(recipe, recipe.subwordSampling > 0 ? ways : nil, seed: seed))
    case .cleanAndCorrupted: return views(indices, .cleanAndCorrupted(recipe, seed: seed))
    case .labelledPair:
      return try ClassifiedViews(trainingViews(.pair, of: indices, seed: seed), classes: trainingClasses(of: indices))
    case .related:
      guard samples.columns.count > 1 else {
        throw .undecided(
          "The method learns from texts in two parts, such as a title and its body: name both columns",
          setting: "text-column", value: "title,body")
      }
      return views(indices, .related(seed: seed))
    default: throw .planNotProvided(plan: plan.rawValue, kind: TextConfiguration.plural)
    }
  }

  private var ways: SubwordWays {
    found.ways.withLock { ways in
      if let ways { return ways }
      let made = SubwordWays(of: tokens, by: textConfiguration.vocabulary.tokenizer)
      ways = made
      return made
    }
  }

  package func evaluationView(of indices: [Int]) -> any ViewSource { views(indices, .clean) }

  package func relatedParts(of indices: [Int]) -> (first: any ViewSource, second: any ViewSource)? {
    guard samples.columns.count > 1 else { return nil }
    return (views(indices, .part(isFirst: true)), views(indices, .part(isFirst: false)))
  }

  /// Texts of the same length, so that it takes more than counting words.
  package func pretextTask(of indices: [Int], seed: UInt64) -> PretextTask {
    PretextTask(
      "whether half of a text was replaced by words of another", classCount: 2,
      views: TamperedViews(clean: evaluationView(of: indices), tampered: views(indices, .mingled(seed: seed))))
  }

  package var disturbances: [Disturbance.Kind] { [.lostWords] }

  package func startingWeights(
    of indices: [Int], for network: BackboneConfiguration
  ) throws -> [(name: String, tensor: Tensor)]? {
    guard let bag = network.settings as? TextBag.Configuration else { return nil }
    return [(TextBag.tableName, try LatentTable.make(of: indices, in: tokens, entries: bag.entries, width: bag.width))]
  }

  package func disturbedViews(_ disturbance: Disturbance, of indices: [Int], seed: UInt64) -> any ViewSource {
    views(indices, .disturbed(disturbance, seed: seed))
  }

  private func views(_ indices: [Int], _ form: TextViews.Form) -> TextViews {
    TextViews(
      tokens, samples: indices, form: form, longest: textConfiguration.maxTokens,
      textConfiguration.vocabulary.tokenizer)
  }

  package func numbers(
    in columns: [String], of file: String?, parse: (String) -> Double?
  ) throws(DatasetError) -> (columns: [[Double?]], splits: [Labels.Split?]) {
    switch samples.origin {
    case .files(let files): return try files.numbers(in: columns, of: file, parse: parse)
    case .written: throw .noTargetFile(columns: columns)
    case .records(let records, let rows):
      if let file { throw .labelsNotProvided(by: .file(file), kind: Texts.title) }
      let places = try records.places(of: columns)
      var result: [[Double?]] = []
      for (name, place) in zip(columns, places) {
        if samples.columns.contains(name) { throw records.error(.featureAsLabel(name)) }
        var numbers: [Double?] = []
        for row in rows {
          guard let cell = records.known(row, place) else {
            numbers.append(nil)
            continue
          }
          guard let number = parse(cell) else {
            let expected = columns.count == 1 ? "a number" : "0 or 1"
            throw records.error(.cell(cell, column: name, expected: expected), row: row)
          }
          guard abs(number) <= TableCell.greatest else {
            throw records.error(.absurdNumber(cell, column: name), row: row)
          }
          numbers.append(number)
        }
        result.append(numbers)
      }
      return (result, labels?.splits ?? rows.map { _ in nil })
    }
  }

  /// A hash of the text as it is written.
  package func fingerprint(of sample: Int) -> UInt64? {
    Samples.fingerprint(of: samples.parts[sample].flatMap { Array($0.utf8) + [0] })
  }

  package func changes() -> SampleChanges? {
    guard case .files(let files) = samples.origin else { return nil }
    return files.changes { place in
      try? FileScan([place], extensions: TextSamples.fileExtensions, lookedFor: TextSamples.lookedFor).files
    }
  }

  package func preview(of sample: Int, side: Int) -> SamplePreview? { .text(samples.text(of: sample)) }
}

extension ViewPlan {
  /// Two parts of a sample that belong together, such as a title and its body.
  package static let related: ViewPlan = "related parts"
  /// A part of a text, and 1 where a word begins in it, else 0.
  package static let tokensAndWords: ViewPlan = "tokens and words"
}
