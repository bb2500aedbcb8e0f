import Testing
import Torch

/// Expects two lists of numbers to agree: the lengths first, then |a − b| ≤ absolute + relative · |b| for each.
public func expectClose(
  _ actual: [Double], _ expected: [Double], absolute: Double, relative: Double = 0,
  _ comment: @autoclosure () -> String = "", sourceLocation: SourceLocation = #_sourceLocation
) {
  guard actual.count == expected.count else {
    Issue.record("\(actual.count) values, expected \(expected.count). \(comment())", sourceLocation: sourceLocation)
    return
  }
  var worst = (index: -1, excess: 0.0)
  for (index, (a, b)) in zip(actual, expected).enumerated() {
    let excess = abs(a - b) - (absolute + relative * abs(b))
    // A NaN compares false with everything, so it is asked for by name.
    if excess > worst.excess || excess.isNaN { worst = (index, excess.isNaN ? .infinity : excess) }
  }
  guard worst.index >= 0 else { return }
  Issue.record(
    "value \(worst.index) is \(actual[worst.index]), expected \(expected[worst.index]). \(comment())",
    sourceLocation: sourceLocation)
}

/// Expects two tensors to have the same shape and close values.
public func expectClose(
  _ actual: Tensor, _ expected: Tensor, absolute: Double, relative: Double = 0,
  _ comment: @autoclosure () -> String = "", sourceLocation: SourceLocation = #_sourceLocation
) throws {
  guard actual.shape == expected.shape else {
    Issue.record("shape \(actual.shape), expected \(expected.shape). \(comment())", sourceLocation: sourceLocation)
    return
  }
  expectClose(
    try actual.values(), try expected.values(), absolute: absolute, relative: relative, comment(),
    sourceLocation: sourceLocation)
}

/// Expects `body` to leave as many tensors alive as it found.
public func expectNoLeak(_ sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> Void) rethrows {
  let before = Tensor.liveCount
  try body()
  let left = Tensor.liveCount - before
  if left != 0 { Issue.record("\(left) tensors are still alive", sourceLocation: sourceLocation) }
}
