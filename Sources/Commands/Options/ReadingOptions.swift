import ArgumentParsing
import Swiftlet

/// How files are read that are laid out otherwise than those of the run: options of kinds of data, for all commands that take
/// new data.
struct ReadingOptions: ParsableArguments {
  @DeclaredOptions({ CatalogueOptions.ofReading }) var chosen: [String: String]

  /// What the user chose, for the kind of data that a run is of.
  ///
  /// - Throws: also `Refusal` where an option is for other data.
  func values(for data: DataConfiguration) throws -> OptionValues {
    try CatalogueOptions.values(of: chosen, for: data)
  }

  /// How a run reads data, with what the user chose instead.
  func applied(to data: DataConfiguration) throws -> DataConfiguration { try data.changed(by: values(for: data)) }
}
