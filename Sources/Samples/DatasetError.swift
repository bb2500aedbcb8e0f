import Settings

/// Why what the user pointed at is no data.
public enum DatasetError: Error, Sendable, Equatable, Explained {
  case noSuchFile(path: String)
  /// Nothing under `places` looks like data; `lookedFor` says what would, and `leftOut` what is there.
  case nothingFound(places: [String], lookedFor: String, leftOut: [LeftOutFiles] = [])
  /// Files that were meant to be samples, with the reason for each.
  case noneReadable(lookedFor: String, [SampleError])
  /// To learn from comparisons takes two samples; with the reasons why others were left out.
  case tooFewSamples(count: Int, lookedFor: String, leftOut: [SampleError] = [])
  /// Of those that can be read, with the reasons why the others are left out.
  case tooFewOfAKind(count: Int, others: [SampleError])
  case labels(CSVError)
  case table(CSVError)
  /// Several places of which at least one is a table.
  case notOneTable(places: [String])
  /// Labels that this kind of data does not have there.
  case labelsNotProvided(by: LabelSource, kind: String)
  /// A table is not any more what it was when the run began.
  case changed(path: String)
  /// Places that were to hold the samples of a run do not hold all of them; with the names of the first that are missing.
  case otherSamples(places: [String], missing: Int, count: Int, first: [String])
  /// The list of a run does not say where its samples are, so that no other place can be recorded.
  case placeNotRecorded
  /// The samples that a run lists are not of the kind that its configuration says.
  case foreignListing(kind: String)
  /// A method wants views that this kind of data does not have.
  case planNotProvided(plan: String, kind: String)
  /// A method that learns from classes has none; where labels would be.
  case noClasses(place: LabelPlace)
  /// Data of another kind than Swiftlet's own cannot be used: one sentence.
  case unusable(String)
  /// The same where a setting decides: one sentence without its end.
  case undecided(String, setting: String, value: String? = nil)
  /// Columns of numbers about files were asked for, and no file that has them was named.
  case noTargetFile(columns: [String])
  /// A folder for decoded pictures.
  case cacheUnusable(path: String, reason: String)

  /// One sentence for a person.
  public var explanation: Explanation {
    switch self {
    case .noSuchFile(let path) where path.contains("\u{FFFD}"):
      """
      '\(path)' cannot be opened: a name that is not UTF-8 cannot be given by itself; name the folder that holds it, or \
      rename it, for example with: convmv -f latin1 -t utf8 -r --notest FOLDER.
      """
    case .noSuchFile(let path): "There is no file or folder '\(path)'; paths count from the folder you are in."
    case .nothingFound(let places, let lookedFor, let leftOut):
      """
      There is no data in \(Self.quoted(places)): looked for \(lookedFor), also in \
      subfolders\(Self.found(leftOut)); name the folder that holds them.
      """
    case .noneReadable(let lookedFor, let samples):
      """
      \(samples.count == 1 ? "The only candidate" : "None of the \(samples.count) candidates") (\(lookedFor)) \
      can\(samples.count == 1 ? "not" : "") be read: \(Self.reasons(samples)).
      """
    case .tooFewSamples(let count, let lookedFor, let leftOut):
      """
      Only \(count) sample\(count == 1 ? "" : "s") (\(lookedFor)) can be read, and at least 2 are \
      needed\(leftOut.isEmpty ? "" : ": " + Self.reasons(leftOut)).
      """
    case .tooFewOfAKind(let count, let others):
      """
      Only \(count) sample\(count == 1 ? "" : "s") of one kind can be used, and at least 2 are needed: \
      \(Self.reasons(others)).
      """
    case .labels(let error), .table(let error): error.explanation
    case .notOneTable(let places):
      """
      A table is given by itself: join \(Self.quoted(places)) into one file first; labels of files are given \
      apart\(by: .giveLabels(.file)).
      """
    case .labelsNotProvided(.file(let path), let kind):
      """
      The labels in '\(path)' are for data of one file a sample; labels of \(kind) stand in a column of the data: name \
      it\(by: .giveLabels(.column(nil))).
      """
    case .labelsNotProvided(.column(let name), let kind):
      """
      A label column ('\(name)') is for data with columns. Labels of \(kind) are in a separate file: name \
      it\(by: .giveLabels(.file)).
      """
    case .changed(let path):
      """
      '\(path)' has changed since the run began, so that going on with it would mix old and new samples: put the old file \
      back, or start a new run.
      """
    case .otherSamples(let places, let missing, let count, let first):
      """
      \(missing == count ? "None of the \(count) samples of the run is" : "\(missing) of the \(count) samples of the run are not") \
      in \(Self.quoted(places)): \(first.joined(separator: ", "))\(missing > first.count ? ", …" : ""); name the \
      folder that holds them under the same names.
      """
    case .placeNotRecorded:
      "This kind of data does not record where its samples are, so that no new place can be recorded either."
    case .foreignListing(let kind):
      "The run is about \(kind), but its samples.json lists something else: the two files are not of one run."
    case .cacheUnusable(let path, let reason):
      """
      Decoded pictures cannot be kept in '\(path)': \(reason); choose another \(setting: "cache") folder, or leave \
      it out.
      """
    case .noTargetFile(let columns):
      "\(Self.quoted(columns)) has to stand in a CSV with the column path: name that file\(by: .giveLabels(.file))."
    case .planNotProvided(let plan, let kind):
      "The method wants views of the kind '\(plan)', which \(kind) do not provide; choose another \(setting: "method")."
    case .noClasses(let place):
      """
      The method learns from classes, and no training sample has one; give them\(by: .giveLabels(place)), or choose \
      another \(setting: "method").
      """
    case .unusable(let sentence): "\(sentence)"
    case .undecided(let sentence, let setting, let value): "\(sentence) (\(setting: setting, value))."
    }
  }

  private static func quoted(_ names: [String]) -> String { names.map { "'\($0)'" }.joined(separator: ", ") }

  /// The three largest groups of the same reason.
  private static func reasons(_ samples: [SampleError]) -> String {
    let groups = LeftOutFiles.groups(of: samples)
    let shown = groups.prefix(3).map { "\($0.subject()): \($0.reason)" }.joined(separator: "; ")
    let rest = groups.dropFirst(3).reduce(0) { $0 + $1.count }
    return rest > 0 ? "\(shown); and \(rest) more" : shown
  }

  /// ", and found only 12 .txt (…)".
  private static func found(_ leftOut: [LeftOutFiles]) -> String {
    guard !leftOut.isEmpty else { return "" }
    return ", and found only \(listed(leftOut.map { $0.subject() }, limit: 4))"
  }
}
