import Datasets
import Foundation

/// The folder that a run lives in: configuration, samples, logs and checkpoints.
///
///     configuration.json   what decides the run
///     samples.json         the samples it trains on, in order
///     metrics.jsonl        one line a step, without clock values
///     timing.jsonl         the clock values
///     skipped.jsonl        what could not be read, and why
///     checkpoints/         the last two states
///     evaluation.json      the last judgement of `swiftlet evaluate`, once there is one
public struct RunFolder: Sendable {
  public let path: String

  public init(_ path: String) { self.path = path }

  public var configuration: String { path + "/configuration.json" }
  public var samples: String { path + "/samples.json" }
  public var metrics: String { path + "/metrics.jsonl" }
  public var timing: String { path + "/timing.jsonl" }
  public var skipped: String { path + "/skipped.jsonl" }
  public var checkpoints: String { path + "/checkpoints" }
  public var evaluation: String { path + "/evaluation.json" }

  public enum Failure: Error, Sendable, CustomStringConvertible {
    case exists(path: String)
    case notARun(path: String, reason: String)
    case unwritable(path: String, reason: String)
    case madeByAnotherVersion(path: String, reason: String)

    public var description: String {
      switch self {
      case .exists(let path):
        "\(path) exists already; go on with it (swiftlet resume \(path)) or choose another with --run"
      case .notARun(let path, let reason): "\(path) is not a run of Swiftlet: \(reason)"
      case .unwritable(let path, let reason): "cannot write to \(path): \(reason)"
      case .madeByAnotherVersion(let path, let reason):
        "\(path) cannot be read, perhaps it was made by another version of Swiftlet: \(reason)"
      }
    }
  }

  /// Makes the folder with its configuration; it appears whole or not at all.
  ///
  /// - Throws: `Failure.exists` where there is one already that is not empty.
  public func create(_ configuration: RunConfiguration, samples: SampleListing, skipped: [SampleError]) throws {
    let manager = FileManager.default
    var isFolder: ObjCBool = false
    if manager.fileExists(atPath: path, isDirectory: &isFolder) {
      let contents = (try? manager.contentsOfDirectory(atPath: path)) ?? ["?"]
      guard isFolder.boolValue, contents.isEmpty else { throw Failure.exists(path: path) }
    }
    // Made beside its place and renamed, so that a kill leaves a whole run or none.
    let draft = RunFolder(path + ".draft-\(ProcessInfo.processInfo.processIdentifier)")
    do {
      try? manager.removeItem(atPath: draft.path)
      try manager.createDirectory(atPath: draft.checkpoints, withIntermediateDirectories: true)
      let encoder = RunConfiguration.encoder
      try encoder.encode(samples).write(to: URL(fileURLWithPath: draft.samples))
      try encoder.encode(configuration).write(to: URL(fileURLWithPath: draft.configuration))
      try Data().write(to: URL(fileURLWithPath: draft.metrics))
      try Data().write(to: URL(fileURLWithPath: draft.timing))
      let log = try LineLog(draft.skipped)
      for sample in skipped { try log.append(sample) }
      if manager.fileExists(atPath: path) { try manager.removeItem(atPath: path) }
      try manager.moveItem(atPath: draft.path, toPath: path)
    } catch {
      try? manager.removeItem(atPath: draft.path)
      throw Failure.unwritable(path: path, reason: error.localizedDescription)
    }
  }

  public func open() throws(Failure) -> (configuration: RunConfiguration, samples: SampleListing) {
    guard FileManager.default.fileExists(atPath: path) else {
      throw Failure.notARun(path: path, reason: "there is no such folder")
    }
    guard let configuration = FileManager.default.contents(atPath: configuration),
      let samples = FileManager.default.contents(atPath: samples)
    else { throw Failure.notARun(path: path, reason: "it holds no configuration.json and samples.json") }
    do {
      return (
        try JSONDecoder().decode(RunConfiguration.self, from: configuration),
        try JSONDecoder().decode(SampleListing.self, from: samples)
      )
    } catch {
      throw Failure.madeByAnotherVersion(path: path, reason: Self.explain(error))
    }
  }

  private static func explain(_ error: any Error) -> String {
    switch error {
    case DecodingError.keyNotFound(let key, _): "'\(key.stringValue)' is missing"
    case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context),
      DecodingError.dataCorrupted(let context):
      context.codingPath.map(\.stringValue).joined(separator: ".") + ": " + context.debugDescription
    default: error.localizedDescription
    }
  }
}
