import Foundation
import Settings

/// A scale of pitch, by its usual definition.
package enum MelScale: String, Codable, Sendable, CaseIterable, OptionConvertible {
  /// 2595 · log₁₀(1 + f / 700), triangles of height 1, as torchaudio has it unless told otherwise.
  case htk
  /// Linear below 1 kHz and logarithmic above, triangles of area 1, as librosa has it unless told otherwise (Slaney 1998).
  case slaney

  /// - Parameter frequency: in hertz.
  package func mel(_ frequency: Double) -> Double {
    switch self {
    case .htk: 2595 * log10(1 + frequency / 700)
    case .slaney: frequency < 1000 ? 3 * frequency / 200 : 15 + log(frequency / 1000) / Self.logStep
    }
  }

  package func frequency(_ mel: Double) -> Double {
    switch self {
    case .htk: 700 * (pow(10, mel / 2595) - 1)
    case .slaney: mel < 15 ? 200 * mel / 3 : 1000 * exp((mel - 15) * Self.logStep)
    }
  }

  /// 27 steps from 1 kHz to 6.4 kHz.
  private static let logStep = log(6.4) / 27

  /// Where the triangles begin, peak and end: `bands` + 2 frequencies in hertz, evenly spaced on this scale.
  package func edges(bands: Int, low: Double, high: Double) -> [Double] {
    let (first, last) = (mel(low), mel(high))
    return (0..<bands + 2).map { frequency(first + (last - first) * Double($0) / Double(bands + 1)) }
  }

  /// The weights of the frequencies of a spectrum in each band: [bands, fft / 2 + 1] row by row.
  package func filters(bands: Int, low: Double, high: Double, fft: Int, rate: Int) -> [Float] {
    let edges = edges(bands: bands, low: low, high: high)
    var weights: [Float] = []
    weights.reserveCapacity(bands * (fft / 2 + 1))
    for band in 0..<bands {
      let (start, peak, end) = (edges[band], edges[band + 1], edges[band + 2])
      let height = self == .slaney ? 2 / (end - start) : 1
      for bin in 0...fft / 2 {
        let frequency = Double(bin) * Double(rate) / Double(fft)
        let weight = min((frequency - start) / (peak - start), (end - frequency) / (end - peak))
        weights.append(Float(max(0, weight) * height))
      }
    }
    return weights
  }
}
