import Files
import Foundation
import Learning
import Measures
import Samples
import Settings
import Training

/// What a curve has measured so far: it lies in the run's folder until the curve is whole, so that one that was stopped goes
/// on where it was.
final class LabelCurveJournal {
  /// What has to be the same for a measurement to count again.
  struct Terms: Codable, Equatable {
    var version = swiftletVersion
    /// The step of the run.
    let step: Int?
    /// The fingerprint of names, targets and parts of all samples.
    let samples: UInt64
    /// `SampleCollection.contents`.
    let contents: UInt64?
    let learningRates: [Double]
    let epochs: Int?
    /// Draws of labels; the first one's are chosen by.
    let firstSeed: UInt64

    /// What distinguishes them, as the subject of "changed".
    func difference(from other: Terms) -> String {
      var parts: [String] = []
      if samples != other.samples { parts.append("the samples or their labels") }
      if contents != other.contents { parts.append("what the samples hold") }
      if step != other.step { parts.append("the run's checkpoint") }
      if learningRates != other.learningRates || epochs != other.epochs || firstSeed != other.firstSeed {
        parts.append("the options")
      }
      if version != other.version { parts.append("the version of the program") }
      let text = listed(parts, limit: parts.count)
      return text.prefix(1).uppercased() + text.dropFirst()
    }
  }

  /// The learning rate and the epochs of a line at a fraction, and the temperature of the network that they were chosen by.
  struct Choice: Codable {
    let line: LabelCurve.Line
    let fraction: Double
    let learningRate: Double
    /// Nil for all; 0 for the fitted probe.
    let epochs: Int?
    let temperature: Double?
    /// What a user should know of it.
    let note: String?
  }

  struct Draw: Codable {
    let line: LabelCurve.Line
    let fraction: Double
    let seed: UInt64
    let result: PredictionMetrics
    let seconds: Double
  }

  /// A line of the file: one of these.
  private struct Entry: Codable {
    var terms: Terms?
    var choice: Choice?
    var draw: Draw?
  }

  /// Nil where the run's folder cannot be written: the curve is made all the same.
  private let log: LineLog?
  private var choices: [Choice]
  private var draws: [Draw]
  /// What an earlier command had measured and does not count any more, and why: a sentence.
  let discarded: String?

  /// - Throws: `RunFolder.Failure` where the journal cannot be written although its folder can be.
  init(in run: RunFolder, _ terms: Terms) throws {
    let path = run.curveDraft
    // One that cannot be read is not written over.
    _ = try RunFolder.contents(of: path)
    var entries = RunFolder.readableLines(of: Entry.self, in: path)
    let former = entries.first?.terms
    let isKnown = former == terms
    let drawCount = entries.count { $0.draw != nil }
    discarded =
      isKnown || drawCount == 0
      ? nil
      : "\(former?.difference(from: terms) ?? "Something") changed since the curve was stopped: "
        + "\(drawCount == 1 ? "the draw that it had measured is" : "the \(drawCount) draws that it had measured are") not "
        + "used, and all is measured anew."
    if !isKnown { entries = [Entry(terms: terms)] }
    do {
      if !isKnown { try writeFile(JSONEncoder().encode(entries[0]) + Data("\n".utf8), to: path) }
      log = try LineLog(path)
    } catch {
      guard access(run.path, W_OK) != 0 else {
        throw RunFolder.Failure.unwritable(path: path, reason: systemReason(of: error))
      }
      log = nil
    }
    choices = entries.compactMap(\.choice)
    draws = entries.compactMap(\.draw)
  }

  /// How many draws were measured before.
  var count: Int { draws.count }

  func choice(of line: LabelCurve.Line, _ fraction: Double) -> Choice? {
    choices.first { $0.line == line && $0.fraction == fraction }
  }

  func draw(of line: LabelCurve.Line, _ fraction: Double, seed: UInt64) -> Draw? {
    draws.first { $0.line == line && $0.fraction == fraction && $0.seed == seed }
  }

  func record(_ choice: Choice) throws {
    choices.append(choice)
    try log?.append(Entry(choice: choice))
  }

  func record(_ draw: Draw) throws {
    draws.append(draw)
    try log?.append(Entry(draw: draw))
    try log?.synchronize()
  }
}
