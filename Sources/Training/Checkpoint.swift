import CLibZ
import Files
import Foundation
import Layers
import Learning
import Optimizers
import Torch

/// The state of a run between two steps, on disk.
///
/// A folder `step-00000150` with the weights, the optimiser and a cursor. It is written under another name, synced and
/// renamed, so that a name that can be read is a whole checkpoint; the cursor holds checksums, so that bytes that
/// changed since are noticed. Tensor generators need no state: they are reseeded at every step.
public struct Checkpoint: Sendable {
  /// Where the data stand, and what the files must hold.
  package struct Cursor: Codable, Sendable, Equatable {
    /// The number of steps that are done.
    package var step: Int
    /// CRC-32 of each file by its name; nil in checkpoints of Swiftlet before there were checksums.
    package var checksums: [String: UInt32]?
    /// The loss on held-out samples after this step; nil if it was not measured just then.
    package var heldOutLoss: Float?
  }

  /// Why a checkpoint cannot be used.
  public struct Damage: Error, Sendable, CustomStringConvertible {
    package let step: Int
    package let reason: String
    public var description: String { "the checkpoint after step \(step) is damaged (\(reason))" }
  }

  package let path: String
  /// The number of steps that are done, as its name says.
  package let step: Int

  package var model: String { path + "/" + Self.modelName }
  var optimizer: String { path + "/" + Self.optimizerName }
  private var cursor: String { path + "/" + Self.cursorName }

  private static let modelName = "model.safetensors"
  private static let optimizerName = "optimizer.safetensors"
  private static let cursorName = "cursor.json"
  private static let prefix = "step-"

