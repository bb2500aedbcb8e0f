import Backbones
import Evaluation
import Files
import Foundation
import Learning
import Planning
import Samples
import Settings
import Torch
import Training

/// Trains candidates on a common budget and keeps those that look best without labels.
///
/// Each candidate is a run of its own in the folder. After every round `selection.json` is written, so that a stopped
/// selection can be resumed.
package final class Selection {
  /// The request and the results so far.
  package struct Record: Codable, Sendable {
    package let candidates: [Candidate]
    package let minutes: Double?
    package let epochs: Int?
    package let seed: UInt64
    /// How many processes train candidates beside each other; nil for one.
    package let processes: Int?
    /// Candidates that could not begin or did not end, with reasons.
    package internal(set) var failures: [Failed] = []
    /// The comparison after each round.
    package internal(set) var rounds: [Comparison] = []
    /// A fingerprint of the samples that each candidate found at the beginning; nil of selections made before there was one.
    package internal(set) var samples: [String: UInt64]?
    /// The smallest backbone that is as good with the winner's method and projector, if several were tried.
    package internal(set) var smallest: SmallestBackbone?
  }

  package struct Failed: Codable, Sendable, Equatable {
    package let candidate: String
    package let reason: Explanation
  }

  package enum Event {
    case left(candidate: String, reason: Explanation)
    /// Counted from 1.
    case round(Int, of: Int, candidates: Int)
    case training(Candidate, TrainingProgress)
    /// The name of a candidate.
    case judging(String)
    case judged(Comparison)
  }

  package enum Failure: Error, Sendable, Explained {
    case tooFew(Int)
    case another(path: String)
    case samplesChanged(path: String)
    case unwritable(path: String, reason: String)
    case unreadable(path: String, reason: String)

    package var explanation: Explanation {
      switch self {
      case .tooFew(let count):
        """
        \(count) candidates can be trained, which leaves nothing to choose: name more \
        \(settings: ["methods", "projectors", "backbones"], "or")
        """
      case .another(let path):
        """
        \(path) holds a selection of other candidates, another budget, seed or number of processes; ask for the same to go \
        on with it, or choose another \(setting: "run") folder
        """
      case .samplesChanged(let path):
        """
        the samples are not those that the selection in \(path) began with, so that its candidates could not be compared: put \
        the files back as they were, or choose another \(setting: "run") folder
        """
      case .unwritable(let path, let reason): "cannot write \(path): \(reason)"
      case .unreadable(let path, let reason):
        "\(path) cannot be understood (\(reason)): choose another \(setting: "run") folder"
      }
    }
  }

  package private(set) var record: Record
  package let path: String
  private static let fileName = "selection.json"
  private var file: String { path + "/" + Self.fileName }
  private let catalogue: Catalogue
  private let request: RunRequest
  private let open: (RunRequest) throws -> Proposal
  private let world: World
  /// Keeps other processes from going on with the selection.
  private let hold: RunHold?

  /// Begins a selection, or resumes the one in the folder.
  ///
  /// - Parameters:
  ///   - candidates: at least two.
  ///   - request: the settings of all candidates. Its minutes are for the whole selection, its epochs for a complete
  ///     run.
  ///   - path: the folder.
  ///   - catalogue: the methods and networks that candidates may have.
  ///   - world: whose processes each train some of the candidates. Process 0 judges, and writes the folder.
  ///   - open: opens the data of a request.
  /// - Throws: `Failure.another` if the folder holds the selection of another request.
  package init(
    of candidates: [Candidate], request: RunRequest, in path: String, _ catalogue: Catalogue, by world: World = .alone,
    data open: @escaping (RunRequest) throws -> Proposal
  ) throws {
    guard candidates.count >= 2 else { throw Failure.tooFew(candidates.count) }
    self.path = path
    self.catalogue = catalogue
    self.request = request
    self.open = open
    self.world = world
    record = Record(
      candidates: candidates, minutes: request.minutes, epochs: request.epochs, seed: request.seed ?? 0,
      processes: world.size > 1 ? world.size : nil)
    guard world.isLeader else {
      hold = nil
      return
    }
    let file = path + "/" + Self.fileName
    // Held before it is read: another process may be changing it.
    let isThere = FileManager.default.fileExists(atPath: file)
    hold = try isThere ? RunFolder(path, catalogue).hold() : RunFolder(path, catalogue).claim()
    if let data = FileManager.default.contents(atPath: file) {
      do {
        let found = try JSONDecoder().decode(Record.self, from: data)
        guard
          found.candidates == candidates, found.minutes == record.minutes, found.epochs == record.epochs,
          found.seed == record.seed, found.processes == record.processes
        else { throw Failure.another(path: path) }
        record = found
      } catch let error as DecodingError {
        throw Failure.unreadable(path: file, reason: "it is not what Swiftlet writes: \(error.shortReason)")
      }
    } else {
      try save()
    }
  }

  /// Why nothing keeps other processes from going on with the selection, if that is so: one sentence.
  package var holdProblem: String? { hold?.problem }

  /// Whether earlier rounds were found.
  package var isResumed: Bool { !record.rounds.isEmpty }

  /// What process 0 says of a round before it begins.
  private struct Round: Codable {
    let candidates: [Candidate]
    let failures: [Failed]
    let samples: [String: UInt64]?
  }

  /// What a process says of its candidates after a round.
  private struct Share: Codable {
    let failures: [Failed]
    let wasStopped: Bool
  }

  /// Trains and judges candidates until the last round.
  ///
  /// - Parameter shouldStop: called before every step; true saves a checkpoint and returns.
  /// - Returns: the last comparison, or nil if the selection was stopped.
  package func run(report: (Event) throws -> Void = { _ in }, shouldStop: () -> Bool = { false }) throws -> Comparison?
  {
    var active = try world.decided { try record.candidates.filter { try begins($0, report) } }
    guard active.count >= 2 else { throw Failure.tooFew(active.count) }
    let halving = Halving(active.count, processes: world.size)
    for (round, (count, share)) in zip(halving.counts, halving.shares).enumerated() {
      let next = try world.decided {
        if round > 0 { active = survivors(of: active, after: record.rounds[round - 1], count: count) }
        return round < record.rounds.count
          ? nil : Round(candidates: active, failures: record.failures, samples: record.samples)
      }
      guard let next else { continue }
      try report(.round(round + 1, of: halving.counts.count, candidates: next.candidates.count))
      guard try train(next, toShare: share, halving, report, shouldStop) else { return nil }
      record.rounds += try world.decided {
        let left = next.candidates.filter { !hasFailed($0) }
        guard !left.isEmpty else { throw Failure.tooFew(0) }
        return [try Comparison(of: left.map { ($0.name, folder(of: $0)) }) { try report(.judging($0)) }]
      }
      try save()
      if let comparison = record.rounds.last { try report(.judged(comparison)) }
    }
    if world.isLeader { record.smallest = SmallestBackbone(in: record) }
    try save()
    return try world.decided { record.rounds.last }
  }

  /// Trains the candidates of a round, each in one of the processes.
  ///
  /// - Returns: false if any process was stopped.
  private func train(
    _ round: Round, toShare share: Double, _ halving: Halving, _ report: (Event) throws -> Void,
    _ shouldStop: () -> Bool
  ) throws -> Bool {
    (record.failures, record.samples) = (round.failures, round.samples)
    var wasStopped = false
    for (place, candidate) in round.candidates.enumerated() where place % world.size == world.rank && !wasStopped {
      wasStopped = try !train(candidate, toShare: share, halving, report, shouldStop)
    }
    let own = Array(record.failures.dropFirst(round.failures.count))
    let shares = try world.joined([Share(failures: own, wasStopped: wasStopped)])
    record.failures = round.failures + shares.flatMap(\.failures)
    try save()
    for failure in record.failures.dropFirst(round.failures.count) where !own.contains(failure) {
      try report(.left(candidate: failure.candidate, reason: failure.reason))
    }
    return !shares.contains(where: \.wasStopped)
  }

  private func hasFailed(_ candidate: Candidate) -> Bool { record.failures.contains { $0.candidate == candidate.name } }

  private func folder(of candidate: Candidate) -> RunFolder { RunFolder("\(path)/\(candidate.slug)", catalogue) }

  /// Whether the data suit the candidate; checked for all candidates before the first is trained.
  private func begins(_ candidate: Candidate, _ report: (Event) throws -> Void) throws -> Bool {
    // A candidate that failed during training took part in the first round, whose size must stay the same.
    if hasFailed(candidate) { return FileManager.default.fileExists(atPath: folder(of: candidate).path) }
    do {
      let proposal = try open(candidate.apply(to: request))
      // Said before anything is trained: nothing of a single group could be judged.
      if let groups = proposal.data.groups, let group = groups.only(of: proposal.training) {
        throw EvaluationError.oneGroup(groups.shortNames([group]).first)
      }
      if record.samples?[candidate.name] == nil {
        record.samples = (record.samples ?? [:]).merging([candidate.name: Self.fingerprint(of: proposal.data)]) { $1 }
        try save()
      }
      return true
    } catch let refusal as Refusal {
      try leave(candidate, refusal.explanation, report)
      return false
    } catch let error as DatasetError {
      guard case .planNotProvided = error else { throw error }
      try leave(candidate, error.explanation, report)
      return false
    }
  }

  /// Of the names of the samples and, as far as their list says, of what they hold.
  private static func fingerprint(of data: any SampleCollection) -> UInt64 {
    let contents = data.listing(of: Array(data.names.indices)).contents ?? 0
    return data.names.reduce(contents) { sum, name in Samples.fingerprint(of: Array(name.utf8) + [0], after: sum) }
  }

  private func leave(_ candidate: Candidate, _ reason: Explanation, _ report: (Event) throws -> Void) throws {
    record.failures.append(Failed(candidate: candidate.name, reason: reason))
    try save()
    try report(.left(candidate: candidate.name, reason: reason))
  }

  /// The best candidates of a judged round.
  private func survivors(of active: [Candidate], after round: Comparison, count: Int) -> [Candidate] {
    let best = Set(round.contenders.prefix(count).map(\.name))
    return active.filter { best.contains($0.name) }
  }

  /// - Returns: false if it was stopped.
  private func train(
    _ candidate: Candidate, toShare share: Double, _ halving: Halving, _ report: (Event) throws -> Void,
    _ shouldStop: () -> Bool
  ) throws -> Bool {
    if hasFailed(candidate) { return true }
    let run: Pretraining
    let folder = folder(of: candidate)
    do {
      if FileManager.default.fileExists(atPath: folder.configuration) {
        run = try Pretraining(resuming: folder)
      } else {
        var own = candidate.apply(to: request)
        own.minutes = request.minutes.map(halving.minutesOfOne)
        let proposal = try open(own)
        guard record.samples?[candidate.name] == Self.fingerprint(of: proposal.data) else {
          throw Failure.samplesChanged(path: path)
        }
        run = try Pretraining(
          of: proposal.data, training: proposal.training, heldOut: proposal.heldOut,
          configuration: own.configuration(for: proposal), in: folder)
      }
      let end = max(1, Int((share * Double(run.configuration.schedule.totalSteps)).rounded()))
      _ = try run.train(
        report: { try report(.training(candidate, $0)) },
        shouldStop: { run.step >= end || shouldStop() || isAbandoned() })
      // Nobody waits for a process that is gone.
      try world.look()
      if run.step < end, shouldStop() { return false }
    } catch let refusal as Refusal {
      try leave(candidate, refusal.explanation, report)
    } catch let failure as Pretraining.Failure {
      guard case .diverged = failure else { throw failure }
      try leave(candidate, failure.explanation, report)
    }
    return true
  }

  /// Whether another process is gone.
  private func isAbandoned() -> Bool { (try? world.look()) == nil }

  /// Process 0 does.
  private func save() throws {
    guard world.isLeader else { return }
    do {
      let data = try RunConfiguration.encoder.encode(record)
      try writeFile(data, to: file)
    } catch {
      throw Failure.unwritable(path: file, reason: systemReason(of: error))
    }
  }
}

extension DecodingError {
  fileprivate var shortReason: String {
    switch self {
    case .keyNotFound(let key, _): "'\(key.stringValue)' is missing"
    default: "it is damaged"
    }
  }
}
