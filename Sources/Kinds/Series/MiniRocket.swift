import Dispatch
import Foundation
import Samples

/// MiniRocket (Dempster, Schmidt and Webb 2021): almost random convolutions of fixed kernels, of which each gives the share of
/// its outputs that are above a bias. It needs no labels, and with a linear classifier it is hard to beat.
///
/// The kernels are all 84 of length 9 with three weights of 2 and six of −1; dilations grow exponentially up to the length of a
/// series; biases are quantiles of the outputs on training samples; every other kernel sees zeros around the series. Of
/// several channels, each kernel and dilation adds up some of them, drawn at random. A shorter series is transformed by the
/// same kernels; missing values are drawn as straight lines between their neighbours.
struct MiniRocket: Sendable {
  /// Features asked for; the nearest multiple of 84 below is made.
  static let usualFeatures = 10_000
  static let mostDilations = 32
  static let kernelLength = 9
  /// The places of the three weights of 2 in each of the 84 kernels.
  static let kernels: [[Int]] = {
    var kernels: [[Int]] = []
    for first in 0..<kernelLength {
      for second in first + 1..<kernelLength {
        for third in second + 1..<kernelLength { kernels.append([first, second, third]) }
      }
    }
    return kernels
  }()

  let channels: Int
  let dilations: [Int]
  /// How many features each kernel has at each dilation.
  let counts: [Int]
  /// Of each dilation, each kernel, each feature.
  private(set) var biases: [Float]
  /// Of each dilation and kernel, the channels that are added up.
  let channelSets: [[Int]]

  var featureCount: Int { biases.count }

  init(dilations: [Int], counts: [Int], biases: [Float], channels: Int, channelSets: [[Int]]) {
    self.dilations = dilations
    self.counts = counts
    self.biases = biases
    self.channels = channels
    self.channelSets = channelSets
  }

  /// Fits biases on some series.
  ///
  /// - Parameters:
  ///   - series: [steps, channels] each, without missing values; at least one.
  ///   - features: at least 84.
  init(fittedOn series: [[Float]], channels: Int, features: Int = usualFeatures, seed: UInt64 = 0) {
    let longest = series.reduce(Self.kernelLength) { max($0, $1.count / channels) }
    let (dilations, counts) = Self.dilations(steps: longest, features: features)
    var generator = ViewGenerator(seed: seed, epoch: 0, sample: 0, view: 0)
    let combinations = dilations.count * Self.kernels.count
    let sets = (0..<combinations).map { _ in Self.channelSet(channels, &generator) }
    self.init(dilations: dilations, counts: counts, biases: [], channels: channels, channelSets: sets)
    let examples = (0..<combinations).map { _ in series[generator.integer(below: series.count)] }
    let ratio = (5.0.squareRoot() + 1) / 2
    var quantile = 0
    for (place, dilation) in dilations.enumerated() {
      for kernel in Self.kernels.indices {
        let combination = place * Self.kernels.count + kernel
        let outputs = Taps(examples[combination], channels: channels, dilation: dilation)
          .outputs(kernel, of: sets[combination]).sorted()
        for _ in 0..<counts[place] {
          quantile += 1
          let share = (Double(quantile) * ratio).truncatingRemainder(dividingBy: 1)
          biases.append(Self.quantile(share, ofSorted: outputs))
        }
      }
    }
  }

  /// Dilations for series of so many steps, and the features of a kernel at each.
  static func dilations(steps: Int, features: Int) -> (dilations: [Int], counts: [Int]) {
    let perKernel = max(1, features / kernels.count)
    let most = min(perKernel, mostDilations)
    let multiplier = Double(perKernel) / Double(most)
    let highest = log2(Double(max(1, steps - 1)) / Double(kernelLength - 1))
    var dilations: [Int] = []
    var times: [Int] = []
    for index in 0..<most {
      let exponent = most == 1 ? 0 : max(0, highest) * Double(index) / Double(most - 1)
      let dilation = max(1, wholeDilation(exp2(exponent)))
      if dilations.last == dilation {
        times[times.count - 1] += 1
      } else {
        dilations.append(dilation)
        times.append(1)
      }
    }
    var counts = times.map { wholeDilation(Double($0) * multiplier) }
    var left = perKernel - counts.reduce(0, +)
    var index = 0
    while left > 0 {
      counts[index] += 1
      left -= 1
      index = (index + 1) % counts.count
    }
    return (dilations, counts)
  }

