import Foundation
import Swiftlet
import TestSupport
import Testing

@testable import Series

@Suite struct SeriesViewTests {
  /// Three series of one channel: 40, 25 and 10 steps, whose values say where they are.
  private func samples(channels: Int = 1) throws -> SeriesSamples {
    let folder = try TemporaryFolder()
    var text = "@data\n"
    for (series, steps) in [40, 25, 10].enumerated() {
      text +=
        (0..<channels).map { channel in
          (0..<steps).map { "\(series * 1000 + channel * 100 + $0)" }.joined(separator: ",")
        }.joined(separator: ":") + "\n"
    }
    let path = try folder.write("x.ts", text)
    return try withExtendedLifetime(folder) {
      try SeriesSamples([path], SeriesReading(hasStepsInRows: false))
    }
  }

  private func scaling(_ rule: SeriesScaling.Rule = .none, _ samples: SeriesSamples) -> SeriesScaling {
    SeriesScaling(
      rule, channels: samples.channels.count, fittedOn: samples.names.indices.map { samples.values(of: $0) })
  }

  private func views(_ form: SeriesViews.Form, channels: Int = 1) throws -> SeriesViews {
    let samples = try samples(channels: channels)
    return SeriesViews(samples, of: [0, 1, 2], form: form, scaling: scaling(.none, samples))
  }

  @Test func aViewIsAsLongAsItsSeries() throws {
    let source = try views(.clean, channels: 2)
    #expect(source.layouts.map(\.shape) == [[40, 2], [40]] && source.lengths == [40, 25, 10])
    let buffers = source.layouts.map { UnsafeMutableRawBufferPointer.allocate(byteCount: $0.byteCount, alignment: 16) }
    defer { for buffer in buffers { buffer.deallocate() } }
    for buffer in buffers { buffer.initializeMemory(as: UInt8.self, repeating: 0xFF) }
    var lengths = [40, 40]
    try source.render(sample: 2, epoch: 0, into: buffers, lengths: &lengths)
    #expect(lengths == [10, 10])
    let values = buffers[0].bindMemory(to: Float.self)
    #expect(Array(values[0..<6]) == [2000, 2100, 2001, 2101, 2002, 2102])
    #expect(Array(buffers[1].bindMemory(to: Float.self)[0..<10]) == Array(repeating: 1, count: 10))
    // Without lengths, zeros stand behind.
    try source.render(sample: 2, epoch: 0, into: buffers)
    #expect(values[20..<80].allSatisfy { $0 == 0 })
  }

  @Test func viewsAreTheSameForTheSameSeedAndEpoch() throws {
    let recipe = SeriesRecipe(
      leastCrop: 0.3, mostCrop: 0.9, jitter: 0.1, scaling: 0.2, masking: 0.2, pieces: 4, frequencyNoise: 0.5)
    let source = try views(.pair(recipe, seed: 3), channels: 2)
    func bits(_ sample: Int, _ epoch: Int) -> [[UInt32]] {
      source.views(of: sample, epoch: epoch).map { $0.map(\.bitPattern) }
    }
    #expect(bits(0, 5) == bits(0, 5))
    #expect(bits(0, 5) != bits(0, 6) && bits(0, 5)[0] != bits(0, 5)[1])
  }

  @Test func aCropIsAStretchOfTheSeries() throws {
    let source = try views(.pair(SeriesRecipe(leastCrop: 0.2, mostCrop: 0.5), seed: 1))
    #expect(source.layouts[0].shape == [20, 1])
    var lengths: Set<Int> = []
    for epoch in 0..<200 {
      for view in source.views(of: 0, epoch: epoch) {
        #expect((8...20).contains(view.count))
        #expect(zip(view, view.dropFirst()).allSatisfy { $1 - $0 == 1 })
        lengths.insert(view.count)
      }
    }
    #expect(lengths == Set(8...20))
  }

