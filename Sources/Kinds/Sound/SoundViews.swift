import Foundation
import Learning
import Samples
import Synchronization

/// Views of clips: log-mel spectrograms [1, bands, frames], standardised by one mean and deviation.
package struct SoundViews: ViewSource {
  /// The views of a sample.
  enum Form: Sendable {
    /// The whole clip.
    case clean
    /// The whole clip, and how many of the frames are its own [1].
    case measured
    /// A random stretch.
    case single(seed: UInt64)
    case pair(SoundRecipe, seed: UInt64)
    /// The whole clip, a little louder or softer, with stretches hidden.
    case supervised(seed: UInt64)
    case disturbed(Disturbance, seed: UInt64)
    case backwards
  }

  private let samples: SoundSamples
  private let indices: [Int]
  private let form: Form
  private let configuration: SoundConfiguration
  private let spectra: MelSpectra
  private let cache: ClipCache

  init(
    _ samples: SoundSamples, of indices: [Int], form: Form, _ configuration: SoundConfiguration, spectra: MelSpectra,
    cache: ClipCache
  ) {
    self.samples = samples
    self.indices = indices
    self.form = form
    self.configuration = configuration
    self.spectra = spectra
    self.cache = cache
  }

  package var sampleCount: Int { indices.count }
  package var decodingTime: Duration { cache.decodingTime }

  private var frames: Int {
    switch form {
    case .clean, .measured, .supervised, .disturbed, .backwards: configuration.clipFrames
    case .single, .pair: configuration.viewFrames
    }
  }

  package var layouts: [ViewLayout] {
    let view = ViewLayout(shape: [1, configuration.frontEnd.bands, frames])
    return switch form {
    case .pair: [view, view]
    case .measured: [view, ViewLayout(shape: [1], joinsPrevious: true)]
    default: [view]
    }
  }

  package func render(
    sample: Int, epoch: Int, into buffers: [UnsafeMutableRawBufferPointer]
  ) throws(SampleError) {
    for (view, buffer) in zip(try views(of: sample, epoch: epoch), buffers) {
      view.values.withUnsafeBytes { buffer.copyMemory(from: $0) }
    }
    if case .measured = form { buffers[1].storeBytes(of: Float(try ownFrames(of: sample)), as: Float.self) }
  }

  /// How many frames a clip fills by itself.
  private func ownFrames(of sample: Int) throws(SampleError) -> Int {
    do throws(SoundProblem) {
      return min(frames, try clip(indices[sample]).count / configuration.frontEnd.hop + 1)
    } catch {
      throw SampleError(name: samples.names[indices[sample]], reason: error.reason)
    }
  }

  /// The views of a sample, by its place among `indices`.
  package func views(of sample: Int, epoch: Int) throws(SampleError) -> [Spectrogram] {
    do throws(SoundProblem) {
      return try drawn(sample, epoch)
    } catch {
      throw SampleError(name: samples.names[indices[sample]], reason: error.reason)
    }
  }

  private func drawn(_ sample: Int, _ epoch: Int) throws(SoundProblem) -> [Spectrogram] {
    func generator(_ seed: UInt64, view: Int) -> ViewGenerator {
      ViewGenerator(seed: seed, epoch: epoch, sample: sample, view: view)
    }
    let clip = try clip(indices[sample])
    switch form {
    case .clean, .measured: return [try spectrogram(filled(clip, from: 0), of: clip)]
    case .backwards: return [try spectrogram(filled(clip.reversed(), from: 0), of: clip)]
    case .single(let seed):
      var generator = generator(seed, view: 0)
      return [try spectrogram(stretch(of: clip, &generator), of: clip)]
    case .supervised(let seed):
      var generator = generator(seed, view: 0)
      var view = try spectrogram(filled(clip, from: 0), of: clip)
      hide(Self.mildHiding, Self.mildHiding, of: &view, &generator)
      view.fade(from: generator.uniform(around: 0.3), to: generator.uniform(around: 0.3))
      return [view]
    case .disturbed(let disturbance, let seed):
      var generator = generator(seed, view: 0)
      return [try spectrogram(filled(disturbed(clip, disturbance, &generator), from: 0), of: clip)]
    case .pair(let recipe, let seed):
      // What both views have in common is drawn apart from them.
      var common = generator(seed, view: 2)
      let shared = recipe.places == .same ? stretch(of: clip, &common) : nil
      var views: [Spectrogram] = []
      for view in 0..<2 {
        var generator = generator(seed, view: view)
        let samples = shared ?? stretch(of: clip, &generator)
        views.append(try self.view(of: samples, clip, isFirst: view == 0, recipe, &generator))
      }
      return views
    }
  }

  private static let mildHiding = 0.1

  // MARK: Samples

  private func clip(_ sample: Int) throws(SoundProblem) -> [Float] {
    try cache.clip(sample) { () throws(SoundProblem) in try samples.values(of: sample, configuration.reading) }
  }

  /// So many samples as a view has, from a place on. A clip that is too short is repeated, or silence follows it.
  private func filled(_ clip: [Float], from start: Int) -> [Float] {
    let length = configuration.frontEnd.samples(ofFrames: frames)
    if start + length <= clip.count { return Array(clip[start..<start + length]) }
    var result: [Float] = []
    result.reserveCapacity(length)
    switch configuration.shortClips {
    case .repeat:
      var place = start
      while result.count < length {
        let part = clip[place..<min(clip.count, place + length - result.count)]
        result += part
        place = 0
      }
    case .silence:
      result += clip[start...]
      result += Array(repeating: 0, count: length - result.count)
    }
    return result
  }

  /// A stretch at a random place. Of a clip that is too short, repeated ones begin anywhere, and others stand anywhere in the
  /// silence.
  private func stretch(of clip: [Float], _ generator: inout ViewGenerator) -> [Float] {
    let length = configuration.frontEnd.samples(ofFrames: frames)
    guard clip.count < length else { return filled(clip, from: generator.integer(below: clip.count - length + 1)) }
    switch configuration.shortClips {
    case .repeat: return filled(clip, from: generator.integer(below: clip.count))
    case .silence:
      let before = generator.integer(below: length - clip.count + 1)
      return Array(repeating: 0, count: before) + clip + Array(repeating: 0, count: length - clip.count - before)
    }
  }

  private func disturbed(
    _ clip: [Float], _ disturbance: Disturbance, _ generator: inout ViewGenerator
  ) -> [Float] {
    var result = clip
    if disturbance.kind == .noise {
      add(noise: disturbance.one(of: [0.1, 0.3, 1]), to: &result, &generator)
    } else {
      // Stretches of a twentieth of the clip.
      let stretch = max(1, clip.count / 20)
      let share: Float = disturbance.one(of: [0.1, 0.3, 0.5])
      for start in stride(from: 0, to: clip.count, by: stretch) where generator.happens(share) {
        for place in start..<min(start + stretch, clip.count) { result[place] = 0 }
      }
    }
    return result
  }

  private func add(noise: Double, to samples: inout [Float], _ generator: inout ViewGenerator) {
    let squares = samples.reduce(0.0) { $0 + Double($1) * Double($1) }
    let deviation = Float(noise * (squares / Double(max(1, samples.count))).squareRoot())
    for place in samples.indices { samples[place] += deviation * generator.normal() }
  }

  // MARK: Spectrograms

  private func spectrogram(_ samples: [Float], of clip: [Float]) throws(SoundProblem) -> Spectrogram {
    var values = try spectra.logMel(of: spectra.levelled(samples, of: clip), frames: frames)
    let (mean, scale) = (configuration.mean, 1 / configuration.deviation)
    for place in values.indices { values[place] = (values[place] - mean) * scale }
    return Spectrogram(bands: configuration.frontEnd.bands, frames: frames, values: values)
  }

  private func view(
    of stretch: [Float], _ clip: [Float], isFirst: Bool, _ recipe: SoundRecipe, _ generator: inout ViewGenerator
  ) throws(SoundProblem) -> Spectrogram {
    var stretch = stretch
    if recipe.gain > 0 {
      let factor = Self.factor(decibels: generator.uniform(around: Float(recipe.gain)))
      for place in stretch.indices { stretch[place] *= factor }
    }
    if recipe.noise > 0, !(isFirst && recipe.spareFirst) { add(noise: recipe.noise, to: &stretch, &generator) }
    var view = try spectrogram(stretch, of: clip)
    if recipe.mixing > 0 {
      let share = Float(recipe.mixing) * generator.uniform()
      let partner = indices[generator.integer(below: indices.count)]
      // One that cannot be read is not mixed in.
      if let other = try? self.clip(partner) {
        view.mix(in: try spectrogram(self.stretch(of: other, &generator), of: other), share: share)
      }
    }
    if recipe.resizing > 0 {
      view = view.resized(Spectrogram.Part(of: view, reach: recipe.resizing, &generator))
    }
    if recipe.fader > 0 {
      let reach = Float(recipe.fader)
      view.fade(from: generator.uniform(around: reach), to: generator.uniform(around: reach))
    }
    if recipe.hiddenTime > 0 || recipe.hiddenBands > 0 {
      hide(recipe.hiddenTime, recipe.hiddenBands, of: &view, &generator)
    }
    return view
  }

  private static func factor(decibels: Float) -> Float { exp(decibels * log(10) / 20) }

  /// One stretch of frames and one of bands, each of random length.
  private func hide(
    _ time: Double, _ bands: Double, of view: inout Spectrogram, _ generator: inout ViewGenerator
  ) {
    func range(_ share: Double, of whole: Int) -> Range<Int> {
      let length = Int(Float(share) * generator.uniform() * Float(whole))
      let start = generator.integer(below: whole - length + 1)
      return start..<start + length
    }
    view.hide(frames: range(time, of: view.frames))
    view.hide(bands: range(bands, of: view.bands))
  }
}

