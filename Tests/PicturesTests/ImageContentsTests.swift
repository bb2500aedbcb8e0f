import Foundation
import Samples
import TestSupport
import Testing

@testable import Pictures

/// An array [height, width, channels] in an .npy file.
private func writeArray<Number: BitwiseCopyable>(
  _ folder: TemporaryFolder, _ name: String, _ type: String, _ shape: [Int], _ values: [Number]
) throws {
  let sides = shape.map(String.init).joined(separator: ", ")
  let text = "{'descr': '\(type)', 'fortran_order': False, 'shape': (\(sides)), }\n"
  var file = Data([0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(text.utf8.count), 0] + Array(text.utf8))
  values.withUnsafeBytes { file.append(contentsOf: $0) }
  try folder.write(name, file)
}

private func bytes(_ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: $0 * 37) } }

@Suite struct ImageContentsTests {
  @Test func greyAndRGBGoTogether() throws {
    let folder = try TemporaryFolder()
    try writeArray(folder, "1.npy", "|u1", [8, 9], bytes(72))
    try writeArray(folder, "2.npy", "|u1", [8, 9, 3], bytes(216))
    let photos = try ImageFolder(folder.path)
    #expect(photos.count == 2 && photos.skipped.isEmpty)
    #expect(photos.contents == ImageContents())
  }

  @Test func mostPicturesDecideTheChannels() throws {
    let folder = try TemporaryFolder()
    for name in ["a", "c", "e"] { try writeArray(folder, "\(name).npy", "|u1", [8, 9, 5], bytes(360)) }
    try writeArray(folder, "b.npy", "|u1", [8, 9, 3], bytes(216))
    try writeArray(folder, "d.npy", "|u1", [8, 9, 2], bytes(144))
    let photos = try ImageFolder(folder.path)
    #expect(photos.files.names == ["a.npy", "c.npy", "e.npy"])
    #expect(photos.contents.channels == 5)
    #expect(
      photos.skipped == [
        SampleError(name: "b.npy", reason: "has 3 (or 1) channels, and most pictures here have 5"),
        SampleError(name: "d.npy", reason: "has 2 channels, and most pictures here have 5"),
      ])
    // A run that takes three channels refuses other files.
    let other = #expect(throws: DatasetError.self) { try ImageFolder([folder.path], channels: 3) }
    #expect(
      other?.description.contains("3 .npy (a.npy, c.npy, e.npy): has 5 channels, and the run takes 3 (or 1)") == true)
  }

  @Test func aTieIsDecidedForRGB() throws {
    let folder = try TemporaryFolder()
    for name in ["a", "b"] { try writeArray(folder, "\(name).npy", "|u1", [8, 9, 4], bytes(288)) }
    for name in ["c", "d"] { try writeArray(folder, "\(name).npy", "|u1", [8, 9], bytes(72)) }
    #expect(try ImageFolder(folder.path).files.names == ["c.npy", "d.npy"])
  }

  @Test func arraysAmongPicturesAreLeftOut() throws {
    let folder = try TemporaryFolder()
    for name in ["1.png", "2.png"] { try folder.write(name, drawnPNG(width: 9, height: 8) { _, _ in [1, 2, 3] }) }
    try writeArray(folder, "vectors.npy", "<f4", [30, 50], [Float](repeating: 1, count: 1500))
    let photos = try ImageFolder(folder.path)
    #expect(photos.files.names == ["1.png", "2.png"])
    #expect(
      photos.skipped == [
        SampleError(name: "vectors.npy", reason: "is a NumPy array, and most files here are pictures")
      ])
  }

  @Test func deepPicturesAreMeasured() throws {
    let folder = try TemporaryFolder()
    for name in ["a", "b"] {
      let values = (0..<128).map { UInt16($0 % 4 == 0 ? 0 : name == "a" ? 3000 : 1000) }
      try writeArray(folder, "\(name).npy", "<u2", [8, 4, 4], values)
    }
    let photos = try ImageFolder(folder.path)
    #expect(photos.contents.channels == 4 && photos.contents.deepSamples == [0, 1])
    let statistics = ImageStatistics(of: photos, decode: CanonicalDecode(shortSide: 64))
    #expect(statistics.values == ValueRange(uint16Highest: 4095))
    #expect(statistics.pictureCount == 2)
    let (mean, deviation) = (statistics.normalisation.mean, statistics.normalisation.deviation)
    let expected: [Float] = [0, 2000 / 4095, 2000 / 4095, 2000 / 4095]
    for channel in 0..<4 { #expect(abs(mean[channel] - expected[channel]) < 1e-4) }
    let deviations: [Float] = [1, 1000 / 4095, 1000 / 4095, 1000 / 4095]
    for channel in 0..<4 { #expect(abs(deviation[channel] - deviations[channel]) < 1e-4) }
  }

  @Test func floatsAreTakenFromTheirLowestToTheirHighest() throws {
    let folder = try TemporaryFolder()
    try writeArray(folder, "a.npy", "<f4", [1, 4], [-1000, 0, 500, 1] as [Float])
    try writeArray(folder, "b.npy", "<i2", [1, 4], [0, 3000, 7, -3] as [Int16])
    let rule = CanonicalDecode(shortSide: 64)
    let statistics = ImageStatistics(of: try ImageFolder(folder.path), decode: rule)
    #expect(statistics.values?.float == -1000...3000)
    #expect(statistics.normalisation.mean.count == 3)
    try writeArray(folder, "a.npy", "<f4", [1, 4], [0, 0.5, 0.25, 1] as [Float])
    try writeArray(folder, "b.npy", "<f4", [1, 4], [0.5, 0.5, 0.5, 0.5] as [Float])
    #expect(ImageStatistics(of: try ImageFolder(folder.path), decode: rule).values == ValueRange())
  }

  @Test func viewsOfOtherChannelsAreRefused() throws {
    let folder = try TemporaryFolder()
    for name in ["a", "b"] { try writeArray(folder, "\(name).npy", "|u1", [8, 9, 4], bytes(288)) }
    let files = try ImageFolder(folder.path).files
    var recipe = ImageRecipe.small
    func views() -> ImageViews {
      ImageViews(of: files, configuration: .init(recipes: [recipe], imageSize: 8, seed: 1), cacheBytes: 0)
    }
    var floats = [Float](repeating: .nan, count: 4 * 64)
    #expect(throws: SampleError(name: "a.npy", reason: "has 4 channels, and the run takes 3")) {
      try floats.withUnsafeMutableBytes { try views().render(sample: 0, epoch: 0, into: [$0]) }
    }
    recipe.normalisation = .init(mean: [0, 0, 0, 0], deviation: [1, 1, 1, 1])
    #expect(views().layouts == [ViewLayout(shape: [4, 8, 8], isChannelsLast: true)])
    try floats.withUnsafeMutableBytes { try views().render(sample: 0, epoch: 0, into: [$0]) }
    let areFinite = floats.allSatisfy { $0.isFinite }
    #expect(areFinite)
  }
}
