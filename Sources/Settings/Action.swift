/// Something that a user can do about what happened. The words of an `Explanation` say it; a program that has a command
/// or an option for it adds that.
public enum Action: Sendable, Hashable {
  /// Train, with this setting.
  case pretrain(setting: String, value: String)
  /// Go on with a run.
  case resume(run: String)
  /// Compare a run with its baselines on labelled samples.
  case evaluate(run: String, LabelPlace)
  /// Measure how results depend on the number of labels.
  case measureLabelCurve(run: String, LabelPlace)
  /// Train a run further with labels, and keep the model.
  case fineTune(run: String)
  /// See what a run learned.
  case report(run: String)
  /// Measure how good features are on other data.
  case transfer
  /// Compute the features of samples.
  case embed
  /// Record where the data of a run are now.
  case moveData(run: String)
  /// Record where the labels of a run are now.
  case moveLabels(run: String)
  /// Say where the labels are.
  case giveLabels(LabelPlace)
}

/// Where the labels of a kind of data are.
public enum LabelPlace: Sendable, Hashable {
  /// In a CSV beside the data.
  case file
  /// In a column of the data; nil where none was named.
  case column(String?)
}
