import Foundation

/// The 95 % interval of a share that was counted on a few samples (Wilson 1927).
///
/// It has a width where all samples, or none, are counted, which resamples of them have not: 10 of 10 may stand for 72 %.
///
/// - Parameters:
///   - share: from 0 to 1.
///   - count: samples, at least 1.
package func wilsonInterval(of share: Double, count: Int) -> ClosedRange<Double> {
  let (n, z) = (Double(max(1, count)), 1.959964)
  let middle = (share + z * z / (2 * n)) / (1 + z * z / n)
  let reach = z / (1 + z * z / n) * (share * (1 - share) / n + z * z / (4 * n * n)).squareRoot()
  let low = max(0, middle - reach)
  return low...max(low, min(1, middle + reach))
}