  @Test func eachChangeDoesWhatItSays() throws {
    func view(_ recipe: SeriesRecipe, channels: Int = 1) throws -> [Float] {
      try views(.pair(recipe, seed: 2), channels: channels).views(of: 0, epoch: 0)[0]
    }
    let plain = try view(SeriesRecipe())
    #expect(plain == (0..<40).map { Float($0) })
    let noisy = try view(SeriesRecipe(jitter: 0.1))
    #expect(zip(noisy, plain).allSatisfy { abs($0 - $1) < 0.6 } && noisy != plain)
    let scaled = try view(SeriesRecipe(scaling: 0.3), channels: 2)
    let factors = (1..<40).map { scaled[2 * $0] / Float($0) }
    expectClose(factors.map(Double.init), factors.map { _ in Double(factors[0]) }, absolute: 1e-5)
    #expect(abs(factors[0] - 1) > 1e-4 && abs(scaled[3] / 101 - factors[0]) > 1e-4)
    let masked = try view(SeriesRecipe(masking: 0.3))
    #expect((4...12).contains(masked.count(where: \.isNaN)) && !masked[0].isNaN)
    let shuffled = try view(SeriesRecipe(pieces: 5))
    #expect(shuffled.sorted() == plain)
    let reordered = (0..<20).map { seed in
      (try? views(.pair(SeriesRecipe(pieces: 5), seed: UInt64(seed))).views(of: 0, epoch: 0)[0]) ?? []
    }
    #expect(reordered.contains { $0 != plain } && reordered.allSatisfy { $0.sorted() == plain })
    let waves = try view(SeriesRecipe(frequencyNoise: 0.5))
    #expect(waves != plain && waves.count == 40 && waves.allSatisfy(\.isFinite))
  }

