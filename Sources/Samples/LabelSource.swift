/// The place of the labels that a user named.
public enum LabelSource: Sendable, Equatable, Codable {
  /// A CSV with the columns path, label and optionally split: for data in files.
  case file(String)
  /// A column of the data: for tables.
  case column(String)
}

/// Where a kind of data has its labels.
public enum LabelPlace: Sendable, Equatable {
  /// In a CSV beside the data.
  case file
  /// In a column of the data; nil if none was named.
  case column(String?)
}
