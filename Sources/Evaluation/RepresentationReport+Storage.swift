import Foundation
import Training

extension RepresentationReport {
  /// Writes it into the run as its latest judgement; the file is whole or as before.
  public func keep(in run: RunFolder) throws(RunFolder.Failure) {
    do {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      try encoder.encode(self).write(to: URL(fileURLWithPath: run.evaluation), options: .atomic)
    } catch {
      throw .unwritable(path: run.evaluation, reason: error.localizedDescription)
    }
  }

  /// The latest judgement of a run; nil where there is none.
  public static func kept(in run: RunFolder) throws(RunFolder.Failure) -> RepresentationReport? {
    guard let data = FileManager.default.contents(atPath: run.evaluation) else { return nil }
    do {
      return try JSONDecoder().decode(Self.self, from: data)
    } catch {
      throw .unreadable(path: run.evaluation, reason: "it was made by another version; evaluate the run again")
    }
  }
}
