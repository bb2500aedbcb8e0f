import Foundation
import Learning
import Samples
import Settings

/// Views of series: the scaled values [steps, channels] float32, not a number where one is missing, and which steps there are
/// [steps], 1 for all of them. Both are as long as the longest series of a batch; zeros stand behind a shorter one.
package struct SeriesViews: ViewSource {
  /// The views of a sample.
  enum Form: Sendable {
    case clean
    /// The whole series; of one that is longer than `longestWhole`, a random stretch of so many steps.
    case whole(seed: UInt64)
    case pair(SeriesRecipe, seed: UInt64)
    case disturbed(Disturbance, seed: UInt64)
    /// In four pieces, in another order.
    case shuffled(seed: UInt64)
  }

  /// Steps that a method for whole series sees at once, as TS2Vec does.
  static let longestWhole = 3000

  private let samples: SeriesSamples
  private let indices: [Int]
  private let form: Form
  private let scaling: SeriesScaling
  private let channels: Int
  /// Of all samples, so that a view has one layout.
  private let longest: Int

  init(_ samples: SeriesSamples, of indices: [Int], form: Form, scaling: SeriesScaling) {
    self.samples = samples
    self.indices = indices
    self.form = form
    self.scaling = scaling
    channels = samples.channels.count
    let all = samples.longest
    longest =
      switch form {
      case .clean, .disturbed, .shuffled: all
      case .whole: min(all, Self.longestWhole)
      case .pair(let recipe, _): SeriesViews.cropLength(recipe.mostCrop, of: all)
      }
  }

  package var sampleCount: Int { indices.count }

  /// Nil where all series are equally long.
  package var lengths: [Int]? {
    let lengths = indices.map { min(samples.length(of: $0), longest) }
    return Set(lengths).count > 1 ? lengths : nil
  }

  package var layouts: [ViewLayout] {
    let view = [
      ViewLayout(shape: [longest, channels], isVarying: true),
      ViewLayout(shape: [longest], isVarying: true, joinsPrevious: true),
    ]
    return if case .pair = form { view + view } else { view }
  }

  package func render(sample: Int, epoch: Int, into buffers: [UnsafeMutableRawBufferPointer]) throws(SampleError) {
    var lengths = layouts.map { _ in longest }
    for buffer in buffers { buffer.initializeMemory(as: UInt8.self, repeating: 0) }
    try render(sample: sample, epoch: epoch, into: buffers, lengths: &lengths)
  }

  package func render(
    sample: Int, epoch: Int, into buffers: [UnsafeMutableRawBufferPointer], lengths: inout [Int]
  ) throws(SampleError) {
    for (view, values) in views(of: sample, epoch: epoch).enumerated() {
      let steps = values.count / channels
      values.withUnsafeBytes { buffers[2 * view].copyMemory(from: $0) }
      let mask = buffers[2 * view + 1].assumingMemoryBound(to: Float.self)
      for step in 0..<steps { mask[step] = 1 }
      (lengths[2 * view], lengths[2 * view + 1]) = (steps, steps)
    }
  }

  /// The values of each view, [steps, channels].
  package func views(of sample: Int, epoch: Int) -> [[Float]] {
    func generator(_ seed: UInt64, view: Int) -> ViewGenerator {
      ViewGenerator(seed: seed, epoch: epoch, sample: sample, view: view)
    }
    let values = scaling.scaled(samples.values(of: indices[sample]))
    switch form {
    case .clean: return [values]
    case .whole(let seed):
      let steps = values.count / channels
      guard steps > longest else { return [values] }
      var generator = generator(seed, view: 0)
      let start = generator.integer(below: steps - longest + 1)
      return [Array(values[start * channels..<(start + longest) * channels])]
    case .pair(let recipe, let seed):
      return (0..<2).map { view in
        var generator = generator(seed, view: view)
        return drawn(values, recipe, &generator)
      }
    case .disturbed(let disturbance, let seed):
      var generator = generator(seed, view: 0)
      return [disturbed(values, disturbance, &generator)]
    case .shuffled(let seed):
      var generator = generator(seed, view: 0)
      return [inPieces(values, 4, mustDiffer: true, &generator)]
    }
  }

  static func cropLength(_ share: Double, of steps: Int) -> Int {
    min(steps, max(2, wholeNumber((share * Double(steps)).rounded(), in: 2...max(2, steps))))
  }

  private func drawn(_ values: [Float], _ recipe: SeriesRecipe, _ generator: inout ViewGenerator) -> [Float] {
    let steps = values.count / channels
    let share = recipe.leastCrop + (recipe.mostCrop - recipe.leastCrop) * Double(generator.uniform())
    let length = Self.cropLength(share, of: steps)
    let start = generator.integer(below: steps - length + 1)
    var view = Array(values[start * channels..<(start + length) * channels])
    if recipe.pieces > 1 {
      let count = 1 + generator.integer(below: recipe.pieces)
      view = inPieces(view, count, mustDiffer: false, &generator)
    }
    if recipe.scaling > 0 {
      let factors = (0..<channels).map { _ in 1 + Float(recipe.scaling) * generator.normal() }
      for place in view.indices { view[place] *= factors[place % channels] }
    }
    if recipe.frequencyNoise > 0 { changeFrequencies(of: &view, by: Float(recipe.frequencyNoise), &generator) }
    if recipe.jitter > 0 {
      for place in view.indices { view[place] += Float(recipe.jitter) * generator.normal() }
    }
    if recipe.masking > 0 { hide(recipe.masking, of: &view, &generator) }
    return view
  }

  /// Cuts at random steps and joins the pieces in random order.
  private func inPieces(
    _ values: [Float], _ count: Int, mustDiffer: Bool, _ generator: inout ViewGenerator
  ) -> [Float] {
    let steps = values.count / channels
    guard count > 1, steps >= 2 else { return values }
    let cuts = Set((1..<count).map { _ in 1 + generator.integer(below: steps - 1) }).sorted()
    let ends = cuts + [steps]
    var pieces = zip([0] + cuts, ends).map { $0..<$1 }
    for last in stride(from: pieces.count - 1, to: 0, by: -1) {
      pieces.swapAt(last, generator.integer(below: last + 1))
    }
    if mustDiffer, pieces.first?.lowerBound == 0, pieces.count > 1 { pieces.append(pieces.removeFirst()) }
    return pieces.flatMap { values[$0.lowerBound * channels..<$0.upperBound * channels] }
  }

  /// A stretch that is hidden has as many steps as a tenth of the view, so that its neighbours do not tell what it held.
  private func hide(_ share: Double, of view: inout [Float], _ generator: inout ViewGenerator) {
    let steps = view.count / channels
    let stretch = max(1, steps / 10)
    let count = wholeNumber((share * Double(steps) / Double(stretch)).rounded(.up), in: 0...steps)
    for _ in 0..<count {
      let start = generator.integer(below: max(1, steps - stretch + 1))
      // The first step stays, so that something is seen.
      for step in max(1, start)..<min(steps, start + stretch) where step > 0 {
        for channel in 0..<channels { view[step * channels + channel] = .nan }
      }
    }
  }

  private static let changedFrequencies = 3

  /// Three frequencies of each channel are taken away, or a wave of random phase is added, with equal chances.
  private func changeFrequencies(of view: inout [Float], by size: Float, _ generator: inout ViewGenerator) {
    let steps = view.count / channels
    guard steps >= 4 else { return }
    for channel in 0..<channels {
      for _ in 0..<Self.changedFrequencies {
        let cycles = 1 + generator.integer(below: steps / 2)
        let phase = 2 * Float.pi * generator.uniform()
        let isAdded = generator.happens(0.5)
        let turn = 2 * Double.pi * Double(cycles) / Double(steps)
        var (real, imaginary) = (0.0, 0.0)
        if !isAdded {
          for step in 0..<steps {
            let value = view[step * channels + channel]
            guard !value.isNaN else { continue }
            real += Double(value) * cos(turn * Double(step))
            imaginary += Double(value) * sin(turn * Double(step))
          }
        }
        // The wave of the highest frequency is its own mirror image and counts once.
        let norm = (2 * cycles == steps ? 1 : 2) / Double(steps)
        for step in 0..<steps {
          let angle = turn * Double(step)
          let change =
            isAdded
            ? size * Float(cos(angle + Double(phase)))
            : -min(1, size) * Float(norm * (real * cos(angle) + imaginary * sin(angle)))
          view[step * channels + channel] += change
        }
      }
    }
  }

  private func disturbed(
    _ values: [Float], _ disturbance: Disturbance, _ generator: inout ViewGenerator
  ) -> [Float] {
    var view = values
    for step in 0..<values.count / channels {
      let isLost = generator.happens(disturbance.lostShare)
      for channel in 0..<channels {
        let place = step * channels + channel
        // Drawn for every value, so that values are independent.
        let shift = generator.normal() * disturbance.seriesDeviation
        view[place] = isLost && step > 0 ? .nan : view[place] + shift
      }
    }
    return view
  }
}

extension Disturbance.Kind {
  /// 10, 30 or 50 % of the steps are lost.
  package static let lostSteps: Self = "lost steps"
}

extension Disturbance {
  /// The deviation of the noise, in standard deviations of the values.
  fileprivate var seriesDeviation: Float { kind == .noise ? one(of: [0.1, 0.3, 1]) : 0 }
  fileprivate var lostShare: Float { kind == .lostSteps ? one(of: [0.1, 0.3, 0.5]) : 0 }
}
