import Samples

/// The values of a folder's pictures of more than 8 bits, measured on some of them, and the range that becomes 0 to 1.
///
/// The range reaches from the lowest to the highest value found, unless these are outliers: a value further from the
/// central 99.9 % than half the extent of these does not count, so that a hot pixel does not make all others black.
struct ValueSurvey {
  /// How many pictures are measured, spread evenly over the folder; fewer where they have many pixels.
  static let pictureLimit = 512
  static let fewest = 32
  static let pixelBudget = 64_000_000
  /// How many values are kept to find percentiles by.
  private static let valueLimit = 262_144
  /// On each side, the part of the values that may be outliers.
  fileprivate static let tail = 0.0005

  let range: ValueRange
  /// How many pictures could be read.
  let pictureCount: Int

  init(of folder: ImageFolder, maxPixels: Int, noData request: NoDataRequest) {
    let chosen = folder.measuredSamples
    let perPicture = max(256, Self.valueLimit / max(1, chosen.count))
    var (integers, floats) = (Values(request), Values(request))
    var count = 0
    for sample in chosen {
      guard let picture = try? PictureDecoder.stored(path: folder.files.path(of: sample), maxPixels: maxPixels) else {
        continue
      }
      // One that will be skipped for its infinite values says nothing of the range of the others.
      if case .float32(let values) = picture.samples, values.contains(where: \.isInfinite) { continue }
      count += 1
      switch picture.samples {
      case .uint8: break
      case .uint16(let values): integers.add(values.count, perPicture) { Float(values[$0]) }
      case .float32(let values): floats.add(values.count, perPicture) { values[$0] }
      }
    }
    pictureCount = count
    let (integerRange, floatRange) = (integers.range, floats.range)
    // If no picture of a type was measured, or all of its values are 0, the range of the type is used.
    let highest = integerRange.map { UInt16(min(max($0.upperBound, 0), 65535)) } ?? 0
    let bits = max(8, 16 - highest.leadingZeroBitCount)
    let isUnit = floatRange.map { $0.lowerBound >= 0 && $0.upperBound <= 1 } ?? true
    var range = ValueRange(
      uint16Highest: highest == 0 ? .max : UInt16.max >> (16 - bits), float: isUnit ? 0...1 : floatRange ?? 0...1)
    let unused = Set(integers.noData + floats.noData)
    let includesNaN =
      switch request {
      case .automatic: floats.hasNaN
      case .none: false
      case .values(_, let nan): nan
      }
    if !unused.isEmpty || includesNaN {
      let means = [
        integers.mean(scaledBy: 0...Float(range.uint16Highest)), floats.mean(scaledBy: range.float),
      ].compactMap(\.self)
      range.noData = NoData(values: unused.sorted(), includesNaN: includesNaN, fill: means.first ?? 0)
    }
    self.range = range
  }
}

extension ImageFolder {
  /// The samples of more than 8 bits that are measured.
  var measuredSamples: [Int] {
    let deep = contents.deepSamples
    let headers = deep.evenlySpread(16).compactMap { try? PictureDecoder.checkHeader(path: files.path(of: $0)) }
    let pixels = headers.reduce(0) { $0 + $1.width * $1.height * $1.channels } / max(1, headers.count)
    let affordable = ValueSurvey.pixelBudget / max(1, pixels)
    return deep.evenlySpread(min(max(affordable, ValueSurvey.fewest), ValueSurvey.pictureLimit))
  }
}

/// The values of all measured pictures of one type.
private struct Values {
  private let request: NoDataRequest
  private let suspects: [Float]
  /// Of the values that are not suspected of standing for no data.
  private var lowest = Float.infinity
  private var highest = -Float.infinity
  private var counts: [Int]
  private var sample: [Float] = []
  private(set) var hasNaN = false

  init(_ request: NoDataRequest) {
    self.request = request
    suspects = request.suspects
    counts = suspects.map { _ in 0 }
  }

  mutating func add(_ count: Int, _ kept: Int, value: (Int) -> Float) {
    // An odd step does not stay in the same columns.
    let step = max(1, count / kept) | 1
    for index in 0..<count {
      let value = value(index)
      if value.isNaN {
        hasNaN = true
        continue
      }
      if count <= kept || index % step == 0 { sample.append(value) }
      if let suspect = suspects.firstIndex(of: value) {
        counts[suspect] += 1
      } else {
        lowest = min(lowest, value)
        highest = max(highest, value)
      }
    }
  }

  /// The values that stand for no data: those that a user named, or usual ones far from all others.
  var noData: [Float] {
    guard case .automatic = request else { return suspects }
    guard lowest <= highest else { return [] }
    return suspects.indices.filter { place in
      let distance = max(lowest - suspects[place], suspects[place] - highest)
      // A few single ones are more likely hot pixels.
      return counts[place] >= 4 && distance > (highest - lowest) / 2 && distance > 1
    }.map { suspects[$0] }
  }

  /// Nil if there is no value.
  var range: ClosedRange<Float>? {
    let unused = noData
    let others = suspects.indices.filter { counts[$0] > 0 && !unused.contains(suspects[$0]) }.map { suspects[$0] }
    let least = others.reduce(lowest, min)
    let most = others.reduce(highest, max)
    guard least <= most, least.isFinite, most.isFinite else { return nil }
    let sorted = sample.filter { !unused.contains($0) }.sorted()
    guard !sorted.isEmpty else { return least...most }
    let tail = Int(Double(sorted.count) * ValueSurvey.tail)
    let (low, high) = (sorted[tail], sorted[sorted.count - 1 - tail])
    let slack = (high - low) / 2
    guard slack > 0, slack.isFinite else { return least...most }
    return (least < low - slack ? low : least)...(most > high + slack ? high : most)
  }

  /// The mean of the data, 0...1; nil if there are none.
  func mean(scaledBy range: ClosedRange<Float>) -> Float? {
    let unused = noData
    let extent = Double(range.upperBound) - Double(range.lowerBound)
    let data = sample.filter { !unused.contains($0) }
    guard !data.isEmpty, extent > 0 else { return nil }
    let sum = data.reduce(0.0) { $0 + min(max((Double($1) - Double(range.lowerBound)) / extent, 0), 1) }
    return Float(sum / Double(data.count))
  }
}
