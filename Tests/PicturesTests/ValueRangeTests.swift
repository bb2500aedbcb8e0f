import Foundation
import Samples
import Settings
import TestSupport
import Testing

@testable import Learning
@testable import Pictures

/// Which stored values become 0 to 1, what stands for no data, and what is said where pictures do not fit.
@Suite struct ValueRangeTests {
  private let folder: TemporaryFolder
  private let rule = CanonicalDecode(shortSide: 64)

  init() throws { folder = try TemporaryFolder() }

  private func write<Number: BitwiseCopyable>(
    _ name: String, _ type: String, side: Int = 48, value: (_ place: Int) -> Number
  ) throws {
    let text = "{'descr': '\(type)', 'fortran_order': False, 'shape': (\(side), \(side)), }\n"
    var file = Data([0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(text.utf8.count), 0] + Array(text.utf8))
    for place in 0..<side * side { withUnsafeBytes(of: value(place)) { file.append(contentsOf: $0) } }
    try folder.write(name, file)
  }

  private func values(_ noData: NoDataRequest = .automatic) throws -> ValueRange {
    try #require(ImageStatistics(of: ImageFolder(folder.path), decode: rule, noData: noData).values)
  }

  /// From 0 to 1 in steps of 1/1000, in no order.
  private static func unit(_ place: Int) -> Float { Float(place * 7919 % 1001) / 1000 }

  /// Every 10th of 320 pictures gave the range before, and the bright ones between them were clipped to white.
  @Test func brightPicturesBetweenTheFormerOnesCount() throws {
    for index in 0..<320 {
      let bright: UInt16 = [3, 5, 7].contains(index % 10) ? 3000 : 0
      try write("\(1000 + index).npy", "<u2", side: 8) { UInt16($0 * 14 % 900) + bright }
    }
    #expect(try values() == ValueRange(uint16Highest: 4095))
    let collection = try ImageCollection(scanning: [folder.path], Annotations(), configuration())
    #expect(collection.warnings.isEmpty && collection.notes.count == 1)
  }

  @Test func aHotPixelDoesNotMakeTheOthersBlack() throws {
    for index in 0..<4 { try write("\(index).npy", "<f4") { $0 == 77 ? 100_000 : 300 + 100 * Self.unit($0 + index) } }
    #expect(try values() == ValueRange(float: 300...400))
    let check = ClippedValues(
      of: try ImageFolder(folder.path), by: CanonicalDecode(shortSide: 64, values: ValueRange(float: 300...400)))
    #expect(check.files.count == 4 && check.share == 1 / 2304)
    #expect(check.note?.contains("Of 4 measured pictures, 4 have values outside this range") == true)
    #expect(check.warning == nil)
  }

  /// A picture that is skipped for an infinite value leaves the range of the others as it is.
  @Test func anInfiniteValueIsNoPartOfTheRange() throws {
    for index in 0..<4 {
      try write("\(index).npy", "<f4") { $0 == 7 && index == 2 ? .infinity : 100 + 3900 * Self.unit($0) }
    }
    #expect(try values() == ValueRange(float: 100...4000))
  }

  /// Values that are far out are data if there are enough of them.
  @Test func sparseBrightPicturesKeepTheirRange() throws {
    for index in 0..<4 { try write("\(index).npy", "<f4") { $0 % 100 == 0 ? 50 : 0 as Float } }
    #expect(try values().float == 0...50)
  }

  @Test(arguments: [-9999, -32768, 65535, -Float.greatestFiniteMagnitude])
  func isolatedValuesStandForNoData(_ value: Float) throws {
    for index in 0..<4 { try write("\(index).npy", "<f4") { $0 < 96 ? value : 300 + 100 * Self.unit($0) } }
    let found = try values()
    #expect(found.float == 300...400 && found.noData?.values == [value] && found.noData?.includesNaN == false)
    #expect(abs((found.noData?.fill ?? 0) - 0.5) < 0.02)
    // They are replaced by the mean, and the others are scaled as if these were not there.
    let picture = try PictureDecoder.decode(
      path: folder.path("0.npy"), rule: CanonicalDecode(shortSide: 64, values: found))
    guard case .float32(let samples) = picture.samples else { throw CocoaError(.fileReadUnknown) }
    #expect(samples[..<96].allSatisfy { $0 == found.noData?.fill })
    #expect(abs(samples[100] - Self.unit(100)) < 1e-5)
    // A user may say that they are data.
    let all = try values(.none)
    #expect(all.noData == nil && (all.float.contains(value) || value == -.greatestFiniteMagnitude))
  }

