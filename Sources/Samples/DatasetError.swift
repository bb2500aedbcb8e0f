/// Why what the user pointed at is no data.
public enum DatasetError: Error, Sendable, Equatable, CustomStringConvertible {
  case noSuchFile(path: String)
  /// Nothing under `places` looks like data; `lookedFor` says what would.
  case nothingFound(places: [String], lookedFor: String)
  /// With the reasons for the first of them.
  case noneReadable(count: Int, lookedFor: String, first: [SampleError])
  /// To learn from comparisons takes two samples.
  case tooFewSamples(count: Int, lookedFor: String)
  /// Of those that can be read, with the reasons why the first others are left out.
  case tooFewOfAKind(count: Int, first: [SampleError])
  case labels(CSVError)
  case table(CSVError)
  /// Several places of which at least one is a table.
  case notOneTable(places: [String])
  /// Labels that this kind of data does not have there.
  case labelsNotProvided(by: LabelSource, kind: String)
  /// A table is not any more what it was when the run began.
  case changed(path: String)
  /// The samples that a run lists are not of the kind that its configuration says.
  case foreignListing(kind: String)
  /// A method wants views that this kind of data does not have.
  case planNotProvided(plan: String, kind: String)
  /// A method that learns from classes has none; where labels would be.
  case noClasses(place: LabelPlace)
  /// Data of another kind than Swiftlet's own cannot be used: one sentence.
  case unusable(String)
  /// Columns of numbers about files were asked for, and no file that has them was named.
  case noTargetFile(columns: [String])
  /// A folder for decoded pictures.
  case cacheUnusable(path: String, reason: String)

  /// One sentence for a person.
  public var description: String {
    switch self {
    case .noSuchFile(let path): "There is no file or folder '\(path)'; paths count from the folder you are in."
    case .nothingFound(let places, let lookedFor):
      "There is no data in \(places.map { "'\($0)'" }.joined(separator: ", ")): looked for \(lookedFor), also in "
        + "subfolders; name the folder that holds them."
    case .noneReadable(let count, let lookedFor, let first):
      (count == 1 ? "The only candidate" : "None of the \(count) candidates")
        + " (\(lookedFor)) can\(count == 1 ? "not" : "") be read: "
        + first.map { "\($0.name): \($0.reason)" }.joined(separator: "; ") + "."
    case .tooFewSamples(let count, let lookedFor):
      "Only \(count) sample\(count == 1 ? "" : "s") (\(lookedFor)) can be read, and at least 2 are needed."
    case .tooFewOfAKind(let count, let first):
      "Only \(count) sample\(count == 1 ? "" : "s") of one kind can be used, and at least 2 are needed: "
        + first.map { "\($0.name): \($0.reason)" }.joined(separator: "; ") + "."
    case .labels(let error), .table(let error): error.description
    case .notOneTable(let places):
      "A table is given by itself: join \(places.map { "'\($0)'" }.joined(separator: ", ")) into one file first (labels "
        + "of pictures go to --labels)."
    case .labelsNotProvided(.file(let path), let kind):
      "--labels \(path) is for pictures; labels of \(kind) stand in a column of the table: --label-column NAME."
    case .labelsNotProvided(.column(let name), let kind):
      "--label-column \(name) is for tables; labels of \(kind) stand in a file of their own: --labels FILE."
    case .changed(let path):
      "'\(path)' has changed since the run began, so that going on with it would mix two tables: put the old file back, "
        + "or start a new run."
    case .foreignListing(let kind):
      "The run is about \(kind), but its samples.json lists something else: the two files are not of one run."
    case .cacheUnusable(let path, let reason):
      "Decoded pictures cannot be kept in '\(path)': \(reason); name another folder with --cache, or leave it out."
    case .noTargetFile(let columns):
      "\(columns.map { "'\($0)'" }.joined(separator: ", ")) has to stand in a CSV with the column path: name it with "
        + "--labels FILE."
    case .planNotProvided(let plan, let kind):
      "The method wants views of the kind '\(plan)', which \(kind) do not provide; choose another with --method."
    case .noClasses(let place):
      "The method learns from classes, and no training sample has one; give them with \(place.option), or choose another "
        + "method with --method."
    case .unusable(let sentence): sentence
    }
  }
}

extension LabelPlace {
  /// How a user says it.
  var option: String {
    switch self {
    case .file: "--labels labels.csv"
    case .column(let name): "--label-column \(name ?? "NAME")"
    }
  }
}
