import Foundation
import Views

/// How pictures become what a model takes.
public struct ImageConfiguration: Codable, Sendable, Equatable {
  /// Side of a view in pixels.
  public var imageSize: Int
  /// The name of the recipe, for people; `recipe` is what is used.
  public var views: ImageRecipe.Name
  public var recipe: ImageRecipe
  /// Of the second view of a pair; nil where it is drawn as the first.
  public var secondRecipe: ImageRecipe?
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

  /// Decoded pictures are kept in memory up to an eighth of it.
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
    self.folder = folder
    self.labelFile = labelFile
    imageConfiguration = configuration
  }

  public var names: [String] { folder.files.names }
  public var labels: Labels? { folder.labels }
  public var skipped: [SampleError] { folder.skipped }
  public var notes: [String] { imageConfiguration.notes(on: folder.contents) }
  public var configuration: DataConfiguration { .images(imageConfiguration) }

  public func listing(of indices: [Int]) -> SampleListing { .files(files(indices), labels: labelFile) }

  public func trainingViews(
    _ plan: ViewPlan, of indices: [Int], seed: UInt64
  ) throws(DatasetError) -> any ViewSource {
    switch plan {
    case .single: return views(indices, recipes: [imageConfiguration.recipe], seed: seed)
    case .tiles: return try TileViews(trainingViews(.single, of: indices, seed: seed), seed: seed)
    case .pair:
      let recipe = imageConfiguration.recipe
      return views(indices, recipes: [recipe, imageConfiguration.secondRecipe ?? recipe], seed: seed)
    case .labelledPair:
      return try ClassifiedViews(trainingViews(.pair, of: indices, seed: seed), classes: trainingClasses(of: indices))
    default: throw .planNotProvided(plan: plan.rawValue, kind: "pictures")
    }
  }

  public func evaluationView(of indices: [Int]) -> any ViewSource {
    var centre = ImageRecipe.centre
    centre.normalisation = imageConfiguration.recipe.normalisation
    return views(indices, recipes: [centre], seed: 0)
  }

  public func samplesInMemory(of indices: [Int]) -> (byteCount: Int, share: Double) {
    let all = indices.count * folder.typicalByteCount(imageConfiguration.decode)
    return all == 0 ? (0, 1) : (min(all, Self.cacheBytes), min(1, Double(Self.cacheBytes) / Double(all)))
  }

  private func views(_ indices: [Int], recipes: [ImageRecipe], seed: UInt64) -> ImageViews {
    ImageViews(
      of: files(indices),
      configuration: .init(
        recipes: recipes, imageSize: imageConfiguration.imageSize, decode: imageConfiguration.decode, seed: seed),
      cacheBytes: Self.cacheBytes)
  }

  private func files(_ indices: [Int]) -> FileList {
    FileList(roots: folder.files.roots, samples: indices.map { folder.files.samples[$0] })
  }
}
