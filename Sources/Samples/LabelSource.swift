/// The place of the labels that a user named.
public enum LabelSource: Sendable, Equatable, Codable {
  /// A CSV with the columns path, label and optionally split: for data in files.
  case file(String)
  /// A column of the data: for tables.
  case column(String)
}
