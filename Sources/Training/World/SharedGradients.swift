import Layers
import Learning
import Torch

/// The sum of the gradients of all processes, with some numbers that travel with it.
///
/// Gradients travel in buckets while the backward pass goes on, those of the last layers first, since they are there first (Li
/// et al. 2020, PyTorch Distributed).
package struct SharedGradients {
  private let world: World

  init(_ world: World) { self.world = world }

  /// Begins to send the gradients of each process, as they become complete.
  ///
  /// - Parameter output: where the last backward pass of the step will begin; nil if there is none any more.
  func send(of method: any Method, during output: Tensor?) throws(TorchError) {
    guard world.size > 1 else { return }
    let parameters = Array(method.trainedParameters.map(\.parameter.tensor).reversed())
    try world.sendGradients(of: parameters, buckets: Self.buckets(of: parameters), during: output)
  }

  /// Replaces the gradients of each process by their sum.
  ///
  /// - Parameters:
  ///   - numbers: single values of each process.
  ///   - stopwatch: notes how long the gradients were on their way, and were waited for.
  /// - Returns: the sums of these over the processes, in float64.
  func sum(
    of method: any Method, with numbers: [Tensor] = [], _ stopwatch: Stopwatch? = nil
  ) throws(TorchError) -> [Double] {
    if !world.isSendingGradients { try send(of: method, during: nil) }
    let times = try world.receiveGradients()
    stopwatch?.noteExchange(sent: times.sent, waited: times.waited)
    if numbers.isEmpty { return [] }
    return try noGrad { () throws(TorchError) in
      let row = try stack(
        numbers.map { number throws(TorchError) in try number.detach().to(dtype: .float64, device: .cpu) })
      try world.addUp(row)
      return try row.values()
    }
  }

  /// Bytes of a bucket: what a small one costs is the way, and a large one ends late.
  static let sizes = 1_000_000...25_000_000

  /// Bytes of a bucket: an eighth of all gradients, within `sizes`.
  private static func length(of total: Int) -> Int { min(max(total / 8, sizes.lowerBound), sizes.upperBound) }

  /// The part of all gradients that a bucket has, above 0 to 1.
  package static func shareOfBucket(of total: Int) -> Double {
    total > 0 ? min(1, Double(length(of: total)) / Double(total)) : 1
  }

  /// The place behind the last parameter of each bucket. Those of a bucket have one type.
  static func buckets(of parameters: [Tensor]) -> [Int] {
    let limit = length(of: parameters.reduce(0) { $0 + $1.byteCount })
    var ends: [Int] = []
    var filled = 0
    for (place, parameter) in parameters.enumerated() {
      let isOfAnotherType = place > 0 && parameter.dtype != parameters[place - 1].dtype
      if filled > 0, isOfAnotherType || filled + parameter.byteCount > limit {
        ends.append(place)
        filled = 0
      }
      filled += parameter.byteCount
    }
    if filled > 0 { ends.append(parameters.count) }
    return ends
  }
}
