import Samples
import Settings

extension FileList {
  /// The same files, with the pictures of each video in its place: a video is a group, and its pictures are in the order of time.
  ///
  /// - Parameter rate: pictures of a second.
  func withFrames(rate: Double, maxPixels: Int) -> (files: FileList, videoCount: Int) {
    var kept: [Sample] = []
    var count = 0
    let files = self
    let videos = concurrentMap(count: files.count) { sample -> VideoFile? in
      let path = files.path(of: sample)
      guard (try? PictureFile(path: path).format) == .video else { return nil }
      return try? VideoPictures.shared.video(path, maxPixels: maxPixels)
    }
    for (number, sample) in samples.enumerated() {
      guard let video = videos[number] else {
        kept.append(sample)
        continue
      }
      let name = fileName(of: number)
      for frame in 0..<video.count(rate: rate) {
        let time = Double(frame) / rate
        let part = SamplePart(
          frame: frame, alias: "\(name) at \(Self.seconds(time)) s", group: name, sequence: count, position: time,
          rate: rate)
        kept.append(Sample(root: sample.root, relativePath: sample.relativePath, part: part))
      }
      count += 1
    }
    return (FileList(roots: roots, samples: kept), count)
  }

  /// "3.5", "0.333": milliseconds tell all pictures of a video apart.
  private static func seconds(_ time: Double) -> String {
    let thousandths = Int((time * 1000).rounded())
    let (whole, rest) = thousandths.quotientAndRemainder(dividingBy: 1000)
    guard rest > 0 else { return "\(whole)" }
    var digits = String(rest + 1000).dropFirst()
    while digits.last == "0" { digits.removeLast() }
    return "\(whole).\(digits)"
  }
}