  @Test func usualValuesAmongOthersAreData() throws {
    for index in 0..<4 { try write("\(index).npy", "<f4") { -20_000 + 20_000 * Self.unit($0) + ($0 == 9 ? 1 : 0) } }
    try write("9.npy", "<f4") { $0 < 50 ? -9999 : -10_000 * Self.unit($0) }
    #expect(try values().noData == nil)
    // A saturated sensor.
    for index in 0..<5 { try write("\(index).npy", "<u2") { UInt16(min(65535, $0 * 37)) } }
    try write("9.npy", "<u2") { UInt16(min(65535, $0 * 37)) }
    #expect(try values() == ValueRange())
  }

  @Test func theHighestOfSixteenBitsIsNoDataWhereTheOthersHaveTwelve() throws {
    for index in 0..<3 { try write("\(index).npy", "<u2") { $0 < 50 ? 65535 : UInt16($0) } }
    let found = try values()
    #expect(found.uint16Highest == 4095 && found.noData?.values == [65535])
  }

  @Test func notANumberIsNoDataWhereAPictureHasSome() throws {
    for index in 0..<3 { try write("\(index).npy", "<f4") { $0 < 50 ? .nan : Self.unit($0) * 7 } }
    let found = try values()
    #expect(found.float == 0...7 && found.noData?.includesNaN == true)
    let read = try PictureDecoder.decode(
      path: folder.path("0.npy"), rule: CanonicalDecode(shortSide: 64, values: found))
    guard case .float32(let samples) = read.samples else { throw CocoaError(.fileReadUnknown) }
    let areFinite = samples.allSatisfy { $0.isFinite }
    #expect(areFinite)
    #expect(throws: DecodeError.self) {
      try PictureDecoder.decode(path: folder.path("0.npy"), rule: CanonicalDecode(shortSide: 64, values: ValueRange()))
    }
    let stored = try JSONDecoder().decode(ValueRange.self, from: JSONEncoder().encode(found))
    #expect(stored == found)
  }

  @Test func whatAUserNamesIsNoDataWhereverItLies() throws {
    for index in 0..<3 { try write("\(index).npy", "<f4") { $0 < 50 ? -1 : Self.unit($0) } }
    #expect(try values().noData == nil)
    let found = try values(NoDataRequest("-1, nan"))
    #expect(found.float == 0...1 && found.noData?.values == [-1] && found.noData?.includesNaN == true)
    #expect(try NoDataRequest("none") == NoDataRequest.none)
    #expect(try NoDataRequest(nil) == .automatic)
    for text in ["", "x", "1,,2", "inf", "0x10"] { #expect(throws: SettingError.self) { try NoDataRequest(text) } }
  }

  /// A mean of data and of what is none would be neither: pictures are reduced afterwards, and as codecs do it.
  @Test(arguments: ["<u2", "<f4"]) func picturesWithoutDataAreReducedAsOthers(_ type: String) throws {
    func number(_ place: Int) -> UInt16 { UInt16(place * 7919 % 4001) }
    if type == "<u2" {
      try write("0.npy", type, side: 45) { number($0) }
    } else {
      try write("0.npy", type, side: 45) { Float(number($0)) }
    }
    let range = ValueRange(float: 0...4096)
    var other = range
    other.noData = NoData(values: [-5], includesNaN: false, fill: 0)
    func decode(_ values: ValueRange) throws -> Picture {
      try PictureDecoder.decode(path: folder.path("0.npy"), rule: CanonicalDecode(shortSide: 11, values: values))
    }
    let (plain, careful) = (try decode(range), try decode(other))
    #expect(plain.width == 12 && careful.width == 12 && careful.height == 12)
    switch (plain.samples, careful.samples) {
    case (.uint16(let first), .uint16(let second)):
      #expect(zip(first, second).allSatisfy { abs(Int($0) - Int($1)) <= 1 })
    case (.float32(let first), .float32(let second)):
      #expect(zip(first, second).allSatisfy { abs($0 - $1) < 1e-5 })
    default: Issue.record("another type")
    }
    other.noData = NoData(values: [Float(number(0))], includesNaN: false, fill: 1)
    #expect(try decode(other) != careful)
  }

  // MARK: New pictures for a run

  /// A picture without a single value is counted, named and never learned from.
  @Test(arguments: [Float.nan, -9999]) func aPictureOfNoDataIsSkipped(_ nothing: Float) throws {
    for index in 0..<6 { try write("\(index).npy", "<f4") { $0 < 50 ? nothing : Self.unit($0 + index) * 7 } }
    for name in ["a.npy", "b.npy"] { try write(name, "<f4") { _ in nothing } }
    let images = try configuration()
    let collection = try ImageCollection(scanning: [folder.path], Annotations(), images)
    #expect(
      collection.notes.contains(
        "Of 8 measured pictures, 2 hold no data at all and are skipped: a.npy, b.npy."), "\(collection.notes)")
    let said = nothing.isNaN ? "NaN" : "-9999"
    for (name, isEmpty) in [("a.npy", true), ("0.npy", false)] {
      do {
        _ = try PictureDecoder.decode(path: folder.path(name), rule: images.decode)
        #expect(!isEmpty)
      } catch {
        #expect(isEmpty && error.reason == "holds no data: all of its values are \(said)", "\(error)")
      }
    }
  }

  private func configuration() throws -> ImageConfiguration {
    var images = ImageConfiguration(imageSize: 16, views: .small)
    images.follow(ImageStatistics(of: try ImageFolder(folder.path), decode: images.decode))
    return images
  }

  private func warnings(of other: ImageConfiguration) throws -> [String] {
    try ImageCollection(scanning: [folder.path], Annotations(), other).warnings
  }

  @Test func picturesOfAnotherDepthAreSaid() throws {
    let plain = ImageConfiguration(imageSize: 16, views: .small)
    for index in 0..<3 { try write("\(index).npy", "<u2") { UInt16($0) } }
    let deep = try configuration()
    #expect(deep.depths == [16] && deep.decode.values?.uint16Highest == 4095)
    #expect(try warnings(of: deep).isEmpty)
    let dark = try warnings(of: plain)
    #expect(
      dark.count == 2 && dark[0].contains("3 of 3 pictures have 16 bits, and the run was made with pictures of 8 bits"))
    #expect(dark[1].contains("fill only 3.5 % of the range"))
    for index in 0..<3 { try write("\(index).npy", "|u1") { UInt8(truncatingIfNeeded: $0) } }
    #expect(try warnings(of: plain).isEmpty)
    #expect(
      try warnings(of: deep).first?.contains("have 8 bits, and the run was made with pictures of 16 bits") == true)
    // Version 0.1 did not record depths.
    var former = deep
    former.depths = nil
    #expect(try warnings(of: former).isEmpty)
  }

  @Test func picturesOfAnotherRangeAreSaid() throws {
    for index in 0..<3 { try write("\(index).npy", "<u2") { UInt16($0 % 1000) } }
    let run = try configuration()
    #expect(run.decode.values?.uint16Highest == 1023)
    try write("1.npy", "<u2") { 3000 + UInt16($0) }
    let bright = try warnings(of: run)
    #expect(bright.count == 1 && bright[0].contains("33.3 % of the values of 3 measured pictures are clipped"))
    #expect(bright[0].contains("in 1 pictures more than a tenth"))
    for index in 0..<3 { try write("\(index).npy", "<u2") { UInt16($0 % 40) } }
    #expect(try warnings(of: run).first?.contains("fill only 3.8 % of the range") == true)
  }
}
