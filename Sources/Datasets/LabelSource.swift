/// Where a user said that the labels stand.
public enum LabelSource: Sendable, Equatable {
  /// A CSV with the columns path, label and perhaps split: for data that are files.
  case file(String)
  /// A column of the data themselves: for tables.
  case column(String)
}
