import Foundation
import Settings
import Views

/// How pictures become what a model takes.
public struct ImageConfiguration: Codable, Sendable, Equatable {
  /// Side of a view in pixels.
  public var imageSize: Int
  /// The name of the recipe, for people; `recipe` is what is used.
  public var views: ImageRecipe.Name
  public var recipe: ImageRecipe
  /// Of the second of two views; nil where it is drawn as the first.
  public var secondRecipe: ImageRecipe?
  /// Nil for methods that want none.
  public var localCrops: LocalCrops?
  public var decode: CanonicalDecode

  public init(imageSize: Int, views: ImageRecipe.Name, maxPixels: Int = CanonicalDecode.defaultMaxPixels) {
    self.imageSize = imageSize
    self.views = views
    recipe = views.recipe
    secondRecipe = views.second
    decode = CanonicalDecode(shortSide: 2 * imageSize, maxPixels: maxPixels)
  }

  /// Of a view.
  public var channels: Int { recipe.channelCount }

  /// Takes over what was measured on the pictures.
  public mutating func follow(_ statistics: ImageStatistics) {
    decode.values = statistics.values
    setNormalisation(statistics.normalisation)
  }

  /// Takes over the recipes of that name; the normalisation stays.
  public mutating func use(_ views: ImageRecipe.Name) {
    let normalisation = recipe.normalisation
    self.views = views
    recipe = views.recipe
    secondRecipe = views.second
    if localCrops != nil { localCrops = views.localCrops }
    setNormalisation(normalisation)
  }

  private mutating func setNormalisation(_ normalisation: ImageRecipe.Normalisation) {
    recipe.normalisation = normalisation
    secondRecipe?.normalisation = normalisation
  }
}

/// Pictures in folders, as a collection of samples.
public struct ImageCollection: SampleCollection {
  public let folder: ImageFolder
  public let imageConfiguration: ImageConfiguration
  private let labelFile: String?
  private let packed: PackedCache?
  /// What a decoded one takes, about; asked of some files once, and not for every source of views.
  private let typicalByteCount: Int

  /// Decoded pictures are kept in memory up to an eighth of it, where that is worth it (`PictureCache.kept`).
  private static let cacheBytes = MachineMemory.current.total / 8

  public init(
    scanning places: [String], labels: String?, _ configuration: ImageConfiguration
  ) throws(DatasetError) {
    try self.init(
      ImageFolder(
        places, labelFile: labels, maxPixels: configuration.decode.maxPixels, channels: configuration.channels),
      labelFile: labels, configuration)
  }

  /// What a run has listed.
  init(_ files: FileList, labels labelFile: String?, _ configuration: ImageConfiguration) throws(DatasetError) {
    let labels: Labels?
    if let labelFile {
      do {
        labels = try Labels(csv: labelFile, for: files)
      } catch {
        throw .labels(error)
      }
    } else {
      labels = Labels(foldersOf: files)
    }
    self.init(ImageFolder(files: files, labels: labels), labelFile: labelFile, configuration)
  }

  public init(_ folder: ImageFolder, labelFile: String?, _ configuration: ImageConfiguration) {
    self.init(
      folder, labelFile: labelFile, configuration, packed: nil,
      typicalByteCount: folder.typicalByteCount(configuration.decode))
  }

  private init(
    _ folder: ImageFolder, labelFile: String?, _ configuration: ImageConfiguration, packed: PackedCache?,
    typicalByteCount: Int
  ) {
    self.folder = folder
    self.labelFile = labelFile
    self.packed = packed
    self.typicalByteCount = typicalByteCount
    imageConfiguration = configuration
  }

  /// The same pictures, decoded ones kept in `packed` too.
  func with(_ packed: PackedCache?) -> ImageCollection {
    ImageCollection(
      folder, labelFile: labelFile, imageConfiguration, packed: packed, typicalByteCount: typicalByteCount)
  }

  public var names: [String] { folder.files.names }
  public var labels: Labels? { folder.labels }
  public var skipped: [SampleError] { folder.skipped }
  public var notes: [String] {
    imageConfiguration.notes(on: folder.contents)
      + [packed.map { "Decoded pictures are kept in \($0.folder), which has \($0.count)." }].compactMap(\.self)
  }
  public var troubles: [String] { [packed?.problem].compactMap(\.self) }
  public var configuration: DataConfiguration { .images(imageConfiguration) }

  public func listing(of indices: [Int]) -> SampleListing { .files(files(indices), labels: labelFile) }

