import Foundation
import Samples
import Settings
import Synchronization

/// A video, whose pictures the program `ffmpeg` takes out: Swiftlet is linked with no library that decodes videos.
struct VideoFile: Sendable, Equatable {
  let path: String
  /// As it is shown, in pixels.
  let width: Int
  let height: Int
  /// In seconds, as the file says.
  let duration: Double

  /// Why videos are left out where nobody asked for them.
  static let unasked = "is a video; --fps 2 takes two pictures of each second"

  static let remedy = "install ffmpeg (apt or Homebrew: ffmpeg)"

  /// Whether ffmpeg can be run.
  static let isProgramThere = (try? ChildProcess.output(of: "ffmpeg", ["-version"], most: 1 << 16)) != nil

  /// Reads what the file says of itself, by `ffprobe`, which comes with ffmpeg.
  init(path: String, maxPixels: Int) throws(DecodeError) {
    let fields: [String: String]
    do throws(ChildProcess.Failure) {
      let text = try ChildProcess.output(
        of: "ffprobe",
        [
          "-v", "error", "-protocol_whitelist", "file", "-select_streams", "v:0", "-show_entries",
          "stream=width,height:stream_tags=rotate:stream_side_data=rotation:format=duration", "-of",
          "default=noprint_wrappers=1", "-i", "file:" + path,
        ], most: 1 << 16)
      let lines = String(decoding: text, as: UTF8.self).split(whereSeparator: \.isNewline)
      fields = Dictionary(
        lines.compactMap { line in
          let parts = line.split(separator: "=", maxSplits: 1).map(String.init)
          return parts.count == 2 ? (parts[0], parts[1]) : nil
        }, uniquingKeysWith: { first, _ in first })
    } catch {
      throw DecodeError(path: path, reason: Self.reason(error, doing: "read"))
    }
    guard let width = fields["width"].flatMap({ Int($0) }), let height = fields["height"].flatMap({ Int($0) }),
      (1...1 << 16).contains(width), (1...1 << 16).contains(height)
    else { throw DecodeError(path: path, reason: "is a file without a stream of pictures") }
    guard width * height <= maxPixels else {
      throw DecodeError(
        path: path, reason: "has \(width) x \(height) pixels, more than the limit of \(maxPixels)")
    }
    let turned = fields["rotation"].flatMap { Double($0) } ?? fields["TAG:rotate"].flatMap { Double($0) } ?? 0
    let isTurned = Int(exactly: (abs(turned) / 90).rounded()).map { $0 % 2 == 1 } ?? false
    self.path = path
    self.width = isTurned ? height : width
    self.height = isTurned ? width : height
    let said = fields["duration"].flatMap { Double($0) } ?? 0
    // A file that does not say its length has at least one picture.
    duration = said.isFinite && said > 0 ? min(said, 1e6) : 0
  }

  /// How many pictures are taken at `rate` a second.
  func count(rate: Double) -> Int { max(1, wholeNumber((duration * rate).rounded(.down), in: 1...10_000_000)) }

  var header: PictureHeader {
    PictureHeader(format: .video, width: width, height: height, channels: 3, bitsPerSample: 8, hasMorePages: false)
  }

  /// How many pictures are decoded at a time, from a place that depends on nothing but their number and size: 16 MB of them.
  /// For each stretch ffmpeg starts anew and decodes from the key frame before it, which may lie many pictures back.
  static func stretch(width: Int, height: Int) -> Int { max(64, (1 << 24) / max(1, width * height * 3)) }

  /// RGB pixels of the stretch of pictures from `first` on, as far as the video has them, each `width` × `height`.
  fileprivate func pictures(from first: Int, rate: Double, width: Int, height: Int) throws(DecodeError) -> [UInt8] {
    let (each, stretch) = (width * height * 3, Self.stretch(width: width, height: height))
    let filters = "fps=\(rate):start_time=0:eof_action=pass,scale=\(width):\(height):flags=area"
    do throws(ChildProcess.Failure) {
      return try ChildProcess.output(
        of: "ffmpeg",
        [
          "-nostdin", "-v", "error", "-threads", "1", "-protocol_whitelist", "file,pipe", "-ss",
          String(format: "%.6f", Double(first) / rate), "-i", "file:" + path, "-map", "0:v:0", "-vf",
          filters, "-frames:v", "\(stretch)", "-f", "rawvideo", "-pix_fmt", "rgb24", "pipe:1",
        ], most: each * (stretch + 1))
    } catch {
      throw DecodeError(path: path, reason: Self.reason(error, doing: "decode"))
    }
  }

