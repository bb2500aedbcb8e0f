import Foundation
import Layers
import Methods
import Torch

/// The state of a run between two steps, on disk.
///
/// A folder `step-00000150` with the weights, the optimiser and a cursor. It is written under another name, synced and
/// renamed, so that a name that can be read is a whole checkpoint. Tensor generators need no state: they are reseeded
/// at every step.
public struct Checkpoint: Sendable {
  /// Where the data stand: the number of steps that are done.
  public struct Cursor: Codable, Sendable, Equatable {
    public var step: Int
  }

  public let path: String
  public let cursor: Cursor

  public var model: String { path + "/model.safetensors" }
  var optimizer: String { path + "/optimizer.safetensors" }

  /// Whole checkpoints of a run, newest first.
  public static func all(in run: RunFolder) -> [Checkpoint] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: run.checkpoints)) ?? []
    return names.filter { $0.hasPrefix("step-") }.sorted(by: >).compactMap { name in
      let path = run.checkpoints + "/" + name
      guard let data = FileManager.default.contents(atPath: path + "/cursor.json"),
        let cursor = try? JSONDecoder().decode(Cursor.self, from: data)
      else { return nil }
      return Checkpoint(path: path, cursor: cursor)
    }
  }

  /// Writes a checkpoint and removes all but the last two.
  static func write(step: Int, method: any Method, optimizer: any Optimizer, in run: RunFolder) throws {
    let digits = String(step)
    let name = "step-" + String(repeating: "0", count: max(0, 8 - digits.count)) + digits
    let draft = run.checkpoints + "/draft"
    let final = run.checkpoints + "/" + name
    let manager = FileManager.default
    do {
      try? manager.removeItem(atPath: draft)
      try manager.createDirectory(atPath: draft, withIntermediateDirectories: true)
      try Safetensors.write(method.state(), to: draft + "/model.safetensors")
      try Safetensors.write(optimizer.state(), to: draft + "/optimizer.safetensors")
      try JSONEncoder().encode(Cursor(step: step)).write(to: URL(fileURLWithPath: draft + "/cursor.json"))
      synchronize(draft + "/cursor.json")
      synchronize(draft)
      try? manager.removeItem(atPath: final)
      try manager.moveItem(atPath: draft, toPath: final)
      synchronize(run.checkpoints)
    } catch let error as Safetensors.Failure {
      throw error
    } catch {
      throw RunFolder.Failure.unwritable(path: draft, reason: error.localizedDescription)
    }
    for old in all(in: run).dropFirst(2) { try? manager.removeItem(atPath: old.path) }
  }

  /// Loads the newest checkpoint of a run; nil where there is none yet.
  static func loadLatest(of run: RunFolder, into method: any Method, _ optimizer: any Optimizer) throws -> Cursor? {
    guard let latest = all(in: run).first else { return nil }
    try method.load(Safetensors.read(latest.model))
    try optimizer.load(Safetensors.read(latest.optimizer))
    return latest.cursor
  }

  private static func synchronize(_ path: String) {
    let descriptor = open(path, O_RDONLY)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }
}
