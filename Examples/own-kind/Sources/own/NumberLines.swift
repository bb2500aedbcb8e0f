import Foundation
import Swiftlet

/// A kind of data: text files with the ending `.lines`, one sample a line, each as many numbers, perhaps with a label
/// behind a `#`.
enum NumberLines: DataKind {
  static let noise = OptionKey<Double>(
    "line-noise", in: 0...10, help: "Deviation of the noise that views add to each number. Default: 0.1.")

  static let summary = "files that end in .lines: numbers separated by blanks, one sample a line"
  static let options = [noise.option]
  static let plans: [ViewPlan] = [.single, .pair]
  static let usualBackbone: BackboneName = "gate"

  static func claim(_ places: [String]) -> Claim? {
    places.allSatisfy { $0.hasSuffix(".lines") } ? Claim(.certain, because: "the file ends in .lines") : nil
  }

  static func source(
    _ places: [String], _ annotations: Annotations, _ options: OptionValues
  ) throws -> any DataSource {
    let lines = try Lines(path: places[0])
    return CollectionSource(
      LineCollection(lines, Settings(width: lines.width, noise: options[noise] ?? 0.1), Array(lines.rows.indices)))
  }

  /// What a run records of the data.
  struct Settings: DataSettings {
    static let kind = "number-lines"
    static let plural = "lines of numbers"
    var width: Int
    var noise: Double

    /// Which lines of which file a run trains on.
    struct Listing: SampleList {
      var path: String
      var lines: [Int]
      var count: Int { lines.count }
    }

    func validate() throws(SettingError) {
      try check(width, in: 1...1_000_000, "width")
      try check(noise, in: 0...10, "noise")
    }

    func scan(_ places: [String], _ annotations: Annotations) throws -> any SampleCollection {
      let lines = try Lines(path: places[0])
      return try collection(lines, Array(lines.rows.indices))
    }

    func open(_ listing: Listing) throws -> any SampleCollection {
      try collection(Lines(path: listing.path), listing.lines)
    }

    private func collection(_ lines: Lines, _ samples: [Int]) throws -> LineCollection {
      guard lines.width == width, samples.allSatisfy(lines.rows.indices.contains) else {
        throw DatasetError.unusable("'\(lines.path)' does not hold lines of \(width) numbers as the run expects.")
      }
      return LineCollection(lines, self, samples)
    }
  }
}

/// What a file holds.
struct Lines: Sendable {
  let path: String
  let rows: [[Float]]
  let labels: [String?]
  let width: Int

  init(path: String) throws {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
      throw DatasetError.noSuchFile(path: path)
    }
    var (rows, labels): ([[Float]], [String?]) = ([], [])
    for (number, line) in text.split(separator: "\n").enumerated() {
      let parts = line.split(separator: "#", maxSplits: 1)
      let row = (parts.first ?? "").split(separator: " ").map { Float($0) ?? .nan }
      guard row.count == rows.first?.count ?? row.count, row.allSatisfy(\.isFinite), !row.isEmpty else {
        throw DatasetError.unusable("'\(path)', line \(number + 1): every line needs as many numbers as the first.")
      }
      rows.append(row)
      labels.append(parts.count > 1 ? parts[1].trimmingCharacters(in: .whitespaces) : nil)
    }
    guard rows.count >= 2 else { throw DatasetError.tooFewSamples(count: rows.count, lookedFor: "lines of numbers") }
    (self.path, self.rows, self.labels, width) = (path, rows, labels, rows[0].count)
  }
}

struct LineCollection: SampleCollection {
  let lines: Lines
  let settings: NumberLines.Settings
  let samples: [Int]

  init(_ lines: Lines, _ settings: NumberLines.Settings, _ samples: [Int]) {
    (self.lines, self.settings, self.samples) = (lines, settings, samples)
  }

  var names: [String] { samples.map { "line \($0 + 1)" } }
  var labels: Labels? { lines.labels.contains { $0 != nil } ? Labels(samples.map { lines.labels[$0] }) : nil }
  var configuration: DataConfiguration { DataConfiguration(settings) }

  func listing(of indices: [Int]) -> SampleListing {
    SampleListing(NumberLines.Settings.Listing(path: lines.path, lines: indices.map { samples[$0] }))
  }

  func trainingViews(_ plan: ViewPlan, of indices: [Int], seed: UInt64) throws(DatasetError) -> any ViewSource {
    guard NumberLines.plans.contains(plan) else {
      throw .planNotProvided(plan: plan.rawValue, kind: NumberLines.Settings.plural)
    }
    return LineViews(rows(indices), count: plan == .pair ? 2 : 1, noise: Float(settings.noise), seed: seed)
  }

  func evaluationView(of indices: [Int]) -> any ViewSource {
    LineViews(rows(indices), count: 1, noise: 0, seed: 0, width: settings.width)
  }

  func preview(of sample: Int, side: Int) -> SamplePreview? {
    .text(lines.rows[samples[sample]].map { "\($0)" }.joined(separator: " "))
  }

  private func rows(_ indices: [Int]) -> [[Float]] { indices.map { lines.rows[samples[$0]] } }
}

/// The numbers of a line, each with some noise.
struct LineViews: ViewSource {
  let rows: [[Float]]
  let layouts: [ViewLayout]
  let noise: Float
  let seed: UInt64

  init(_ rows: [[Float]], count: Int, noise: Float, seed: UInt64, width: Int? = nil) {
    (self.rows, self.noise, self.seed) = (rows, noise, seed)
    layouts = Array(repeating: ViewLayout(shape: [width ?? rows.first?.count ?? 0]), count: count)
  }

  var sampleCount: Int { rows.count }

  func render(sample: Int, epoch: Int, into buffers: [UnsafeMutableRawBufferPointer]) throws(SampleError) {
    for (view, buffer) in buffers.enumerated() {
      // Every random choice is a pure function of the seed, the epoch, the sample and the view.
      var generator = ViewGenerator(seed: seed, epoch: epoch, sample: sample, view: view)
      let numbers = buffer.assumingMemoryBound(to: Float.self)
      for (place, value) in rows[sample].enumerated() { numbers[place] = value + noise * generator.normal() }
    }
  }
}
