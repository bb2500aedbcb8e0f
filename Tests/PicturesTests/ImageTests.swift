import Foundation
import Samples
import TestSupport
import Testing

@testable import Pictures

/// Pictures of 40 x 30 pixels that differ in their red; every third is cut off behind its header.
private func makePictures(_ folder: TemporaryFolder, count: Int, damaged: Set<Int> = []) throws {
  for index in 0..<count {
    let png = drawnPNG(width: 40, height: 30) { x, y in [UInt8(10 * index), UInt8(6 * x), UInt8(8 * y)] }
    try folder.write("\(100 + index).png", damaged.contains(index) ? png.prefix(300) : png)
  }
}

private func deliver(_ source: any ViewSource, _ order: any BatchOrder, _ batches: Range<Int>, threads: Int) throws -> (
  samples: [[Int]], bytes: [[[UInt8]]], skipped: [SampleError]
) {
  let loader = Loader(source: source, order: order, batches: batches, threads: threads)
  var samples: [[Int]] = []
  var bytes: [[[UInt8]]] = []
  while let batch = try loader.next() {
    samples.append(batch.samples)
    bytes.append(batch.layouts.indices.map { Array(batch.bytes(ofView: $0)) })
  }
  return (samples, bytes, loader.skipped)
}

struct ImageFolderTests {
  @Test func onlyPicturesAreSamples() throws {
    let folder = try TemporaryFolder()
    try makePictures(folder, count: 3)
    try folder.write("broken.jpg", "no picture")
    try folder.write("empty.png", "")
    try folder.write("labels.csv", "path,label\n100.png,a\n102.png,b\nbroken.jpg,b\n")
    let photos = try ImageFolder(folder.path)
    #expect(photos.files.names == ["100.png", "101.png", "102.png"])
    #expect(photos.skipped.map(\.name) == ["broken.jpg", "empty.png"])
    #expect(photos.skipped.map(\.reason).allSatisfy { $0.hasPrefix("is ") })
    #expect(photos.labels == nil)
    let labelled = try ImageFolder(folder.path, labelFile: folder.path + "/labels.csv")
    #expect(labelled.labels?.classIndices == [0, nil, 1])
    #expect(throws: DatasetError.self) { try ImageFolder(folder.path, labelFile: folder.path + "/none.csv") }
  }

  @Test func foldersWithoutPicturesAreRefused() throws {
    let folder = try TemporaryFolder()
    try folder.write("labels.csv", "path,label\n")
    let empty = #expect(throws: DatasetError.self) { try ImageFolder(folder.path) }
    #expect(
      empty?.description
        == "There is no data in '\(folder.path)': looked for \(ImageFolder.lookedFor), also in subfolders, and found only "
        + "labels.csv; name the folder that holds them.")
    try folder.write("a.png", "no")
    let broken = #expect(throws: DatasetError.self) { try ImageFolder(folder.path) }
    #expect(broken?.description.contains("a.png: is ") == true)
    try makePictures(folder, count: 1)
    let single = #expect(throws: DatasetError.self) { try ImageFolder(folder.path) }
    #expect(single?.description.contains("Only 1 sample") == true && single?.description.contains("a.png: is ") == true)
  }

  @Test func subfoldersLabelAndListsAreStored() throws {
    let folder = try TemporaryFolder()
    try makePictures(folder, count: 2)
    let png = try Data(contentsOf: URL(fileURLWithPath: folder.path + "/100.png"))
    for name in ["set/2/a.png", "set/10/b.png", "set/2/c.PNG"] { try folder.write(name, png) }
    let photos = try ImageFolder(folder.path + "/set")
    #expect(photos.labels?.classes == ["2", "10"])
    #expect(photos.labels?.classIndices == [1, 0, 0])
    let stored = try JSONDecoder().decode(FileList.self, from: JSONEncoder().encode(photos.files))
    try folder.write("set/2/added.png", png)
    let again = ImageFolder(LabelledFiles(stored, labels: photos.labels))
    #expect(again.files == photos.files && again.count == 3)
  }

  @Test func enlargedPictures() {
    #expect(ImageFolder.enlarged(imageSize: 224, own: 28)?.contains("with 28 pixels") == true)
    #expect(ImageFolder.enlarged(imageSize: 56, own: 28) == nil)
    #expect(ImageFolder.enlarged(imageSize: 224, own: 0) == nil)
  }
}

