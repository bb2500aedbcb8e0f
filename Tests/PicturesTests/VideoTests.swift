import Foundation
import Samples
import TestSupport
import Testing

@testable import Pictures

/// Videos, which the tests make by ffmpeg.
@Suite(.enabled(if: VideoFile.isProgramThere)) struct VideoTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Grey pictures that become lighter by 10 a second, from 20 on; lossless.
  @discardableResult private func make(
    _ name: String, seconds: Double = 4, size: String = "64x48", more: [String] = []
  ) throws -> String {
    // Makes the folder.
    let path = try folder.write(name)
    let source = "nullsrc=size=\(size):rate=10:duration=\(seconds),format=gray,geq=lum='20+10*floor(T)'"
    _ = try ChildProcess.output(
      of: "ffmpeg", ["-nostdin", "-v", "error", "-y", "-f", "lavfi", "-i", source] + more + ["-c:v", "ffv1", path],
      most: 1 << 16)
    return path
  }

  private func level(_ picture: Picture) throws -> Int {
    guard case .uint8(let samples) = picture.samples else { throw DecodeError(path: "", reason: "has no bytes") }
    return samples.reduce(0) { $0 + Int($1) } / samples.count
  }

  private let rule = CanonicalDecode(shortSide: 24)

  @Test func picturesAreOfTheirTimes() throws {
    try make("a/drive.mkv")
    try make("b/other.mkv", seconds: 2)
    let photos = try ImageFolder(
      [folder.path], Annotations(), maxPixels: 1_000_000, channels: nil, fewest: 2, rate: 2)
    #expect(photos.count == 12 && photos.contents.videoCount == 2)
    #expect(
      Array(photos.files.names.prefix(3)) == ["a/drive.mkv at 0 s", "a/drive.mkv at 0.5 s", "a/drive.mkv at 1 s"])
    #expect(photos.groups?.names == ["a/drive.mkv", "b/other.mkv"])
    #expect(photos.labels?.classes == ["a", "b"])
    var levels: [Int] = []
    for sample in 0..<8 {
      let picture = try PictureDecoder.decode(
        path: photos.files.path(of: sample), part: photos.files.samples[sample].part, rule: rule)
      #expect(picture.width == 32 && picture.height == 24)
      levels.append(try level(picture))
    }
    let expected = [20, 20, 30, 30, 40, 40, 50, 50]
    // Limited range of video makes 16 to 235 of black to white.
    #expect(zip(levels, levels.dropFirst()).allSatisfy { $0 <= $1 }, "\(levels)")
    #expect(Set(levels).count == 4 && zip(levels, expected).allSatisfy { abs($0 - $1) < 24 }, "\(levels)")
  }

  @Test func neighboursAreNearInTime() throws {
    try make("drive.mkv", seconds: 3)
    let photos = try ImageFolder([folder.path], Annotations(), maxPixels: 1_000_000, channels: nil, fewest: 2, rate: 4)
    let partners = Partners(neighboursIn: PictureOrder(of: photos.files), gap: 0.5)
    #expect(partners.neighbours?[4].sorted() == [2, 3, 5, 6])
  }

  @Test func whatIsKeptChangesNothing() throws {
    let path = try make("drive.mkv", seconds: 20, size: "320x240")
    let rule = CanonicalDecode(shortSide: 240)
    // Beyond the first stretch.
    let part = SamplePart(frame: 150, rate: 10)
    #expect(VideoFile.stretch(width: 320, height: 240) < 150)
    let (first, second) = (VideoPictures(limit: 1), VideoPictures(limit: 1 << 30))
    let picture = try first.picture(path, part, rule: rule)
    #expect(try second.picture(path, SamplePart(frame: 3, rate: 10), rule: rule) != picture)
    #expect(try second.picture(path, part, rule: rule) == picture)
  }

  @Test func whatIsWrongIsOneClause() throws {
    func reason(_ path: String, frame: Int = 0) -> String {
      do throws(DecodeError) {
        _ = try VideoPictures(limit: 1).picture(path, SamplePart(frame: frame, rate: 2), rule: rule)
        return "decoded"
      } catch { return error.reason }
    }
    let path = try make("drive.mkv")
    #expect(reason(path) == "decoded")
    #expect(reason(path, frame: 500).contains("ends before"))
    let bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
    let cut = try folder.write(Array(bytes.prefix(200)), as: "cut.mkv")
    #expect(!reason(cut).contains("decoded"))
    let sound = folder.path("sound.mkv")
    _ = try ChildProcess.output(
      of: "ffmpeg", ["-nostdin", "-v", "error", "-f", "lavfi", "-i", "sine=duration=1", sound], most: 1 << 16)
    #expect(reason(sound).contains("without a stream of pictures"))
    let single = try make("single.mkv", seconds: 0.1)
    #expect(reason(single) == "decoded")
    let video = try VideoFile(path: single, maxPixels: 1_000_000)
    #expect(video.count(rate: 0.1) == 1)
    #expect(throws: DecodeError.self) { try VideoFile(path: path, maxPixels: 100) }
  }

  @Test func aProgramThatIsAbsentOrFailsIsToldApart() {
    #expect(throws: ChildProcess.Failure.absent) { try ChildProcess.output(of: "no-such-program-x", [], most: 10) }
    #expect(throws: ChildProcess.Failure.ended(status: 3)) {
      try ChildProcess.output(of: "sh", ["-c", "exit 3"], most: 10)
    }
    #expect(throws: ChildProcess.Failure.killed(signal: 9)) {
      try ChildProcess.output(of: "sh", ["-c", "kill -9 $$"], most: 10)
    }
    #expect(throws: ChildProcess.Failure.endless) { try ChildProcess.output(of: "yes", [], most: 1000) }
    #expect((try? ChildProcess.output(of: "echo", ["a"], most: 10)) == Array("a\n".utf8))
  }

  @Test func videosAreLeftOutUnlessAskedFor() throws {
    try make("drive.mkv")
    for index in 0..<2 {
      try folder.write("\(index).png", drawnPNG(width: 9, height: 8) { _, _ in [UInt8(index), 0, 0] })
    }
    let photos = try ImageFolder(folder.path)
    #expect(photos.count == 2 && photos.skipped.map(\.reason) == [VideoFile.unasked])
  }

  /// A folder of frames is a recording where neighbours are asked for.
  @Test func foldersOfFramesAreGroups() throws {
    for index in 0..<4 {
      try folder.write(
        "\(index / 2)/\(index).png", drawnPNG(width: 9, height: 8) { x, _ in [UInt8(index), UInt8(x), 0] })
    }
    func groups(_ holdsRecordings: Bool) throws -> [Int?]? {
      try ImageFolder(
        [folder.path], Annotations(), maxPixels: 1_000_000, channels: nil, fewest: 2, holdsRecordings: holdsRecordings
      ).groups?.indices
    }
    #expect(try groups(true) == [0, 0, 1, 1])
    #expect(try groups(false) == nil)
  }
}
