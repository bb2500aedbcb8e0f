import Backbones
import Layers
import Learning
import Settings
import Torch

/// A bag of embeddings: the features of a text are the mean of the vectors of its tokens (the continuous bag of words,
/// Mikolov et al. 2013; as a model of sentences, Iyyer et al. 2015). Fast, and hard to beat on small sets.
///
/// [batch, length] ids → features [batch, width]
package final class TextBag: Backbone {
  package struct Configuration: Codable, Sendable, Equatable {
    /// Entries of the vocabulary.
    package var entries: Int
    package var width: Int
    /// Nil in runs of before there was a choice: random.
    package var start: Start?

    package init(entries: Int, width: Int, start: Start? = nil) {
      self.entries = entries
      self.width = width
      self.start = start
    }
  }

  /// What the table of vectors begins with.
  package enum Start: String, Codable, Sendable, CaseIterable, OptionConvertible {
    /// The main directions of the texts' tokens (`LatentTable`).
    case lsa
    case random
  }

  package let featureCount: Int
  private let table: Parameter

  /// Of the table's numbers before training.
  static let deviation = 0.1

  package init(_ configuration: Configuration) throws(TorchError) {
    try configuration.validate(for: "TextBag")
    featureCount = configuration.width
    table = try Parameter(.normal([configuration.entries, configuration.width], deviation: Self.deviation))
  }

  package var parameters: [(name: String, parameter: Parameter)] { [(Self.tableName, table)] }

  /// As in BERT, so that a transformer can begin with the table.
  static let tableName = "embeddings.word_embeddings.weight"

  package func callAsFunction(_ view: ViewBatch) throws(TorchError) -> Tensor {
    try embeddedMean(view.tensor, in: table.tensor)
  }
}

extension TextBag.Configuration: BackboneSettings {
  package static var family: String { "text-bag" }
  package static var options: [RunOption] { [NetworkOptions.width.option, TextNetworkOptions.start.option] }
  package static var models: [BackboneModel] {
    [BackboneModel("text-bag", source: "the mean of the vectors of a text's tokens: fast, for texts")]
  }

  package init(for request: BackboneProposal) throws(Refusal) {
    guard request.sample.count == 1, request.sample[0].count == 1, let entries = request[TextNetworkOptions.entries]
    else { throw Refusal("backbone", request.name.rawValue, "has no meaning for \(request.kind)", .leaveOut) }
    self.init(
      entries: entries, width: request[NetworkOptions.width] ?? 256, start: request[TextNetworkOptions.start] ?? .lsa)
  }

  package mutating func change(as request: BackboneProposal) throws(Refusal) {
    if let width = request.chosen[NetworkOptions.width] { self.width = width }
    if let start = request.chosen[TextNetworkOptions.start] { self.start = start }
  }

  package func build() throws(TorchError) -> any Backbone { try TextBag(self) }

  package var featureCount: Int { width }
  package var beginsWithData: Bool { start == .lsa }
  package var model: BackboneName { "text-bag" }
  package var title: String { "text-bag (\(entries) × \(width))" }
  package var details: String { "text-bag of \(entries) tokens, width \(width)" }

  package func validate() throws(SettingError) {
    try check(entries, in: 2...1_000_000, "entries")
    try check(width, in: 1...8192, "width")
    try checkEntries(entries, width, "entries")
  }
}

/// Refuses a table of vectors that no machine should try.
func checkEntries(_ entries: Int, _ width: Int, _ name: String) throws(SettingError) {
  guard Double(entries) * Double(width) <= mostHeadWeights else {
    throw SettingError(
      name, entries, expected: "so few that a table of width \(width) has at most \(Int(mostHeadWeights)) weights")
  }
}
