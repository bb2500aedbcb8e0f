import Files
import Learning
import Settings

extension RunFolder {
  /// What is wrong with a folder as the place of a run, or with what is in it.
  public enum Failure: Error, Sendable, Explained {
    case exists(path: String)
    /// Something that is no run lies where one was to be.
    case occupied(path: String, by: String)
    /// Another process writes to it; with its number, where that is known.
    case inUse(path: String, process: Int?)
    /// These folders or files no longer hold any of the samples that the run lists.
    case dataMoved(run: String, count: Int, plural: String, places: [String])
    /// The file of labels that the run records is gone.
    case labelsMoved(run: String, file: String)
    /// A place of labels was given for a run that has none in a file.
    case noLabelsFile(run: String)
    case notARun(path: String, reason: String)
    case unreadable(path: String, reason: String)
    case malformed(path: String, reason: String)
    case unwritable(path: String, reason: String)
    case madeByAnotherVersion(path: String, version: String, reason: String)
    case noCheckpoint(path: String)
    /// The best was asked for, and no loss on held-out samples tells which that is.
    case noBestCheckpoint(path: String)
    /// What is to go on, or to be compared by its checkpoints, has none to come.
    case fineTuned(path: String)
    /// A model that predicts was wanted; with where labels of its kind of data are.
    case notFineTuned(path: String, labels: LabelPlace)
    /// Every checkpoint is damaged.
    case noSoundCheckpoint(path: String, damaged: [Checkpoint.Damage])

    init(_ failure: FileFailure) { self = .unwritable(path: failure.path, reason: failure.reason) }

    public var explanation: Explanation {
      switch self {
      case .exists(let path):
        "\(path) is a run already; go on with it\(by: .resume(run: path)) or choose another folder"
      case .occupied(let path, let what): "\(path) \(what); choose another folder"
      case .inUse(let path, let process):
        """
        \(path) is in use: \(process.map { "the process \($0)" } ?? "another process") writes to it; wait until it has \
        ended, or choose another folder
        """
      case .dataMoved(let run, let count, let plural, let places):
        """
        the \(count) \(plural) of \(run) are not where they were: \(places.map { "'\($0)'" }.joined(separator: ", ")) \
        \(places.count == 1 ? "is" : "are") gone or hold\(places.count == 1 ? "s" : "") none of them; bring them back, \
        or say where they are now\(by: .moveData(run: run))
        """
      case .labelsMoved(let run, let file):
        "the labels of \(run) are not where they were, in '\(file)'; bring the file back, or say where it is now\(by: .moveLabels(run: run))"
      case .noLabelsFile(let run):
        "\(run) has no labels in a file of their own, so that no other place of them can be recorded; leave the file out"
      case .notARun(let path, let reason): "\(path) is not a run of Swiftlet: \(reason)"
      case .unreadable(let path, let reason): "cannot read \(path): \(reason)"
      case .malformed(let path, let reason): "\(path) cannot be understood, perhaps it was changed by hand: \(reason)"
      case .unwritable(let path, let reason): "cannot write \(path): \(reason)"
      case .madeByAnotherVersion(let path, let version, let reason):
        """
        \(path) was made by Swiftlet \(version), and this is \(swiftletVersion): \(reason); use that version, or \
        start a new run
        """
      case .noCheckpoint(let path):
        "\(path) has no checkpoint yet; go on with it first\(by: .resume(run: path))"
      case .noBestCheckpoint(let path):
        """
        \(path) has no best checkpoint: of none is the loss on held-out samples known; leave \(setting: "checkpoint") out to \
        use the last
        """
      case .fineTuned(let path):
        """
        \(path) was fine-tuned with labels and has come to its end; to learn on, fine-tune it \
        again\(by: .fineTune(run: path))
        """
      case .notFineTuned(let path, let labels):
        """
        \(path) has learned without labels, so it cannot predict anything yet: give \
        labels\(by: .giveLabels(labels)), or fine-tune a model first\(by: .fineTune(run: path))
        """
      case .noSoundCheckpoint(let path, let damaged):
        """
        no checkpoint of \(path) can be used: \(damaged.map(\.description).joined(separator: "; ")); bring one back \
        from a copy, or remove \(path)/checkpoints to train again from the beginning
        """
      }
    }
  }
}