struct ImageViewsTests {
  private func configuration(_ size: Int = 16) -> ImageViews.Configuration {
    ImageViews.Configuration(recipes: [.simclr, .small], imageSize: size, seed: 11)
  }

  /// `limit` bytes hold none, two and a bit, or all of the decoded pictures.
  @Test(arguments: [1, 2, 5], [0, 8000, 1 << 20]) func viewsDependOnNothingButTheirKey(threads: Int, limit: Int) throws
  {
    let folder = try TemporaryFolder()
    try makePictures(folder, count: 12)
    let photos = try ImageFolder(folder.path)
    let order = EpochOrder(sampleCount: 12, batchSize: 4, seed: 2)
    let configuration = configuration()
    let actual = try deliver(
      ImageViews(of: photos.files, configuration: configuration, cacheBytes: limit), order, 0..<9, threads: threads)
    for batch in 0..<9 {
      let (epoch, samples) = order.batch(batch)
      #expect(actual.samples[batch] == samples)
      for (view, recipe) in configuration.views.map(\.recipe).enumerated() {
        let expected = try samples.flatMap { sample in
          let picture = try PictureDecoder.decode(path: photos.files.path(of: sample), rule: configuration.decode)
          var floats = [Float](repeating: .nan, count: 16 * 16 * 3)
          var generator = ViewGenerator(seed: 11, epoch: epoch, sample: sample, view: view)
          floats.withUnsafeMutableBufferPointer { buffer in
            if let target = buffer.baseAddress {
              recipe.render(picture, size: 16, generator: &generator, into: target)
            }
          }
          return floats
        }
        #expect(actual.bytes[batch][view] == expected.withUnsafeBytes { Array($0) })
      }
    }
  }

