import Foundation
import Swiftlet
import TestSupport
import Testing

@testable import Samples
@testable import Sound

@Suite struct SoundViewTests {
  /// Clips that last 2 s, 1.2 s and 0.1 s, at different pitches.
  private func collection(
    _ recipe: SoundRecipe = SoundRecipe(), shortClips: ShortClipRule = .repeat,
    in folder: TemporaryFolder? = nil
  ) throws -> SoundCollection {
    let folder = try folder ?? TemporaryFolder()
    for (name, pitch, seconds) in [("a.wav", 300.0, 2.0), ("b.wav", 1000, 1.2), ("c.wav", 3000, 0.1)] {
      // A tone that rises, so that its parts differ.
      let samples = (0..<Int(seconds * 16_000)).map { place in
        let time = Double(place) / 16_000
        return Float(0.5 * sin(2 * .pi * (pitch + 200 * time) * time))
      }
      try folder.write(WaveFile(samples: samples, encoding: .float32).bytes, as: name)
    }
    let configuration = SoundConfiguration(
      reading: SoundReading(rate: 16_000, mixing: .mean), frontEnd: MelFrontEnd(), viewFrames: 64, clipFrames: 208,
      stride: nil, shortClips: shortClips, mean: -6, deviation: 4, recipe: recipe)
    let samples = try SoundSamples(SoundFiles([folder.path], Annotations(), fewest: 1), configuration)
    let result = SoundCollection(samples, configuration)
    // Decoded now, for the folder goes.
    let source = result.evaluationView(of: [0, 1, 2])
    for sample in 0..<3 { _ = try (source as? SoundViews)?.views(of: sample, epoch: 0) }
    return result
  }

  private func views(_ data: SoundCollection, _ form: SoundViews.Form) -> SoundViews { data.views([0, 1, 2], form) }

