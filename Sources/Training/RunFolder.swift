import Files
import Foundation
import Learning
import Samples
import Settings
import Torch

/// The folder that a run lives in: configuration, samples, logs and checkpoints.
///
///     configuration.json   what decides the run
///     samples.json         the samples it trains on, in order; it has paths, and stays on the machine
///     private-key.csv      the files behind names such as "patient 3, slice 41"; it stays on the machine
///     metrics.jsonl        one line a step, without clock values
///     timing.jsonl         the clock values
///     skipped.jsonl        what could not be read, and why
///     alarms.jsonl         what went wrong, if anything
///     similarities.jsonl   similarities among samples, of a run that ends when its representation has settled
///     interventions.jsonl  where the run was taken back for it, if ever
///     checkpoints/         the last two states, and that with the lowest loss on held-out samples
///     profile.json         where the time of its steps went, where that was asked
///     evaluation.json      the last judgement of `swiftlet evaluate`, once there is one
///     initial.safetensors  what the network began with, where that was not random
///     curve.json           the last label-efficiency curve of `swiftlet curve`, once there is one
///     curve-draft.jsonl    what one that is being made has measured so far
///     run.lock, curve.lock the process that writes to the run, or makes a curve (see `RunHold`)
///
/// A fine-tuned one has, instead of checkpoints:
///
///     finetuning.json      what it predicts, and how it learned that
///     tuned.safetensors    backbone and head
public struct RunFolder: Sendable {
  public let path: String
  /// The kinds of data, methods and networks that its run may be of.
  public let catalogue: Catalogue
  /// Threads that this process computes with, instead of as many as the run recorded; nil for those.
  public var computeThreads: Int?
  /// Which checkpoint is used after training; nil for the last, or the best of a run that was stopped because it began to
  /// learn its samples by heart.
  public var checkpoint: CheckpointChoice?

  public init(_ path: String, _ catalogue: Catalogue) {
    self.path = Self.withoutTrailingSlashes(path)
    self.catalogue = catalogue
  }

  private static func withoutTrailingSlashes(_ path: String) -> String {
    guard let end = path.utf8.lastIndex(where: { $0 != UInt8(ascii: "/") }) else { return path.isEmpty ? path : "/" }
    return String(path[...end])
  }

  public var configuration: String { path + "/configuration.json" }
  public var samples: String { path + "/samples.json" }
  /// Which file stands behind the name of each sample, where names of files must not be seen. It stays on this machine.
  public var key: String { path + "/private-key.csv" }
  public var metrics: String { path + "/metrics.jsonl" }
  public var timing: String { path + "/timing.jsonl" }
  public var skipped: String { path + "/skipped.jsonl" }
  public var alarms: String { path + "/alarms.jsonl" }
  public var similarities: String { path + "/similarities.jsonl" }
  public var interventions: String { path + "/interventions.jsonl" }
  public var checkpoints: String { path + "/checkpoints" }
  public var profile: String { path + "/profile.json" }
  public var evaluation: String { path + "/evaluation.json" }
  /// The weights that the network began with, where they were not random.
  public var initial: String { path + "/initial.safetensors" }
  public var curve: String { path + "/curve.json" }
  package var curveDraft: String { path + "/curve-draft.jsonl" }
  public var fineTuning: String { path + "/finetuning.json" }
  public var tuned: String { path + "/tuned.safetensors" }

  /// The run that a place lies in, however deep; nil where there is none.
  ///
  /// - Parameter place: an absolute path without links.
  package static func enclosing(_ place: String, _ catalogue: Catalogue) -> RunFolder? {
    var folder = place
    while true {
      let run = RunFolder(folder, catalogue)
      if FileIdentity(run.configuration) != nil, FileIdentity(run.samples) != nil { return run }
      if folder == "/" || folder.isEmpty { return nil }
      folder = URL(fileURLWithPath: folder).deletingLastPathComponent().path
    }
  }

  /// Whether it holds a model that was fine-tuned, and not a run that learns without labels.
  public var isFineTuned: Bool { FileManager.default.fileExists(atPath: fineTuning) }

  /// The weights of a fine-tuned model whose names begin with `prefix`, which is taken off.
  ///
  /// - Throws: `Safetensors.Failure` where they cannot be read.
  public func tunedState(under prefix: String) throws -> [String: Tensor] {
    var state: [String: Tensor] = [:]
    for (name, tensor) in try Safetensors.read(tuned) where name.hasPrefix(prefix) {
      state[String(name.dropFirst(prefix.count))] = tensor
    }
    return state
  }

  /// Replaces the configuration of a run that has not begun, whole or not at all.
  func record(_ configuration: RunConfiguration) throws(Failure) { try record(configuration, as: self.configuration) }

  func record(_ profile: StepProfile) throws(Failure) { try record(profile, as: self.profile) }

  /// Writes one of the run's files anew: whole, or as it was before.
  package func record(_ value: some Encodable, as path: String) throws(Failure) {
    do {
      try writeFile(RunConfiguration.encoder.encode(value), to: path)
    } catch {
      throw .unwritable(path: path, reason: systemReason(of: error))
    }
  }