  private static func reason(_ failure: ChildProcess.Failure, doing verb: String) -> String {
    switch failure {
    case .absent: "is a video, which needs the program ffmpeg: \(remedy)"
    case .ended: "is a damaged video, or one that ffmpeg cannot \(verb)"
    case .killed(let signal): "is a video, and ffmpeg was ended by signal \(signal) while it was to \(verb) it"
    case .endless: "is a video, and ffmpeg gave more than it should"
    case .unavailable(let reason): "is a video, and ffmpeg cannot be started: \(reason)"
    }
  }
}

/// Pictures of videos that were decoded last. What a picture looks like does not depend on what is kept.
final class VideoPictures: Sendable {
  static let shared = VideoPictures(limit: MachineMemory.current.total / 16)

  private struct Key: Hashable {
    let path: String
    let stamp: [Int64]
    let rate: Double
    let first: Int
    let width: Int
    let height: Int
  }

  /// One stretch of a video. Threads that want it while it is decoded wait for the one that does it.
  private final class Stretch: Sendable {
    let bytes = Mutex<[UInt8]?>(nil)
  }

  private struct State {
    var stretches: [Key: Stretch] = [:]
    /// From the one that was asked for longest ago.
    var order: [Key] = []
    var videos: [String: VideoFile] = [:]
  }

  private let limit: Int
  private let state = Mutex(State())

  init(limit: Int) { self.limit = limit }

  /// What a video says of itself, read once for each version of the file.
  func video(_ path: String, maxPixels: Int) throws(DecodeError) -> VideoFile {
    let name = "\(Self.stamp(path)) \(maxPixels) \(path)"
    if let known = state.withLock({ $0.videos[name] }) { return known }
    let video = try VideoFile(path: path, maxPixels: maxPixels)
    state.withLock { $0.videos[name] = video }
    return video
  }

  /// The canonical picture of a frame.
  func picture(_ path: String, _ part: SamplePart, rule: CanonicalDecode) throws(DecodeError) -> Picture {
    guard let rate = part.rate, rate > 0 else {
      throw DecodeError(path: path, reason: "is a video; say how many pictures of a second are taken")
    }
    let video = try video(path, maxPixels: rule.maxPixels)
    let reduction = rule.reduction(width: video.width, height: video.height, most: 1 << 30)
    let (width, height) = (video.width.dividedUp(by: reduction), video.height.dividedUp(by: reduction))
    let stretch = VideoFile.stretch(width: width, height: height)
    let first = part.frame / stretch * stretch
    let key = Key(path: path, stamp: Self.stamp(path), rate: rate, first: first, width: width, height: height)
    let bytes = try self.stretch(key).bytes.withLock { kept throws(DecodeError) -> [UInt8] in
      if let kept { return kept }
      let made = try video.pictures(from: first, rate: rate, width: width, height: height)
      kept = made
      return made
    }
    let size = width * height * 3
    let place = (part.frame - first) * size
    guard place + size <= bytes.count else {
      throw DecodeError(path: path, reason: "ends before its length says: it has no picture \(part.frame + 1)")
    }
    guard
      let picture = Picture(
        width: width, height: height, channels: 3, samples: .uint8(Array(bytes[place..<place + size])))
    else { throw DecodeError(path: path, reason: "has no pixels") }
    return picture
  }

  private func stretch(_ key: Key) -> Stretch {
    state.withLock { state in
      state.order.removeAll { $0 == key }
      state.order.append(key)
      if let known = state.stretches[key] { return known }
      let made = Stretch()
      state.stretches[key] = made
      func bytes(_ key: Key) -> Int {
        key.width * key.height * 3 * VideoFile.stretch(width: key.width, height: key.height)
      }
      var total = state.order.reduce(0) { $0 + bytes($1) }
      while total > limit, state.order.count > 1 {
        let oldest = state.order.removeFirst()
        state.stretches[oldest] = nil
        total -= bytes(oldest)
      }
      return made
    }
  }

  private static func stamp(_ path: String) -> [Int64] {
    var status = Foundation.stat()
    guard stat(path, &status) == 0 else { return [] }
    #if canImport(Darwin)
      let time = status.st_mtimespec
    #else
      let time = status.st_mtim
    #endif
    return [Int64(status.st_size), Int64(time.tv_sec), Int64(time.tv_nsec)]
  }
}