extension Disturbance.Kind {
  /// 10, 30 or 50 % of the stretches of a sound are silent.
  package static let lostSound: Self = "lost stretches"
}

/// Clips that were decoded, up to a limit. Nothing is evicted: every epoch visits all of them.
final class ClipCache: Sendable {
  private struct State {
    var clips: [Int: [Float]] = [:]
    var byteCount = 0
    var time = Duration.zero
  }

  private let limit: Int
  private let state = Mutex(State())

  /// - Parameter limit: in bytes.
  init(limit: Int) { self.limit = limit }

  var decodingTime: Duration { state.withLock(\.time) }

  func clip(
    _ sample: Int, decode: () throws(SoundProblem) -> [Float]
  ) throws(SoundProblem) -> [Float] {
    if let known = state.withLock({ $0.clips[sample] }) { return known }
    let start = ContinuousClock.now
    let clip = try decode()
    let time = start.duration(to: .now)
    state.withLock { state in
      state.time += time
      let size = clip.count * MemoryLayout<Float>.size
      guard state.clips[sample] == nil, size <= limit - state.byteCount else { return }
      state.clips[sample] = clip
      state.byteCount += size
    }
    return clip
  }

  /// How many bytes, and which share, of clips that take `byteCount` bytes are kept within a limit.
  static func kept(of byteCount: Int, limit: Int) -> (byteCount: Int, share: Double) {
    byteCount <= limit ? (byteCount, 1) : (limit, Double(limit) / Double(byteCount))
  }
}