  /// What was recorded last; nil where nothing was.
  ///
  /// - Parameter remedy: how to have it anew, where another version wrote it.
  package func recorded<Value: Decodable>(
    _: Value.Type, in path: String, remedy: String
  ) throws(Failure) -> Value? {
    guard let data = FileManager.default.contents(atPath: path) else { return nil }
    do {
      return try Self.validated(JSONDecoder().decode(Value.self, from: data))
    } catch let error as SettingError {
      throw .malformed(path: path, reason: "\(error); \(remedy)")
    } catch {
      throw .unreadable(path: path, reason: "it was made by another version; \(remedy)")
    }
  }

  public func open() throws(Failure) -> (configuration: RunConfiguration, samples: SampleListing) {
    let configuration = try openConfiguration()
    let samples = try Self.read(samples) { data in
      try configuration.data.listing(from: data, with: catalogue.decoder)
    }
    return (configuration, samples.findingLabels(of: path))
  }

  /// The same without the samples, whose list may be long.
  package func openConfiguration() throws(Failure) -> RunConfiguration {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw .notARun(path: path, reason: "there is no such folder")
    }
    guard isFolder.boolValue else { throw .notARun(path: path, reason: "it is a file; a run is a folder") }
    guard FileManager.default.fileExists(atPath: configuration) else {
      throw .notARun(path: path, reason: "it holds no configuration.json")
    }
    var opened = try RunConfiguration(readFrom: configuration, catalogue)
    if let computeThreads { opened.compute(with: computeThreads) }
    return opened
  }
}

extension RunConfiguration {
  /// Changes the number of threads. On a processor, as many prepare the samples: fewer would stall some of them.
  mutating func compute(with threads: Int) {
    computeThreads = threads
    if device == .cpu { loaderThreads = threads }
  }

  /// Threads of each process if another number of processes computes; nil if as many do.
  package func threads(for processes: Int) -> Int? {
    let former = self.processes ?? 1
    return former == processes ? nil : max(1, min(1024, computeThreads * former / processes))
  }

  /// Reads the `configuration.json` of a run.
  public init(readFrom path: String, _ catalogue: Catalogue) throws(RunFolder.Failure) {
    self = try RunFolder.read(path) { try catalogue.decoder.decode(RunConfiguration.self, from: $0) }
  }
}

extension RunFolder {
  package static func decode<Value: Decodable>(_: Value.Type, from path: String) throws(Failure) -> Value {
    try read(path) { try JSONDecoder().decode(Value.self, from: $0) }
  }

  /// - Parameter decode: what it throws is explained as a fault of the file.
  fileprivate static func read<Value>(_ path: String, decode: (Data) throws -> Value) throws(Failure) -> Value {
    guard let data = try contents(of: path) else {
      throw .unreadable(path: path, reason: "there is no such file")
    }
    do {
      return try validated(decode(data))
    } catch {
      let version = try? JSONDecoder().decode(Version.self, from: data).version
      if let version, version != swiftletVersion {
        throw .madeByAnotherVersion(path: path, version: version, reason: explain(error))
      }
      throw .malformed(path: path, reason: explain(error))
    }
  }

  /// The bytes of one of a run's files; nil if there is none. One that cannot be read is not taken for absent: what is
  /// written next might take its place.
  package static func contents(of path: String) throws(Failure) -> Data? {
    var data = Data()
    do throws(SystemCall.Failure) {
      try SystemCall.read(path) { data.append(contentsOf: $0) }
    } catch {
      if error.number == ENOENT { return nil }
      throw .unreadable(path: path, reason: error.reason)
    }
    return data
  }

  /// The lines of a log that can be read: the last may be unfinished, for the run may be going on. None where there is no log.
  package static func readableLines<Line: Decodable>(of _: Line.Type, in path: String) -> [Line] {
    let decoder = JSONDecoder()
    return (FileManager.default.contents(atPath: path) ?? Data()).split(separator: UInt8(ascii: "\n"))
      .compactMap { try? decoder.decode(Line.self, from: $0) }
  }

  /// What was read may have been changed by hand: where its type knows which values make sense, they are looked at.
  private static func validated<Value>(_ value: Value) throws(SettingError) -> Value {
    try (value as? any Validated)?.validate()
    return value
  }

  private struct Version: Decodable { let version: String }

  private static func explain(_ error: any Error) -> String {
    switch error {
    case let error as SettingError: error.description
    case DecodingError.keyNotFound(let key, _): "'\(key.stringValue)' is missing"
    case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context),
      DecodingError.dataCorrupted(let context):
      // An error without a position means that the text as a whole is no JSON; Foundation's message for that does not help.
      context.codingPath.isEmpty
        ? "it is not the JSON that Swiftlet writes"
        : "'" + context.codingPath.map(\.stringValue).joined(separator: ".") + "': " + context.debugDescription
    default: systemReason(of: error)
    }
  }
}
