/// Minimises a smooth function by limited-memory BFGS (Liu & Nocedal 1989), with steps that satisfy the weak Wolfe
/// conditions, found by bisection (Lewis & Overton 2013).
///
/// The first step is the negative gradient itself, so variables should be scaled until the Hessian is near the identity.
struct LBFGS {
  /// Stops where the gradient is no longer than this.
  var tolerance: Double
  var maximumSteps = 1000
  /// How many earlier steps shape the next.
  var memory = 10

  private struct Correction {
    let step: [Double]
    let change: [Double]
    let curvature: Double
  }

  /// - Parameter objective: the value and the gradient at a point.
  /// - Returns: the best point, its value, and whether it is the minimum: the tolerance was reached, or rounding hides
  ///   what could still be gained.
  func minimise<Failure: Error>(
    from start: [Double], _ objective: ([Double]) throws(Failure) -> (value: Double, gradient: [Double])
  ) throws(Failure) -> (point: [Double], value: Double, isConverged: Bool) {
    var point = start
    var (value, gradient) = try objective(point)
    var corrections: [Correction] = []
    for _ in 0..<maximumSteps {
      if dot(gradient, gradient).squareRoot() <= tolerance { return (point, value, true) }
      var direction = direction(gradient, corrections)
      if dot(direction, gradient) >= 0 {
        corrections = []
        direction = gradient.map { -$0 }
      }
      guard let next = try search(point, value, gradient, direction, objective) else {
        return (point, value, -dot(gradient, direction) <= 1e-10 * abs(value))
      }
      let step = difference(next.point, point)
      let change = difference(next.gradient, gradient)
      let curvature = dot(step, change)
      if curvature > 0 {
        corrections.append(Correction(step: step, change: change, curvature: curvature))
        if corrections.count > memory { corrections.removeFirst() }
      }
      (point, value, gradient) = next
    }
    return (point, value, dot(gradient, gradient).squareRoot() <= tolerance)
  }

  /// −H · gradient, by the two loops of Nocedal.
  private func direction(_ gradient: [Double], _ corrections: [Correction]) -> [Double] {
    var result = gradient
    var shares: [Double] = []
    for correction in corrections.reversed() {
      let share = dot(correction.step, result) / correction.curvature
      add(correction.change, -share, to: &result)
      shares.append(share)
    }
    if let last = corrections.last { scale(&result, last.curvature / dot(last.change, last.change)) }
    for (correction, share) in zip(corrections, shares.reversed()) {
      add(correction.step, share - dot(correction.change, result) / correction.curvature, to: &result)
    }
    scale(&result, -1)
    return result
  }

  /// Nil where no length of step leads down, as rounding causes near the minimum.
  private func search<Failure: Error>(
    _ point: [Double], _ value: Double, _ gradient: [Double], _ direction: [Double],
    _ objective: ([Double]) throws(Failure) -> (value: Double, gradient: [Double])
  ) throws(Failure) -> (point: [Double], value: Double, gradient: [Double])? {
    let slope = dot(gradient, direction)
    guard -slope > 1e-15 * abs(value) else { return nil }
    let rounding = 1e-14 * abs(value)
    var (low, high, length) = (0.0, Double.infinity, 1.0)
    for _ in 0..<50 {
      var trial = point
      add(direction, length, to: &trial)
      let (trialValue, trialGradient) = try objective(trial)
      if !(trialValue <= value + 1e-4 * length * slope + rounding) {
        high = length
      } else if dot(trialGradient, direction) < 0.9 * slope {
        low = length
      } else {
        return (trial, trialValue, trialGradient)
      }
      length = high.isFinite ? (low + high) / 2 : 2 * low
    }
    return nil
  }
}

// MARK: Vectors

private func dot(_ a: [Double], _ b: [Double]) -> Double {
  var sum = 0.0
  for index in a.indices { sum += a[index] * b[index] }
  return sum
}

private func add(_ a: [Double], _ factor: Double, to b: inout [Double]) {
  for index in b.indices { b[index] += factor * a[index] }
}

private func scale(_ a: inout [Double], _ factor: Double) {
  for index in a.indices { a[index] *= factor }
}

private func difference(_ a: [Double], _ b: [Double]) -> [Double] {
  var result = a
  for index in a.indices { result[index] -= b[index] }
  return result
}
