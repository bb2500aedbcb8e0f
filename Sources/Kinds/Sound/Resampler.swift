import CSoxr

/// Sound at another rate, a part at a time.
final class Resampler {
  private let handle: OpaquePointer
  private var output = [Float](repeating: 0, count: 1 << 14)

  /// - Parameters: samples a second.
  init(from: Int, to: Int) throws(SoundProblem) {
    var opened: OpaquePointer?
    if let message = csoxr_open(Double(from), Double(to), &opened) {
      throw SoundProblem(
        SoundLibraries.changesRates
          ? "cannot be changed from \(from) to \(to) samples a second (\(String(cString: message)))"
          : "has another rate than \(to) samples a second, and this build lacks libsoxr: install libsoxr-dev, then run make build"
      )
    }
    guard let opened else { throw SoundProblem("cannot be changed from \(from) to \(to) samples a second") }
    handle = opened
  }

  deinit { csoxr_close(handle) }

  /// Takes the next samples and adds to `result` what is ready.
  func add(_ samples: UnsafeBufferPointer<Float>, to result: inout [Float]) throws(SoundProblem) {
    var rest = samples[...]
    while !rest.isEmpty {
      let part = UnsafeBufferPointer(rebasing: rest)
      let (taken, given) = try process(part.baseAddress, part.count, &result)
      rest = rest.dropFirst(taken)
      if taken == 0, given == 0 { throw SoundProblem("cannot be changed to another rate") }
    }
  }

  /// Adds what is left at the end.
  func finish(into result: inout [Float]) throws(SoundProblem) {
    while try process(nil, 0, &result).given > 0 {}
  }

  private func process(
    _ input: UnsafePointer<Float>?, _ count: Int, _ result: inout [Float]
  ) throws(SoundProblem) -> (taken: Int, given: Int) {
    var (taken, given) = (0, 0)
    if let message = csoxr_process(handle, input, count, &output, output.count, &taken, &given) {
      throw SoundProblem("cannot be changed to another rate (\(String(cString: message)))")
    }
    result += output[..<given]
    return (taken, given)
  }
}