  public func trainingViews(
    _ plan: ViewPlan, of indices: [Int], seed: UInt64
  ) throws(DatasetError) -> any ViewSource {
    let (first, second) = (imageConfiguration.recipe, imageConfiguration.secondRecipe ?? imageConfiguration.recipe)
    switch plan {
    case .single: return views(indices, recipes: [first], seed: seed)
    case .tiles: return TileViews(views(indices, recipes: [first], seed: seed), seed: seed)
    case .pair: return views(indices, recipes: [first, second], seed: seed)
    case .multiCrop:
      let local = imageConfiguration.localCrops ?? imageConfiguration.views.localCrops
      return views(
        indices, recipes: [first, second], local: Array(repeating: local.recipe, count: local.count), seed: seed)
    case .labelledPair:
      return try ClassifiedViews(trainingViews(.pair, of: indices, seed: seed), classes: trainingClasses(of: indices))
    case .cleanAndCorrupted, .corruptedMaskAndClean:
      throw .planNotProvided(plan: plan.rawValue, kind: "pictures")
    }
  }

  public func evaluationView(of indices: [Int]) -> any ViewSource {
    views(indices, recipes: [.centre], seed: 0)
  }

  public func pretextTask(of indices: [Int], seed: UInt64) throws(DatasetError) -> PretextTask {
    PretextTask(
      "by how many quarter turns a picture was turned", classCount: TurnedViews.turns,
      views: TurnedViews(evaluationView(of: indices)))
  }

  public func supervisedViews(seed: UInt64) -> any ViewSource {
    views(Array(names.indices), recipes: [imageConfiguration.recipe.supervised], seed: seed)
  }

  public var disturbances: [Disturbance.Kind] { [.lighting, .angle, .blur, .noise] }

  public func disturbedViews(_ disturbance: Disturbance, of indices: [Int], seed: UInt64) -> any ViewSource {
    views(indices, recipes: [disturbance.recipe(side: imageConfiguration.imageSize) ?? .centre], seed: seed)
  }

  public func numbers(
    in columns: [String], of file: String?, parse: (String) -> Double?
  ) throws(DatasetError) -> (columns: [[Double?]], splits: [Labels.Split?]) {
    guard let file = file ?? labelFile else { throw .noTargetFile(columns: columns) }
    do {
      let rows = try FileRows(csv: file, for: folder.files, columns: columns)
      let values = try rows.numbers(
        file: file, names: columns, parse: parse, expected: columns.count == 1 ? "a number" : "0 or 1")
      return (values, rows.splits ?? names.map { _ in nil })
    } catch {
      throw .labels(error)
    }
  }

  public func fingerprint(of sample: Int) -> UInt64? {
    try? Data(contentsOf: URL(fileURLWithPath: folder.files.path(of: sample)), options: .mappedIfSafe)
      .withUnsafeBytes { Datasets.fingerprint(of: $0) }
  }

  public func samplesInMemory(of indices: [Int]) -> (byteCount: Int, share: Double) {
    PictureCache.kept(of: indices.count * typicalByteCount, limit: Self.cacheBytes)
  }

  /// - Parameter local: those drawn smaller. All are normalised as the first view is.
  private func views(
    _ indices: [Int], recipes: [ImageRecipe], local: [ImageRecipe] = [], seed: UInt64
  ) -> ImageViews {
    let side = imageConfiguration.imageSize
    func view(_ recipe: ImageRecipe, side: Int) -> ImageViews.Configuration.View {
      var recipe = recipe
      recipe.normalisation = imageConfiguration.recipe.normalisation
      return .init(recipe, side: side)
    }
    let views =
      recipes.map { view($0, side: side) } + local.map { view($0, side: LocalCrops.side(besideGlobal: side)) }
    return ImageViews(
      of: files(indices),
      configuration: .init(views: views, imageSize: side, decode: imageConfiguration.decode, seed: seed),
      cacheBytes: samplesInMemory(of: indices).share > 0 ? Self.cacheBytes : 0, packed: packed)
  }

  private func files(_ indices: [Int]) -> FileList {
    FileList(roots: folder.files.roots, samples: indices.map { folder.files.samples[$0] })
  }
}

extension ImageConfiguration: Validated {
  public func validate() throws(SettingError) {
    try check(imageSize, in: 1...4096, "imageSize")
    try Settings.validate(recipe, under: "recipe")
    if let secondRecipe { try Settings.validate(secondRecipe, under: "secondRecipe") }
    if let localCrops { try Settings.validate(localCrops, under: "localCrops") }
    try Settings.validate(decode, under: "decode")
  }
}