  private static func wholeDilation(_ value: Double) -> Int { Int(min(max(value, 0), 1e9)) }

  /// As many channels as 2 to a power that is drawn evenly, at most 9.
  private static func channelSet(_ channels: Int, _ generator: inout ViewGenerator) -> [Int] {
    guard channels > 1 else { return [0] }
    let power = Double(generator.uniform()) * log2(Double(min(channels, kernelLength) + 1))
    let count = min(max(1, wholeDilation(exp2(power))), channels)
    var all = Array(0..<channels)
    for place in 0..<count { all.swapAt(place, place + generator.integer(below: channels - place)) }
    return Array(all.prefix(count))
  }

  /// Between neighbours on a straight line.
  private static func quantile(_ share: Double, ofSorted values: [Float]) -> Float {
    guard let last = values.last else { return 0 }
    let place = share * Double(values.count - 1)
    let below = min(wholeDilation(place.rounded(.down)), values.count - 1)
    guard below + 1 < values.count else { return last }
    let (low, high) = (Double(values[below]), Double(values[below + 1]))
    return Float(low + (high - low) * (place - Double(below)))
  }

  // MARK: Features

  /// The features of each series, one row after another: [series, featureCount] from 0 to 1.
  func features(of series: [[Float]]) -> [Float] {
    let width = featureCount
    let chunk = 8
    let chunks = (series.count + chunk - 1) / chunk
    return concurrentMap(count: chunks) { index in
      var rows: [Float] = []
      rows.reserveCapacity(chunk * width)
      for values in series[index * chunk..<min((index + 1) * chunk, series.count)] { rows += features(of: values) }
      return rows
    }.flatMap(\.self)
  }

  private func features(of values: [Float]) -> [Float] {
    var result: [Float] = []
    result.reserveCapacity(featureCount)
    var feature = 0
    for (place, dilation) in dilations.enumerated() {
      let taps = Taps(values, channels: channels, dilation: dilation)
      let padding = (Self.kernelLength - 1) * dilation / 2
      for kernel in Self.kernels.indices {
        let outputs = taps.outputs(kernel, of: channelSets[place * Self.kernels.count + kernel])
        let isPadded = (place + kernel).isMultiple(of: 2)
        // Of a series that is shorter than the kernel, outputs without zeros around do not exist.
        let range =
          isPadded || 2 * padding >= outputs.count ? 0..<outputs.count : padding..<outputs.count - padding
        for _ in 0..<counts[place] {
          let bias = biases[feature]
          feature += 1
          var above = 0
          for step in range where outputs[step] > bias { above += 1 }
          result.append(Float(above) / Float(range.count))
        }
      }
    }
    return result
  }

  /// A series shifted to the nine places of a kernel with one dilation, zeros where it ends.
  private struct Taps {
    /// For each channel, −1 times the sum of all nine.
    private let sums: [[Float]]
    /// For each channel and place, three times the series.
    private let tripled: [[[Float]]]
    private let steps: Int

    init(_ values: [Float], channels: Int, dilation: Int) {
      let steps = values.count / channels
      self.steps = steps
      var sums: [[Float]] = []
      var tripled: [[[Float]]] = []
      for channel in 0..<channels {
        let line = channels == 1 ? values : (0..<steps).map { values[$0 * channels + channel] }
        var sum = [Float](repeating: 0, count: steps)
        var taps: [[Float]] = []
        for place in 0..<kernelLength {
          let shift = (place - kernelLength / 2) * dilation
          var tap = [Float](repeating: 0, count: steps)
          let first = max(0, -shift)
          let last = min(steps, steps - shift)
          if first < last {
            for step in first..<last {
              let value = line[step + shift]
              sum[step] -= value
              tap[step] = 3 * value
            }
          }
          taps.append(tap)
        }
        sums.append(sum)
        tripled.append(taps)
      }
      self.sums = sums
      self.tripled = tripled
    }

    func outputs(_ kernel: Int, of channels: [Int]) -> [Float] {
      var result = sums[channels[0]]
      for channel in channels.dropFirst() { for step in 0..<steps { result[step] += sums[channel][step] } }
      for channel in channels {
        let taps = tripled[channel]
        let places = kernels[kernel]
        let (first, second, third) = (taps[places[0]], taps[places[1]], taps[places[2]])
        for step in 0..<steps { result[step] += first[step] + second[step] + third[step] }
      }
      return result
    }
  }
}