  @Test func aViewIsAStandardisedSpectrogram() throws {
    let folder = try TemporaryFolder()
    let data = try collection(in: folder)
    let source = views(data, .clean)
    #expect(source.layouts.map(\.shape) == [[1, 64, 208]] && source.lengths == nil)
    let clip = try source.views(of: 0, epoch: 0)[0]
    #expect(try clip == source.views(of: 0, epoch: 7)[0])
    // The whole clip, less its mean.
    guard case .success(let own) = data.ownSpectrogram(of: 0) else {
      Issue.record("no spectrogram")
      return
    }
    #expect(own.frames == 201)
    for frame in [3, 100, 190] {
      let (made, expected) = (clip.values[12 * 208 + frame], (own.values[12 * 201 + frame] + 6) / 4)
      #expect(abs(made - expected) < 1e-4)
    }
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 * 208 * 4, alignment: 16)
    defer { buffer.deallocate() }
    try source.render(sample: 0, epoch: 0, into: [buffer])
    #expect(Array(buffer.bindMemory(to: Float.self)) == clip.values)
  }

  /// Clips of 2 s, 1.2 s and 0.1 s have 201, 121 and 11 frames of their own.
  @Test func whatFillsAClipUpIsToldApart() throws {
    let data = try collection()
    let (source, clean) = (data.stepsView(of: [0, 1, 2]), data.evaluationView(of: [0, 1, 2]))
    #expect(source.layouts.map(\.shape) == [[1, 64, 208], [1]] && source.layouts[1].joinsPrevious)
    let buffers = [64 * 208 * 4, 4, 64 * 208 * 4].map {
      UnsafeMutableRawBufferPointer.allocate(byteCount: $0, alignment: 16)
    }
    defer { for buffer in buffers { buffer.deallocate() } }
    for (sample, frames) in [Float(201), 121, 11].enumerated() {
      try source.render(sample: sample, epoch: 0, into: Array(buffers.prefix(2)))
      try clean.render(sample: sample, epoch: 0, into: [buffers[2]])
      #expect(buffers[1].load(as: Float.self) == frames && buffers[0].elementsEqual(buffers[2]))
    }
  }

  /// Every random choice follows from seed, epoch, sample and view.
  @Test func viewsAreTheSameForTheSameSeedAndEpoch() throws {
    let recipe = SoundRecipe(
      places: .apart, gain: 6, noise: 0.1, mixing: 0.2, resizing: 1, fader: 1, hiddenTime: 0.2, hiddenBands: 0.2)
    let data = try collection(recipe)
    let (source, other) = (views(data, .pair(recipe, seed: 3)), views(data, .pair(recipe, seed: 4)))
    #expect(source.layouts.map(\.shape) == [[1, 64, 64], [1, 64, 64]])
    let pair = try source.views(of: 1, epoch: 5)
    #expect(try pair == source.views(of: 1, epoch: 5))
    #expect(try pair != source.views(of: 1, epoch: 6))
    #expect(try pair != other.views(of: 1, epoch: 5))
    #expect(pair[0] != pair[1] && pair.allSatisfy { $0.values.allSatisfy(\.isFinite) })
  }

  @Test func eachChangeDoesWhatItSays() throws {
    func pair(_ recipe: SoundRecipe, epoch: Int = 0) throws -> [Spectrogram] {
      try views(collection(recipe), .pair(recipe, seed: 2)).views(of: 0, epoch: epoch)
    }
    let plain = try pair(SoundRecipe())
    #expect(plain[0] == plain[1])
    let apart = try pair(SoundRecipe(places: .apart))
    #expect(apart[0] != apart[1])

    // Louder or softer shifts the loudest band, by up to 6 dB: 1.38 natural logarithms of power, a quarter of it here.
    let louder = try pair(SoundRecipe(gain: 6))
    let peaks = louder.map { $0.values.max() ?? 0 }
    #expect(peaks[0] != peaks[1] && peaks.allSatisfy { abs($0 - (plain[0].values.max() ?? 0)) < 1.39 / 4 })

    let noisy = try pair(SoundRecipe(noise: 0.1, spareFirst: true))
    #expect(noisy[0] == plain[0] && noisy[1] != plain[0])

    let faded = try pair(SoundRecipe(fader: 2))
    let shifts = (0..<64).map { faded[0].values[$0] - plain[0].values[$0] }
    #expect(abs(shifts[0]) <= 2 && abs(shifts[63]) <= 2 && abs(shifts[0] - shifts[63]) > 0.01)
    for frame in 1..<63 {
      #expect(abs(shifts[frame] - (shifts[0] + (shifts[63] - shifts[0]) * Float(frame) / 63)) < 1e-4)
    }

    let hidden = try (0..<20).map { try pair(SoundRecipe(hiddenTime: 0.5), epoch: $0)[0] }
    let counts = hidden.map { view in
      (0..<64).count { frame in (0..<64).allSatisfy { view.values[$0 * 64 + frame] == 0 } }
    }
    #expect(counts.allSatisfy { $0 <= 32 } && (counts.max() ?? 0) > 10 && Set(counts).count > 3)

    let mixed = try (0..<10).map { try pair(SoundRecipe(mixing: 0.2), epoch: $0)[0] }
    // Energies of tones at other places of the spectrum appear.
    #expect(mixed.contains { $0 != plain[0] })
    #expect(mixed.allSatisfy { view in view.values.allSatisfy(\.isFinite) })
  }

  /// log((1 − a) eˣ + a eᶻ), place by place.
  @Test func mixingAddsEnergies() {
    var first = Spectrogram(bands: 1, frames: 3, values: [0, 1, -2])
    first.mix(in: Spectrogram(bands: 1, frames: 3, values: [2, 1, 3]), share: 0.25)
    let expected = zip([0.0, 1, -2], [2.0, 1, 3]).map { log(0.75 * exp($0) + 0.25 * exp($1)) }
    expectClose(first.values.map(Double.init), expected, absolute: 1e-6)
  }

  private struct Resizing: Decodable {
    struct Case: Decodable {
      let band, frame, bands, frames: Int
      let result: [Double]
    }
    let bands, frames, canvas: Int
    let values: [Float]
    let cases: [Case]
  }

  /// Made by scripts/reference/sound.py resize.
  @Test func partsAreResizedAsByPyTorch() throws {
    let golden = try golden("resize.json", Resizing.self, in: .module)
    let spectrogram = Spectrogram(bands: golden.bands, frames: golden.frames, values: golden.values)
    #expect(golden.cases.count == 5)
    for test in golden.cases {
      let part = Spectrogram.Part(
        canvasFrames: golden.canvas, band: test.band, frame: test.frame, bands: test.bands, frames: test.frames)
      expectClose(spectrogram.resized(part).values.map(Double.init), test.result, absolute: 1e-5)
    }
    let whole = Spectrogram.Part(canvasFrames: 12, band: 0, frame: 0, bands: 8, frames: 12)
    #expect(spectrogram.resized(whole) == spectrogram)
  }

  @Test func partsLieOnTheirCanvas() {
    let spectrogram = Spectrogram(bands: 64, frames: 96, values: Array(repeating: 0, count: 64 * 96))
    var (wide, high): (Set<Int>, Set<Int>) = ([], [])
    for sample in 0..<2000 {
      var generator = ViewGenerator(seed: 1, epoch: 0, sample: sample, view: 0)
      let part = Spectrogram.Part(of: spectrogram, reach: 1, &generator)
      #expect(part.canvasFrames == 144 && part.band + part.bands <= 64 && part.frame + part.frames <= 144)
      #expect(part.bands >= 38 && part.frames >= 57)
      wide.insert(part.frames)
      high.insert(part.bands)
    }
    #expect(wide.max() == 143 && high.max() == 64)
  }

  @Test func aShortClipIsRepeatedOrSilenceFollows() throws {
    let (repeated, silent) = (try collection(), try collection(shortClips: .silence))
    let floor = (log(Float(MelFrontEnd.epsilon)) + 6) / 4
    func last(_ data: SoundCollection) throws -> [Float] {
      let view = try views(data, .clean).views(of: 2, epoch: 0)[0]
      return (0..<64).map { view.values[$0 * 208 + 150] }
    }
    #expect(try last(silent).allSatisfy { abs($0 - floor) < 1e-4 })
    #expect(try (last(repeated).max() ?? 0) > 0)
    // Training views are as long as they have to be, and differ by where the clip stands.
    for data in [repeated, silent] {
      let source = views(data, .single(seed: 1))
      let (first, second) = (try source.views(of: 2, epoch: 0)[0], try source.views(of: 2, epoch: 1)[0])
      #expect(first.frames == 64 && first != second)
    }
  }

  /// Once each clip is as loud as the others, it does not matter how loud it was.
  @Test func clipsCanBeEquallyLoud() throws {
    func peak(scale: Float) throws -> Float {
      let spectra = MelSpectra(MelFrontEnd(level: .unit))
      let clip = WaveFile.tone(440, seconds: 1, loudness: scale)
      let levelled = spectra.levelled(clip, of: clip)
      #expect(abs(levelled.reduce(0) { $0 + $1 * $1 } - 1) < 1e-3)
      return try spectra.logMel(of: levelled, frames: 64).max() ?? 0
    }
    expectClose([Double(try peak(scale: 0.01))], [Double(try peak(scale: 0.9))], absolute: 1e-3)
    let silence = [Float](repeating: 0, count: 100)
    #expect(MelSpectra(MelFrontEnd(level: .unit)).levelled(silence, of: silence) == silence)
  }

  @Test func disturbancesGrowWithTheirStrength() throws {
    let data = try collection()
    let plain = try views(data, .clean).views(of: 0, epoch: 0)[0]
    for kind in data.disturbances {
      let distances = try (1...3).map { strength -> Float in
        let view = try views(data, .disturbed(Disturbance(kind, strength: strength), seed: 1)).views(of: 0, epoch: 0)[0]
        return zip(view.values, plain.values).reduce(0) { $0 + abs($1.0 - $1.1) }
      }
      #expect(distances[0] > 0 && distances[0] < distances[1] && distances[1] < distances[2], "\(kind)")
    }
  }

  /// The rising tone falls.
  @Test func soundCanRunBackwards() throws {
    let data = try collection()
    let (forwards, backwards) = (
      try views(data, .clean).views(of: 0, epoch: 0)[0], try views(data, .backwards).views(of: 0, epoch: 0)[0]
    )
    func loudest(_ view: Spectrogram, _ frame: Int) -> Int {
      let column = (0..<64).map { view.values[$0 * 208 + frame] }
      return column.firstIndex(of: column.max() ?? 0) ?? 0
    }
    #expect(loudest(forwards, 10) < loudest(forwards, 190) && loudest(backwards, 10) > loudest(backwards, 190))
  }

  @Test func aSurveyFindsWhatLooksLikeAMistake() throws {
    let folder = try TemporaryFolder()
    let tone = WaveFile.tone(400, seconds: 1)
    try folder.write(WaveFile(samples: tone).bytes, as: "tone.wav")
    try folder.write(WaveFile(samples: tone.map { min(max(4 * $0, -1), 1) }).bytes, as: "clipped.wav")
    try folder.write(WaveFile(samples: tone.map { _ in 0 }).bytes, as: "silent.wav")
    let options: OptionValues = ["clip-seconds": .number(1), "view-seconds": .number(0.5)]
    let proposal = try Sounds.source([folder.path], Annotations(), options).propose(
      DataRequest(options: options, presets: SoundPresets.all, chosenPreset: nil, method: nil, kind: "sound"))
    let warnings = proposal.data.warnings
    #expect(warnings.count == 2 && warnings[0].contains("1 of 3 examined clips is silent"))
    #expect(warnings[1].contains("1 of 3 examined clips is clipped"))
    let configuration = try #require(proposal.data.configuration.settings as? SoundConfiguration)
    #expect(configuration.deviation > 1 && configuration.mean < 0)
    // With them, what is not silent has mean 0 and deviation 1.
    let source = try #require(proposal.data.evaluationView(of: [0, 2]) as? SoundViews)
    let values = try (0..<2).flatMap { try source.views(of: $0, epoch: 0)[0].values }
    let mean = values.reduce(0, +) / Float(values.count)
    #expect(abs(mean) < 0.05)
  }

  @Test func anExcerptCanBePlayed() throws {
    let reading = SoundReading(rate: 16_000, mixing: .mean)
    let sound = try SoundExcerpt.sound(WaveFile.tone(440, seconds: 3, loudness: 0.01), reading)
    #expect(sound.rate == 8000 && abs(sound.samples.count - 16_000) <= 1)
    // As loud as it can be told.
    #expect((sound.samples.max() ?? 0) > 235 && (sound.samples.min() ?? 255) < 20)
    let silent = try SoundExcerpt.sound([0, 0, 0, 0], SoundReading(rate: 8000, mixing: .mean))
    #expect(silent.samples == [128, 128, 128, 128] && silent.rate == 8000)
    // The file is one that libsndfile reads as the same.
    let folder = try TemporaryFolder()
    let path = try folder.write(sound.wave, as: "x")
    let header = try SoundFile(path: path).header
    #expect(header.rate == 8000 && header.channels == 1 && header.bits == 8 && header.frames == sound.samples.count)
    #expect(PreviewSound(rate: 8000, samples: []) == nil && PreviewSound(rate: 1, samples: [0]) == nil)
  }

  @Test func aPictureShowsPitchFromBelow() throws {
    // The lowest band is loud in the first half.
    var values = [Float](repeating: -20, count: 4 * 8)
    for frame in 0..<4 { values[frame] = 0 }
    let picture = try #require(SoundPicture.drawn(Spectrogram(bands: 4, frames: 8, values: values), side: 64))
    #expect(picture.width == 64 && picture.height == 32 && picture.channels == 1)
    #expect(picture.bytes[31 * 64 + 5] == 0 && picture.bytes[31 * 64 + 40] == 255 && picture.bytes[5] == 255)
    for hostile in [[Float.nan], [.infinity], [-.infinity]] {
      #expect(SoundPicture.drawn(Spectrogram(bands: 1, frames: 1, values: hostile), side: 16) != nil)
    }
    #expect(SoundPicture.drawn(Spectrogram(bands: 0, frames: 0, values: []), side: 16) == nil)
  }
}
