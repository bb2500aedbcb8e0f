import Samples
import Settings

/// How the values of pictures of more than 8 bits fill the range that becomes 0 to 1, measured on some of them.
struct ClippedValues: Sendable, Equatable {
  struct File: Sendable, Equatable {
    let name: String
    /// The part of its values that is outside the range, 0 to 1.
    let share: Double
  }

  /// How many pictures could be read.
  let pictureCount: Int
  /// The part of all values that is outside the range.
  let share: Double
  /// The pictures with values outside, the worst first.
  let files: [File]
  /// The part of the range between the lowest and the highest value; 1 where values are outside.
  let use: Double
  /// The part of all values that stands for no data.
  let missing: Double
  /// Names of the pictures all of whose values stand for no data.
  let empty: [String]

  /// More than this part of all values is worth a warning.
  static let bearableShare = 0.01
  /// A picture with more than this part of its values outside is told apart less from others.
  static let bearableFileShare = 0.1
  /// A smaller part of the range is hardly told from a plain picture.
  static let leastUse = 1.0 / 16

  init(of folder: ImageFolder, by rule: CanonicalDecode) {
    let range = rule.values ?? ValueRange()
    var files: [File] = []
    var empty: [String] = []
    var (count, clipped, all, missing) = (0, 0, 0, 0)
    var (lowest, highest) = (1.0, 0.0)
    for sample in folder.measuredSamples {
      let path = folder.files.path(of: sample)
      guard let picture = try? PictureDecoder.stored(path: path, maxPixels: rule.maxPixels) else { continue }
      count += 1
      if let noData = range.noData, picture.samples.holdsNothing(but: noData) {
        empty.append(folder.files.name(of: sample))
      }
      var outside = 0
      func add(_ values: some Sequence<Float>, _ bounds: ClosedRange<Float>) {
        let extent = Double(bounds.upperBound) - Double(bounds.lowerBound)
        for value in values {
          if range.noData?.contains(value) == true {
            missing += 1
          } else if value < bounds.lowerBound || value > bounds.upperBound {
            outside += 1
          } else if extent > 0 {
            let place = (Double(value) - Double(bounds.lowerBound)) / extent
            (lowest, highest) = (min(lowest, place), max(highest, place))
          }
        }
      }
      switch picture.samples {
      case .uint8: break
      case .uint16(let values): add(values.lazy.map { Float($0) }, 0...Float(range.uint16Highest))
      case .float32(let values): add(values, range.float)
      }
      let total = picture.samples.count
      clipped += outside
      all += total
      if outside > 0 {
        files.append(File(name: folder.files.name(of: sample), share: Double(outside) / Double(max(1, total))))
      }
    }
    pictureCount = count
    self.empty = empty
    share = all > 0 ? Double(clipped) / Double(all) : 0
    self.missing = all > 0 ? Double(missing) / Double(all) : 0
    use = clipped > 0 || lowest > highest ? 1 : highest - lowest
    self.files = files.sorted { $0.share > $1.share }
  }

  /// What was counted, for people; nil if nothing is outside.
  var note: String? {
    guard let worst = files.first else { return nil }
    let some = listed(files.prefix(3).map { "\($0.name) \(Self.percent($0.share))" }, limit: 3)
    return files.count == 1
      ? "Of \(pictureCount) measured pictures, \(worst.name) has values outside this range, which are clipped: "
        + "\(Self.percent(worst.share)) of its own."
      : "Of \(pictureCount) measured pictures, \(files.count) have values outside this range, which are clipped: "
        + "\(Self.percent(share)) of all values, most in \(some)."
  }

  /// Which pictures hold nothing, for people; nil if none was found.
  var emptyNote: String? {
    guard !empty.isEmpty else { return nil }
    return
      "Of \(pictureCount) measured pictures, \(empty.count) \(empty.count == 1 ? "holds" : "hold") no data at all and "
      + "\(empty.count == 1 ? "is" : "are") skipped: \(listed(empty, limit: 3))."
  }

  /// Without a full stop; nil if the range suits the pictures.
  var warning: String? {
    let bad = files.count { $0.share > Self.bearableFileShare }
    if share > Self.bearableShare || bad > pictureCount / 20 {
      return
        "\(Self.percent(share)) of the values of \(pictureCount) measured pictures are clipped"
        + (bad == 0 ? "" : ", and in \(bad) pictures more than a tenth")
        + ": these pictures differ less than they should. "
        + "Bring all files to one scale, the one that the run is made with"
    }
    if pictureCount > 0, use < Self.leastUse {
      return
        "the values of \(pictureCount) measured pictures fill only \(Self.percent(use)) of the range that becomes 0 to "
        + "1, so that they are almost plain: they are not on the scale that the run was made with"
    }
    return nil
  }

  private static func percent(_ share: Double) -> String { share < 0.001 ? "under 0.1 %" : Figure.percent(share) }
}
