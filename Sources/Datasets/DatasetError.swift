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
  /// A method wants views that this kind of data does not have.
  case planNotProvided(plan: String, kind: String)

  /// One sentence for a person.
  public var description: String {
    switch self {
    case .noSuchFile(let path): "There is no file or folder '\(path)'."
    case .nothingFound(let places, let lookedFor):
      "There is no data in \(places.map { "'\($0)'" }.joined(separator: ", ")): looked for \(lookedFor), also in "
        + "subfolders."
    case .noneReadable(let count, let lookedFor, let first):
      "None of the \(count) candidates (\(lookedFor)) can be read: "
        + first.map { "\($0.name): \($0.reason)" }.joined(separator: "; ") + "."
    case .tooFewSamples(let count, let lookedFor):
      "Only \(count) sample\(count == 1 ? "" : "s") (\(lookedFor)) can be read, and at least 2 are needed."
    case .tooFewOfAKind(let count, let first):
      "Only \(count) sample\(count == 1 ? "" : "s") of one kind can be used, and at least 2 are needed: "
        + first.map { "\($0.name): \($0.reason)" }.joined(separator: "; ") + "."
    case .labels(let error): error.description
    case .planNotProvided(let plan, let kind):
      "The method wants views of the kind '\(plan)', which \(kind) do not provide; choose another with --method."
    }
  }
}