  /// The checkpoints of a run, newest first; whether they are sound is not looked at.
  package static func all(in run: RunFolder) -> [Checkpoint] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: run.checkpoints)) ?? []
    return names.compactMap { name in
      guard name.hasPrefix(prefix), let step = Int(name.dropFirst(prefix.count)), step >= 0 else { return nil }
      return Checkpoint(path: run.checkpoints + "/" + name, step: step)
    }.sorted { $0.step > $1.step }
  }

  // MARK: Writing

  /// Writes a checkpoint and removes all but the last two and the best. Where it cannot be written, those before it stay as
  /// they are.
  ///
  /// - Parameters:
  ///   - heldOutLoss: on samples that are held out, after this step.
  ///   - returnPoints: those that may still be needed stay as well.
  static func write(
    step: Int, method: any Method, optimizer: any Optimizer, heldOutLoss: Float? = nil,
    returnPoints: ReturnPoints? = nil, in run: RunFolder
  ) throws {
    let digits = String(step)
    let name = prefix + String(repeating: "0", count: max(0, 8 - digits.count)) + digits
    let final = Checkpoint(path: run.checkpoints + "/" + name, step: step)
    try run.checkCheckpointsAreItsOwn()
    removeAbandonedDrafts(in: run.checkpoints, former: "draft")
    do {
      // Half a checkpoint goes with its draft: it must not fill the disk that the next one needs.
      let place = try FolderDraft(for: final.path)
      let draft = Checkpoint(path: place.draftPath, step: step)
      try Safetensors.write(method.state(), to: draft.model)
      try Safetensors.write(optimizer.state(), to: draft.optimizer)
      let cursor = Cursor(
        step: step,
        checksums: [
          modelName: try checksum(ofFile: draft.model), optimizerName: try checksum(ofFile: draft.optimizer),
        ], heldOutLoss: heldOutLoss)
      // A run that is stopped where it has just saved has this one already; there is no moment without it.
      if !final.isSound(cursor) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        try writeNewFile(encoder.encode(cursor), to: draft.cursor)
        final.remove()
        try place.publish()
      }
    } catch let failure as FileFailure {
      throw RunFolder.Failure.unwritable(path: final.path, reason: failure.reason)
    } catch Safetensors.Failure.unwritable(_, let reason) {
      throw RunFolder.Failure.unwritable(path: final.path, reason: reason)
    } catch let error where !(error is RunFolder.Failure || error is TorchError || error is Safetensors.Failure) {
      throw RunFolder.Failure.unwritable(path: final.path, reason: systemReason(of: error))
    }
    // Later ones are of a future that a damaged checkpoint took back.
    let past = all(in: run).filter { $0.step <= step }
    let kept = past.prefix(2).map(\.step) + byHeldOutLoss(past).prefix(1).map(\.step)
    for old in all(in: run) where !kept.contains(old.step) && returnPoints?.keeps(old.step, at: step) != true {
      old.remove()
    }
  }

  /// Whole or not at all, like everything here.
  func remove() { removeFolder(path) }

  // MARK: Reading

  /// Uses the first of some checkpoints that is sound; nil where there are none.
  ///
  /// - Parameters:
  ///   - checkpoints: of the run, the preferred first.
  ///   - run: whose they are.
  /// - Returns: with what was found damaged on the way.
  /// - Throws: `RunFolder.Failure.noSoundCheckpoint`, where `load` changes nothing that is used then.
  static func firstSound<Result>(
    of checkpoints: [Checkpoint], in run: RunFolder, load: (Checkpoint) throws -> Result
  ) throws -> (result: Result, damaged: [Damage])? {
    var damaged: [Damage] = []
    for checkpoint in checkpoints {
      do {
        try checkpoint.verify()
        return (try load(checkpoint), damaged)
      } catch let error as TorchError {
        // Its bytes are sound: what lacks is memory, and an older checkpoint needs as much.
        throw error
      } catch {
        damaged.append((error as? Damage) ?? Damage(step: checkpoint.step, reason: "\(error)"))
      }
    }
    if damaged.isEmpty { return nil }
    throw RunFolder.Failure.noSoundCheckpoint(path: run.path, damaged: damaged)
  }

  /// Loads the newest sound checkpoint of a run; nil where there is none yet.
  static func loadLatest(
    of run: RunFolder, into method: any Method, _ optimizer: any Optimizer
  ) throws -> (step: Int, damaged: [Damage])? {
    try firstSound(of: all(in: run), in: run) { checkpoint in
      try method.load(Safetensors.read(checkpoint.model))
      try optimizer.load(Safetensors.read(checkpoint.optimizer))
      return checkpoint.step
    }.map { ($0.result, $0.damaged) }
  }

  /// The loss on held-out samples that was measured just before it was written; nil if none was.
  package var heldOutLoss: Float? { readCursor()?.heldOutLoss }

  private func readCursor() -> Cursor? {
    FileManager.default.contents(atPath: cursor).flatMap { try? JSONDecoder().decode(Cursor.self, from: $0) }
  }

  /// Whether it is there, holds the same as another with this cursor, and is not damaged.
  private func isSound(_ other: Cursor) -> Bool {
    guard readCursor() == other else { return false }
    return (try? verify()) != nil
  }

  /// Reads every file once and compares it with its checksum.
  private func verify() throws(Damage) {
    guard let cursor = readCursor(), cursor.step == step else {
      throw Damage(step: step, reason: "\(Self.cursorName) cannot be read")
    }
    for (name, expected) in (cursor.checksums ?? [:]).sorted(by: { $0.key < $1.key }) {
      guard let found = try? Self.checksum(ofFile: path + "/" + name) else {
        throw Damage(step: step, reason: "\(name) cannot be read")
      }
      guard found == expected else { throw Damage(step: step, reason: "\(name) no longer holds what was written") }
    }
  }

  package static func checksum(ofFile path: String) throws(FileFailure) -> UInt32 {
    var sum: UInt32 = 0
    do throws(SystemCall.Failure) {
      try SystemCall.read(path) { sum = checksum(of: $0, after: sum) }
    } catch {
      throw FileFailure(path: path, reason: error.reason)
    }
    return sum
  }

  /// CRC-32 of bytes that come behind others, whose checksum is given.
  package static func checksum(of bytes: UnsafeRawBufferPointer, after others: UInt32 = 0) -> UInt32 {
    UInt32(truncatingIfNeeded: crc32_z(UInt(others), bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count))
  }
}
