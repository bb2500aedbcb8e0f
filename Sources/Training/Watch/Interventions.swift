import Files
import Foundation

/// Where a run was taken back, and at which learning rate it went on: part of what decides the run from then on.
struct Interventions {
  struct Entry: Codable, Equatable {
    /// The step it was taken back to; 0 is the beginning.
    var step: Int
    /// What the learning rate is multiplied with from there.
    var learningRateFactor: Double
    var alarm: Alarm
  }

  /// How often a run is taken back before it is given up.
  static let most = 3

  /// Nil in a process that does not write.
  private let path: String?
  private(set) var entries: [Entry]

  /// - Throws: `RunFolder.Failure` where they cannot be read.
  ///
  /// - Parameter folder: nil for none.
  init(of folder: RunFolder?) throws(RunFolder.Failure) {
    path = folder?.interventions
    guard let path else {
      entries = []
      return
    }
    let data = try RunFolder.contents(of: path) ?? Data()
    // A last line without its end was being written when the run was killed, so that the run had not been taken back yet.
    let lines = data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).dropLast()
    var entries: [Entry] = []
    for line in lines where !line.isEmpty {
      guard let entry = try? JSONDecoder().decode(Entry.self, from: line) else {
        throw .malformed(path: path, reason: "line \(entries.count + 1) is not what Swiftlet writes")
      }
      entries.append(entry)
    }
    self.entries = entries
  }

  var learningRateFactor: Double { entries.last?.learningRateFactor ?? 1 }

  /// Half the learning rate from `step` on.
  mutating func add(step: Int, alarm: Alarm) throws {
    guard let path else { return }
    let all = entries + [Entry(step: step, learningRateFactor: learningRateFactor / 2, alarm: alarm)]
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var data = Data()
    for entry in all { data += try encoder.encode(entry) + Data("\n".utf8) }
    do throws(FileFailure) {
      // Written whole, for it decides what the run computes from here on.
      try writeFile(data, to: path)
    } catch {
      throw RunFolder.Failure(error)
    }
    entries = all
  }
}
