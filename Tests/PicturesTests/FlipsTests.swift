import Foundation
import Learning
import Samples
import Settings
import TestSupport
import Testing

@testable import Pictures

/// Which mirror images views may be, and how it is found that pictures can be told from theirs.
@Suite struct FlipsTests {
  /// A picture of 20 × 20 pixels: a blob at a place that differs from picture to picture, on a grey that rises to the right and
  /// downwards as told.
  private func draw(_ folder: TemporaryFolder, count: Int, right: Int = 0, down: Int = 0) throws {
    var generator = ViewGenerator(seed: 1, epoch: 0, sample: 0, view: 0)
    for index in 0..<count {
      let (left, top) = (generator.integer(below: 15), generator.integer(below: 15))
      let picture = drawnPNG(width: 20, height: 20) { x, y in
        let isBlob = (left..<left + 6).contains(x) && (top..<top + 6).contains(y)
        return [UInt8(clamping: (isBlob ? 60 : 20) + right * x + down * y)]
      }
      try folder.write("\(index).png", picture)
    }
  }

  private func small(_ folder: TemporaryFolder) throws -> [(sample: Int, picture: SmallPicture)] {
    try SmallPicture.some(
      of: ImageFolder(folder.path), limit: MirrorTest.sampleLimit, decode: CanonicalDecode(shortSide: 16))
  }

  private func test(_ folder: TemporaryFolder) throws -> MirrorTest? {
    try MirrorTest(small(folder), groups: nil)
  }

  @Test(arguments: [(0, 0), (6, 0), (0, 6), (6, 6)]) func gradientsAreSeen(right: Int, down: Int) throws {
    let folder = try TemporaryFolder()
    try draw(folder, count: 80, right: right, down: down)
    let found = try #require(try test(folder))
    #expect(found.count == 40)
    #expect(right > 0 ? found.horizontal > 0.9 : (0.3...0.7).contains(found.horizontal))
    #expect(down > 0 ? found.vertical > 0.9 : (0.3...0.7).contains(found.vertical))
    #expect(found.harmless(.both) == Flips(horizontal: right == 0, vertical: down == 0))
    #expect(found.harmless(.none) == .none)
  }

  /// Pictures that are their own mirror images say that nothing is lost; too few say nothing.
  @Test func equalDistancesCountHalf() throws {
    let all = (0..<6).map { SmallPicture(values: [Float](repeating: Float($0) / 6, count: 16 * 16), channels: 1) }
    let found = MirrorTest(Array(all[..<3]), others: Array(all[3...]))
    #expect(found.horizontal == 0.5 && found.vertical == 0.5)
    let folder = try TemporaryFolder()
    try draw(folder, count: MirrorTest.fewest - 1, right: 6)
    #expect(try test(folder) == nil)
  }

  /// Frames of one drive are alike as they are: they would betray any flip.
  @Test func aGroupIsOnOneSide() {
    #expect(MirrorTest.halves(4, groups: nil) == [false, true, false, true])
    #expect(MirrorTest.halves(6, groups: [7, 7, 7, 2, 2, nil]) == [false, false, false, true, true, false])
  }

  @Test func recipesKeepHowOftenTheyFlip() {
    var rare = ImageRecipe.small
    rare.horizontalFlip = 0.1
    for flips in Flips.allCases {
      let (from, new) = (rare.with(flips), ImageRecipe.shapes.with(flips))
      #expect(from.flips == flips && new.flips == flips)
      #expect(
        from.horizontalFlip == (flips.areHorizontal ? 0.1 : 0) && new.verticalFlip == (flips.areVertical ? 0.5 : 0))
    }
  }

  /// All recipes of a run have the same, also after other views are asked for; records from before have those of their recipe.
  @Test func configurationsKeepThem() throws {
    var images = ImageConfiguration(imageSize: 8, views: .byol)
    images.localCrops = .parts(of: .small)
    images.setFlips(.vertical)
    #expect(images.recipe.flips == .vertical && images.secondRecipe?.flips == .vertical)
    #expect(images.localCrops?.recipe.flips == .vertical)
    #expect(try JSONDecoder().decode(ImageConfiguration.self, from: JSONEncoder().encode(images)) == images)
    images.use(.small)
    #expect(images.recipe.flips == .vertical && images.summary.contains("flips: vertical"))
    #expect(try images.changed(by: ["flips": .word("none")]).recipe.flips == .none)
    images.localCrops?.count = 2
    images.use(.shapes, keepingLocalCrops: true)
    #expect(images.localCrops?.count == 2 && images.localCrops?.recipe.flips == .vertical)
    let before = ImageConfiguration(imageSize: 8, views: .small)
    #expect(before.flips == nil && before.recipe.flips == .both)
    #expect(!String(decoding: try JSONEncoder().encode(before), as: UTF8.self).contains("flips"))
  }

  /// What stands on a ground of a single colour is seen by its border, in any channel.
  @Test func plainBordersAreSeen() throws {
    let folder = try TemporaryFolder()
    // A square in the middle of white; of each fourth picture, one edge is black, or only less blue.
    for index in 0..<40 {
      let picture = drawnPNG(width: 32, height: 32) { x, y in
        let isInside = (8..<20).contains(x) && (10..<24).contains(y)
        let isEdge = index % 4 == 0 && x < 2
        return [isInside ? 90 : isEdge && index % 8 == 0 ? 0 : 255, 200, isEdge ? 0 : 255]
      }
      try folder.write("\(index).png", picture)
    }
    #expect(try PlainBorders.share(of: small(folder).map(\.picture)) == 0.75)
    let few = try TemporaryFolder()
    try draw(few, count: PlainBorders.fewest - 1)
    #expect(try PlainBorders.share(of: small(few).map(\.picture)) == nil)
  }

  @Test func smallPicturesAreMirrored() {
    let picture = SmallPicture(values: (0..<16 * 16 * 3).map(Float.init), channels: 3)
    for isHorizontal in [true, false] {
      let flipped = picture.flipped(horizontally: isHorizontal)
      #expect(flipped != picture && flipped.flipped(horizontally: isHorizontal) == picture)
      #expect(flipped[2, 5, 1] == (isHorizontal ? picture[13, 5, 1] : picture[2, 10, 1]))
    }
    #expect(picture.squaredDistance(to: picture) == 0)
    let moved = SmallPicture(values: picture.values.map { $0 + 2 }, channels: 3)
    #expect(picture.squaredDistance(to: moved) == 4 * 16 * 16 * 3)
  }
}