  /// If pictures are not kept, later epochs decode only the parts that their views need. Views are the same, also for a
  /// file that is cut off at its end, which such a part may not reach.
  @Test func partsGiveTheSameViews() throws {
    let folder = try TemporaryFolder()
    for index in 0..<6 {
      let picture = try #require(
        Picture(
          width: 150, height: 110, channels: 3,
          samples: .uint8((0..<150 * 110 * 3).map { UInt8(truncatingIfNeeded: $0 * (index + 7) / 13) })))
      let file = try PictureEncoder.jpeg(picture, quality: 80)
      try folder.write("\(100 + index).jpg", Data(index == 2 ? file.dropLast(200) : file[...]))
    }
    let photos = try ImageFolder(folder.path)
    var recipe = ImageRecipe.simclr
    recipe.crop?.scale = 0.05...0.3
    let configuration = ImageViews.Configuration(
      recipes: Array(repeating: recipe, count: 2), imageSize: 24, seed: 4)
    let order = EpochOrder(sampleCount: 6, batchSize: 6, seed: 2)
    func delivered(cacheBytes: Int) throws -> (samples: [[Int]], bytes: [[[UInt8]]], skipped: [SampleError]) {
      try deliver(
        ImageViews(of: photos.files, configuration: configuration, cacheBytes: cacheBytes), order, 0..<5, threads: 2)
    }
    let (parts, kept) = (try delivered(cacheBytes: 0), try delivered(cacheBytes: 1 << 30))
    #expect(parts.samples == kept.samples && parts.bytes == kept.bytes)
    #expect(parts.skipped.map(\.name) == ["102.jpg"] && kept.skipped.map(\.name) == ["102.jpg"])
  }

  /// Memory is not used if it saves only few decodes of an epoch.
  @Test func lessThanHalfOfThePicturesIsNotWorthTheirMemory() {
    #expect(PictureCache.kept(of: 0, limit: 100) == (0, 1))
    #expect(PictureCache.kept(of: 100, limit: 100) == (100, 1))
    #expect(PictureCache.kept(of: 125, limit: 100) == (100, 0.8))
    #expect(PictureCache.kept(of: 200, limit: 100) == (100, 0.5))
    #expect(PictureCache.kept(of: 202, limit: 100) == (0, 0))
  }

  @Test func layoutsSayWhatIsWritten() throws {
    let views = ImageViews(
      of: FileList(roots: [], samples: []), configuration: configuration(8), cacheBytes: 0)
    let layout = ViewLayout(shape: [3, 8, 8], element: .float32, isChannelsLast: true)
    #expect(views.layouts == [layout, layout])
    #expect(views.evaluation.layouts == [layout])
    #expect(views.sampleCount == 0)
  }

  @Test func evaluationIsTheSameInEveryEpoch() throws {
    let folder = try TemporaryFolder()
    try makePictures(folder, count: 3)
    let views = ImageViews(
      of: try ImageFolder(folder.path).files, configuration: configuration(), cacheBytes: 0
    ).evaluation
    var epochs: [[Float]] = []
    for epoch in [0, 1, 50] {
      var floats = [Float](repeating: .nan, count: 16 * 16 * 3)
      try floats.withUnsafeMutableBytes { try views.render(sample: 2, epoch: epoch, into: [$0]) }
      epochs.append(floats)
    }
    #expect(epochs[0] == epochs[1] && epochs[0] == epochs[2])
    // Red is 20 everywhere in this picture; the mean and deviation are ImageNet's.
    for pixel in stride(from: 0, to: epochs[0].count, by: 3) {
      #expect(abs(epochs[0][pixel] - (20.0 / 255 - 0.485) / 0.229) < 1e-4)
    }
  }

  @Test func filesThatBreakOrVanishAreReplaced() throws {
    let folder = try TemporaryFolder()
    try makePictures(folder, count: 6, damaged: [1])
    let photos = try ImageFolder(folder.path)
    #expect(photos.count == 6)
    try FileManager.default.removeItem(atPath: photos.files.path(of: 4))
    let views = ImageViews(of: photos.files, configuration: configuration(), cacheBytes: 1 << 20)
    var runs: [[[Int]]] = []
    for threads in [1, 2, 5] {
      let result = try deliver(views, SequentialOrder(sampleCount: 6, batchSize: 6), 0..<1, threads: threads)
      runs.append(result.samples)
      #expect(result.skipped.map(\.name) == ["101.png", "104.png"])
      #expect(result.skipped.last?.reason == "does not exist")
    }
    #expect(runs == Array(repeating: [[0, 2, 2, 3, 5, 5]], count: 3))
  }

  @Test func aRunKeepsThePicturesThatItsFilesHad() throws {
    let folder = try TemporaryFolder()
    try makePictures(folder, count: 6)
    let photos = try ImageFolder(folder.path)
    let packed = try PackedCache(in: folder.path + "/cache", reserve: 0)
    func views() -> ImageViews {
      ImageViews(of: photos.files, configuration: configuration(), cacheBytes: 0, packed: packed)
    }
    let run = views()
    let order = SequentialOrder(sampleCount: 6, batchSize: 6)
    let before = try deliver(run, order, 0..<1, threads: 2)
    let other = drawnPNG(width: 40, height: 30) { x, y in [UInt8(3 * x), 200, UInt8(8 * y)] }
    try folder.write("103.png", other)
    try FileManager.default.removeItem(atPath: photos.files.path(of: 4))
    let after = try deliver(run, order, 0..<1, threads: 2)
    #expect(after.bytes == before.bytes && after.skipped.isEmpty)
    let another = try deliver(views(), order, 0..<1, threads: 2)
    #expect(another.bytes != before.bytes && another.skipped.map(\.name) == ["104.png"])
  }

  @Test func theCacheStaysInItsLimit() throws {
    let picture = try #require(
      Picture(width: 10, height: 10, channels: 1, samples: .uint8(Array(repeating: 0, count: 100))))
    let cache = PictureCache(limit: 250)
    for sample in 0..<5 { cache.keep(picture, of: sample) }
    cache.keep(picture, of: 0)
    #expect(cache.byteCount == 200)
    #expect((0..<5).map { cache.picture(of: $0) != nil } == [true, true, false, false, false])
    let none = PictureCache(limit: -1)
    none.keep(picture, of: 0)
    #expect(none.picture(of: 0) == nil && none.byteCount == 0)
  }

  @Test func configurationsAreStored() throws {
    let configuration = configuration()
    #expect(configuration.decode.shortSide == 32)
    let data = try JSONEncoder().encode(configuration)
    #expect(try JSONDecoder().decode(ImageViews.Configuration.self, from: data) == configuration)
  }
}

