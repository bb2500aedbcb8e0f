import Foundation
import Learning
import Samples
import TestSupport
import Testing

@testable import Pictures

/// What becomes of the views that a method plans.
@Suite struct PlanTests {
  private func withCollection(
    views: ImageRecipe.Name = .small, size: Int = 12, _ body: (ImageCollection) throws -> Void
  ) throws {
    try withTemporaryFolder { folder in
      try drawPictures(in: folder, perClass: 3)
      try body(ImageCollection(scanning: [folder.path], Annotations(), .init(imageSize: size, views: views)))
    }
  }

  private func render(_ source: any ViewSource, sample: Int, epoch: Int = 0) throws -> [UnsafeMutableRawBufferPointer] {
    let buffers = source.layouts.map {
      UnsafeMutableRawBufferPointer.allocate(byteCount: $0.byteCount, alignment: 8)
    }
    try source.render(sample: sample, epoch: epoch, into: buffers)
    return buffers
  }

  private func floats(_ source: any ViewSource, sample: Int, epoch: Int = 0) throws -> [[Float]] {
    let buffers = try render(source, sample: sample, epoch: epoch)
    defer { for buffer in buffers { buffer.deallocate() } }
    return zip(buffers, source.layouts).map { $1.element == .float32 ? Array($0.bindMemory(to: Float.self)) : [] }
  }

  private func lastClass(_ source: any ViewSource, sample: Int) throws -> Int64 {
    let buffers = try render(source, sample: sample)
    defer { for buffer in buffers { buffer.deallocate() } }
    return try #require(buffers.last).load(as: Int64.self)
  }

  /// Each view of a pair is drawn by its own recipe.
  @Test func theSecondViewHasARecipeOfItsOwn() throws {
    try withCollection(views: .byol) { data in
      let indices = Array(data.names.indices)
      let pair = try data.trainingViews(.pair, of: indices, seed: 5)
      var alike = data.imageConfiguration
      alike.secondRecipe = nil
      let same = try ImageCollection(data.folder, alike).trainingViews(.pair, of: indices, seed: 5)
      var isAnySecondOther = false
      for sample in indices {
        let (one, other) = (try floats(pair, sample: sample), try floats(same, sample: sample))
        #expect(one[0] == other[0])
        isAnySecondOther = isAnySecondOther || one[1] != other[1]
      }
      #expect(isAnySecondOther)
    }
  }

  /// A configuration that was recorded without a second recipe draws both views alike.
  @Test func recordsWithoutASecondRecipeAreRead() throws {
    let given = ImageConfiguration(imageSize: 8, views: .small)
    let read = try JSONDecoder().decode(ImageConfiguration.self, from: JSONEncoder().encode(given))
    #expect(read == given && read.secondRecipe == nil)
    let pair = ImageConfiguration(imageSize: 8, views: .byol)
    #expect(try JSONDecoder().decode(ImageConfiguration.self, from: JSONEncoder().encode(pair)) == pair)
    #expect(pair.secondRecipe?.solarize?.probability == 0.2 && pair.recipe.solarize == nil)
  }

  @Test func aLabelledPairIsThePairWithItsClass() throws {
    try withCollection { data in
      let indices = [5, 0, 3]
      let (plain, labelled) = (
        try data.trainingViews(.pair, of: indices, seed: 5), try data.trainingViews(.labelledPair, of: indices, seed: 5)
      )
      #expect(labelled.layouts.dropLast() == plain.layouts[...] && labelled.layouts.last?.element == .int64)
      for place in indices.indices {
        #expect(try floats(labelled, sample: place).dropLast() == floats(plain, sample: place)[...])
        let expected = try #require(data.labels?.classIndices[indices[place]])
        #expect(try lastClass(labelled, sample: place) == Int64(expected))
      }
    }
  }

  @Test func withoutLabelsALabelledPairIsRefusedInASentence() throws {
    try withTemporaryFolder { folder in
      try drawPictures(in: folder, classes: 1, perClass: 3)
      let data = try ImageCollection(
        scanning: [folder.appending(path: "class0").path], Annotations(), .init(imageSize: 8, views: .small))
      let error = #expect(throws: DatasetError.self) { try data.trainingViews(.labelledPair, of: [0, 1], seed: 0) }
      #expect(error?.description.contains("learns from classes") == true)
    }
  }

  /// Every tile is a piece of its own cell of the one view, whatever the size.
  @Test(arguments: [32, 12, 4, 3, 2, 1]) func tilesLieInTheirCells(_ size: Int) throws {
    try withCollection(size: size) { data in
      let indices = Array(data.names.indices)
      let single = try data.trainingViews(.single, of: indices, seed: 5)
      let tiles = try data.trainingViews(.tiles, of: indices, seed: 5)
      let shape = tiles.layouts[0].shape
      #expect(shape[0] == ViewPlan.tileCount && shape[1] == 3 && shape[2] == shape[3])
      let (tile, cell) = (shape[2], max(1, size / 3))
      for sample in indices {
        let whole = try floats(single, sample: sample)[0]
        let pieces = try floats(tiles, sample: sample)[0]
        for index in 0..<9 where size >= 3 {
          let (firstX, firstY) = (index % 3 * cell, index / 3 * cell)
          let fits = (firstY...firstY + cell - tile).contains { top in
            (firstX...firstX + cell - tile).contains { left in
              (0..<3 * tile * tile).allSatisfy { place in
                let (channel, y, x) = (place / (tile * tile), place / tile % tile, place % tile)
                return pieces[index * 3 * tile * tile + place] == whole[((top + y) * size + left + x) * 3 + channel]
              }
            }
          }
          #expect(fits, "tile \(index) of sample \(sample)")
        }
        #expect(try floats(tiles, sample: sample)[0] == pieces)
      }
    }
  }
}