  @Test func aVeryLongSeriesIsSeenInStretches() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(
      "x.ts",
      "@data\n" + (0..<2).map { _ in (0..<4000).map(String.init).joined(separator: ",") }.joined(separator: "\n"))
    let samples = try SeriesSamples([path], SeriesReading(hasStepsInRows: false))
    let source = SeriesViews(samples, of: [0, 1], form: .whole(seed: 1), scaling: scaling(.none, samples))
    #expect(source.layouts[0].shape == [3000, 1] && source.lengths == nil)
    let starts = Set((0..<20).map { source.views(of: 0, epoch: $0)[0][0] })
    #expect(starts.count > 10 && starts.allSatisfy { (0...1000).contains($0) })
    #expect(
      SeriesViews(samples, of: [0], form: .clean, scaling: scaling(.none, samples)).views(of: 0, epoch: 0)[0].count
        == 4000)
  }

  @Test func scalingIsThatOfTheTrainingSamples() {
    let samples: [ArraySlice<Float>] = [[1, 10, 3, 10], [5, 10, .nan, 10]]
    let scaling = SeriesScaling(.channel, channels: 2, fittedOn: samples)
    #expect(scaling.means == [3, 10])
    expectClose(scaling.deviations.map(Double.init), [(8.0 / 3).squareRoot(), 1], absolute: 1e-6)
    #expect(scaling.scaled([3, 11, .nan, 10])[1] == 1)
    #expect(scaling.scaled([3, 11, .nan, 10])[2].isNaN)
    let own = SeriesScaling(.series, channels: 1, fittedOn: samples)
    expectClose(own.scaled([2, 4]).map(Double.init), [-1, 1], absolute: 1e-6)
    #expect(SeriesScaling(.none, channels: 1, fittedOn: samples).scaled([2, 4]) == [2, 4])
  }

  @Test func shuffledSeriesAreNeverAsTheyWere() throws {
    for seed in 0..<30 {
      let source = try views(.shuffled(seed: UInt64(seed)))
      let view = source.views(of: 0, epoch: 0)[0]
      #expect(view.sorted() == (0..<40).map { Float($0) } && view != view.sorted())
    }
  }

  @Test func disturbancesGrowWithTheirStrength() throws {
    var lost: [Int] = []
    for strength in 1...3 {
      let source = try views(.disturbed(Disturbance(.lostSteps, strength: strength), seed: 1))
      lost.append(source.views(of: 0, epoch: 0)[0].count(where: \.isNaN))
    }
    #expect(lost[0] < lost[1] && lost[1] < lost[2] && lost[0] > 0)
  }

  @Test func aPictureShowsTheLine() throws {
    let rising = try #require(SeriesPicture.drawn((0..<64).map { Float($0) }[...], channels: 1, side: 64))
    #expect(rising.width == 64 && rising.height == 32)
    func isDrawn(_ x: Int, _ y: Int) -> Bool {
      rising.bytes[(y * 64 + x) * 3..<(y * 64 + x) * 3 + 3] != [255, 255, 255]
    }
    #expect((0..<6).contains { isDrawn(62, $0) } && (26..<32).contains { isDrawn(1, $0) })
    #expect(!(0..<16).contains { isDrawn(2, $0) })
    // A gap stays one, and hostile values draw something or nothing.
    var gap = (0..<64).map { Float($0) }
    for step in 20..<40 { gap[step] = .nan }
    let broken = try #require(SeriesPicture.drawn(gap[...], channels: 1, side: 64))
    #expect((0..<32).allSatisfy { broken.bytes[($0 * 64 + 30) * 3] == 255 })
    let most = Float.greatestFiniteMagnitude
    let hostile: [[Float]] = [[.nan, .nan], [0, 0], [-most, most], [1]]
    for values in hostile {
      #expect(SeriesPicture.drawn(values[...], channels: 1, side: 32) != nil)
    }
    #expect(SeriesPicture.drawn([], channels: 1, side: 32) == nil)
  }

  /// Another unit, as millivolts for volts. Only the scaling by channel knows what the training data were.
  @Test func valuesFarFromThoseOfTheTrainingDataAreSaid() throws {
    let samples = try samples(channels: 2)
    for rule in SeriesScaling.Rule.allCases {
      var known = scaling(rule, samples)
      func notes() -> [String] {
        SeriesCollection(
          samples,
          SeriesConfiguration(
            channels: samples.channels, longest: 40, scaling: known, recipe: SeriesRecipe(), reading: samples.reading)
        ).notes
      }
      #expect(notes() == samples.notes)
      guard rule == .channel else { continue }
      known.means[1] /= 1000
      known.deviations[1] /= 1000
      #expect(notes().count == samples.notes.count + 1)
      #expect(
        notes().last
          == "Most values lie far from those of the training data, as with another unit, in 1 channel: "
          + "'\(samples.channels[1])'.", "\(notes())")
    }
  }

  @Test func aListFindsItsSeriesAgain() throws {
    try withTemporaryFolder { folder in
      let file = folder.appending(path: "x.ts")
      try Data("@classLabel true a b\n@data\n1,2,3,4:a\n5,6,7,8:b\n9,8,7,6:a\n".utf8).write(to: file)
      let source = try SeriesSource(file.path, options: ["window": "2"])
      let configuration = SeriesConfiguration(
        channels: ["value"], longest: 2, scaling: scaling(.none, source.samples), recipe: SeriesRecipe(),
        reading: source.samples.reading)
      let data = SeriesCollection(source.samples, configuration)
      #expect(data.names.count == 6 && data.labels?.classIndices == [0, 0, 1, 1, 0, 0])
      let recorded = try JSONEncoder().encode(data.listing(of: [5, 1]))
      let listing = try JSONDecoder().decode(SeriesListing.self, from: recorded)
      let opened = try configuration.open(listing)
      #expect(opened.names == ["series 3 3-4", "series 1 3-4"] && opened.labels?.classIndices == [0, 0])
      // What is listed of a run that goes on is what it lists again.
      #expect(opened.listing(of: [0, 1]) == data.listing(of: [5, 1]))
      #expect(listing.countShared(with: listing) == 2)
      #expect(listing.prefix(1).count == 1 && listing.prefix(1).countShared(with: listing) == 1)
      // Work that was begun goes on only with the same samples of the same files.
      let contents = try #require(listing.contents)
      #expect(listing.prefix(1).contents != contents)
      try Data("@classLabel true a b\n@data\n1,2,3,4:a\n5,6,7,8:b\n9,8,7,5:a\n".utf8).write(to: file)
      #expect(throws: DatasetError.self) { try configuration.open(listing) }
      let changed = SeriesCollection(
        try SeriesSource(file.path, options: ["window": "2"]).samples, configuration
      ).listing(of: [5, 1])
      let other = try JSONDecoder().decode(SeriesListing.self, from: JSONEncoder().encode(changed))
      #expect(other.contents != contents && other.count == listing.count)
    }
  }
}