struct MultiCropTests {
  private func collection(_ folder: TemporaryFolder, size: Int) throws -> ImageCollection {
    try makePictures(folder, count: 2)
    var configuration = ImageConfiguration(imageSize: size, views: .dino)
    configuration.localCrops = ImageRecipe.Name.dino.localCrops
    configuration.localCrops?.count = 3
    configuration.recipe.normalisation = .none
    return try ImageCollection(scanning: [folder.path], Annotations(), configuration)
  }

  @Test func localViewsAreSmallerAndDrawnByTheirOwnRecipe() throws {
    let folder = try TemporaryFolder()
    let collection = try collection(folder, size: 64)
    let source = try collection.trainingViews(.multiCrop, of: [0, 1], seed: 5)
    #expect(source.layouts.map(\.shape) == [64, 64, 32, 32, 32].map { [3, $0, $0] })
    var views = source.layouts.map { [Float](repeating: .nan, count: $0.byteCount / 4) }
    func render() throws {
      try withBuffers(&views) { try source.render(sample: 1, epoch: 2, into: $0) }
    }
    try render()
    let first = views
    try render()
    #expect(views == first)
    #expect(Set(views.map { $0.prefix(3).description }).count > 1, "no two views are alike")
    // The last local view by its own recipe, with the normalisation of the global views.
    let picture = try PictureDecoder.decode(
      path: collection.folder.files.path(of: 1), rule: collection.imageConfiguration.decode)
    var recipe = ImageRecipe.Name.dino.localCrops.recipe
    recipe.normalisation = .none
    var generator = ViewGenerator(seed: 5, epoch: 2, sample: 1, view: 4)
    var expected = [Float](repeating: .nan, count: 32 * 32 * 3)
    expected.withUnsafeMutableBufferPointer { buffer in
      if let target = buffer.baseAddress { recipe.render(picture, size: 32, generator: &generator, into: target) }
    }
    #expect(views[4] == expected)
  }

  private func withBuffers(
    _ views: inout [[Float]], _ body: ([UnsafeMutableRawBufferPointer]) throws -> Void
  ) rethrows {
    let buffers = views.map { UnsafeMutableRawBufferPointer.allocate(byteCount: 4 * $0.count, alignment: 64) }
    defer { for buffer in buffers { buffer.deallocate() } }
    try body(buffers)
    views = buffers.map { Array($0.bindMemory(to: Float.self)) }
  }

  @Test func otherPlansHaveTheirViews() throws {
    let folder = try TemporaryFolder()
    let collection = try collection(folder, size: 16)
    #expect(try collection.trainingViews(.single, of: [0], seed: 0).layouts.count == 1)
    #expect(try collection.trainingViews(.pair, of: [0], seed: 0).layouts.count == 2)
    #expect(throws: DatasetError.self) { try collection.trainingViews(.cleanAndCorrupted, of: [0], seed: 0) }
  }

  /// As 96 is of 224; patches of 4, 8 and 16 pixels divide all but the smallest.
  @Test(arguments: [(224, 96), (128, 64), (96, 48), (64, 32), (32, 16), (40, 32), (16, 16), (8, 8)])
  func localSides(global: Int, local: Int) {
    #expect(LocalCrops(count: 1, recipe: .simclr).side(besideGlobal: global) == local)
  }

  @Test func recipesWithoutLocalCropsGetParts() throws {
    let local = ImageRecipe.Name.shapes.localCrops
    #expect(local.count == 4 && local.recipe.crop?.scale == 0.05...0.4)
    for name in ImageRecipe.Name.allCases {
      try name.recipe.validate()
      try name.second?.validate()
      try name.localCrops.recipe.validate()
    }
  }
}
