import Learning
import Samples

/// The steps of series.
struct SeriesSteps: RecordedSteps {
  private let samples: SeriesSamples
  private let scaling: SeriesScaling

  init(_ samples: SeriesSamples, _ scaling: SeriesScaling) {
    self.samples = samples
    self.scaling = scaling
  }

  var channels: [String] { samples.channels }
  var lengths: [Int] { samples.names.indices.map(samples.length(of:)) }

  func values(of sample: Int) -> [Float] { Array(samples.values(of: sample)) }

  func filledValues(of sample: Int) -> [Float] {
    SeriesConfiguration.filled(scaling.scaled(samples.values(of: sample)), channels: channels.count)
  }

  func labels(of sample: Int) -> [String?]? {
    let piece = samples.pieces[sample]
    let recording = samples.recordings[piece.recording]
    let written =
      recording.stepLabels.map { Array($0[piece.steps]) }
      ?? recording.label.map { label in
        piece.steps.map { _ in label }
      }
    guard let labels = written.map({ LabelReading($0, absent: "without one").labels }) else { return nil }
    return labels.contains { $0 != nil } ? labels : nil
  }

  func contexts(of sample: Int, at steps: [Int], context: Int, hidesLast: Bool) -> any ViewSource {
    // Scaled as a whole, since a series may be scaled by itself.
    StepContexts(
      scaling.scaled(samples.values(of: sample)), channels: channels.count, steps: steps, context: context,
      hidesLast: hidesLast)
  }
}

/// A view for each of some steps of a series: what came before it, and the step itself.
struct StepContexts: ViewSource {
  private let values: [Float]
  private let channels: Int
  private let steps: [Int]
  private let context: Int
  private let hidesLast: Bool

  init(_ values: [Float], channels: Int, steps: [Int], context: Int, hidesLast: Bool) {
    self.values = values
    self.channels = channels
    self.steps = steps.filter((0..<values.count / channels).contains)
    self.context = max(0, min(context, values.count / channels))
    self.hidesLast = hidesLast
  }

  var sampleCount: Int { steps.count }
  private var longest: Int { context + 1 }

  var layouts: [ViewLayout] {
    [
      ViewLayout(shape: [longest, channels], isVarying: true),
      ViewLayout(shape: [longest], isVarying: true, joinsPrevious: true),
    ]
  }

  func render(sample: Int, epoch: Int, into buffers: [UnsafeMutableRawBufferPointer]) throws(SampleError) {
    var lengths = [longest, longest]
    for buffer in buffers { buffer.initializeMemory(as: UInt8.self, repeating: 0) }
    try render(sample: sample, epoch: epoch, into: buffers, lengths: &lengths)
  }

  func render(
    sample: Int, epoch: Int, into buffers: [UnsafeMutableRawBufferPointer], lengths: inout [Int]
  ) throws(SampleError) {
    let step = steps[sample]
    let first = max(0, step - context)
    let count = step - first + 1
    let view = buffers[0].assumingMemoryBound(to: Float.self)
    for place in 0..<count * channels { view[place] = values[first * channels + place] }
    if hidesLast {
      for channel in 0..<channels { view[(count - 1) * channels + channel] = .nan }
    }
    let mask = buffers[1].assumingMemoryBound(to: Float.self)
    for place in 0..<count { mask[place] = 1 }
    (lengths[0], lengths[1]) = (count, count)
  }
}
