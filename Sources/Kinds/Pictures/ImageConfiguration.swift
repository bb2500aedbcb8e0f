import Backbones
import Foundation
import Learning
import Samples
import Settings

/// How pictures become inputs of a model.
public struct ImageConfiguration: Codable, Sendable, Equatable {
  /// Side of a view in pixels.
  public var imageSize: Int
  /// The name of the recipe, for users; `recipe` is used.
  public var views: ImageRecipe.Name
  package var recipe: ImageRecipe
  /// The recipe of the second view of a pair; nil for that of the first.
  package var secondRecipe: ImageRecipe?
  /// Which mirror images views may be; nil for those of the recipe of that name.
  package var flips: Flips?
  /// Nil for methods without local crops.
  package var localCrops: LocalCrops?
  package var decode: CanonicalDecode
  /// The depths in bits of the pictures that the run was made with; nil if all had 8 bits, or where version 0.1 did not
  /// record it.
  package var depths: [Int]?
  /// Of which picture the second view of a pair is; nil for the same as of the first.
  package var positives: Positives?
  /// How far a neighbour may be; nil for the next one.
  package var gap: Double?
  /// How many pictures of a second are taken of videos, or folders of frames have; nil without either.
  package var framesPerSecond: Double?

  package init(imageSize: Int, views: ImageRecipe.Name, maxPixels: Int = CanonicalDecode.defaultMaxPixels) {
    self.imageSize = imageSize
    self.views = views
    recipe = views.recipe
    secondRecipe = views.second
    decode = CanonicalDecode(shortSide: 2 * imageSize, maxPixels: maxPixels)
  }

  /// The channels of a view.
  public var channels: Int { recipe.channelCount }

  /// Applies what was measured on the pictures.
  package mutating func follow(_ statistics: ImageStatistics) {
    decode.values = statistics.values
    depths = statistics.depths
    setNormalisation(statistics.normalisation)
  }

  /// Uses the recipes of that name; the normalisation, windows and flips that were chosen stay.
  ///
  /// - Parameter keepsLocalCrops: whether there are as many local crops as before, and not as many as those views usually have.
  package mutating func use(_ views: ImageRecipe.Name, keepingLocalCrops keepsLocalCrops: Bool = false) {
    let (normalisation, window) = (recipe.normalisation, recipe.window)
    self.views = views
    recipe = views.recipe
    secondRecipe = views.second
    if let before = localCrops {
      localCrops = views.localCrops
      if keepsLocalCrops { localCrops?.count = before.count }
      localCrops?.sideStep = before.sideStep
    }
    setNormalisation(normalisation)
    if let window { setWindow(window) }
    if let flips { setFlips(flips) }
  }

  /// Each view shows the values between two that are drawn for it.
  mutating func setWindow(_ window: ImageRecipe.Window) {
    recipe.window = window
    secondRecipe?.window = window
    localCrops?.recipe.window = window
  }

  /// No view is another mirror image than these.
  mutating func setFlips(_ flips: Flips) {
    self.flips = flips
    recipe = recipe.with(flips)
    secondRecipe = secondRecipe?.with(flips)
    if let local = localCrops?.recipe { localCrops?.recipe = local.with(flips) }
  }

  private mutating func setNormalisation(_ normalisation: ImageRecipe.Normalisation) {
    recipe.normalisation = normalisation
    secondRecipe?.normalisation = normalisation
  }
}

extension ImageConfiguration: DataSettings {
  public static var kind: String { "pictures" }
  public static var formerKind: String? { "images" }
  public static var plural: String { "pictures" }
  public static var nameColumn: String { "path" }

  public var summary: String {
    "\(views.rawValue), \(imageSize) pixels" + (flips.map { ", flips: \($0.rawValue)" } ?? "")
      + (channels == 3 ? "" : " of \(channels) channels")
      + (decode.values?.noData.map { ", no data \($0.summary)" } ?? "")
      + (localCrops.map { " and \($0.count) of \($0.side(besideGlobal: imageSize))" } ?? "")
      + (recipe.window == nil ? "" : ", random windows")
      + (positives.map { $0 == .sameImage ? "" : ", positives: \($0.rawValue)" } ?? "")
  }

  public var sampleShapes: [[Int]]? { [[channels, imageSize, imageSize]] }

  public func scan(_ places: [String], _ annotations: Annotations) throws -> any SampleCollection {
    try ImageCollection(scanning: places, annotations, self)
  }

  public func queries(in file: String) throws -> any SampleCollection {
    if PictureFile.isMedical(file) {
      return ImageCollection(
        try ImageFolder(
          [file], Annotations(), maxPixels: decode.maxPixels, channels: channels, fewest: 1,
          rate: framesPerSecond), self)
    }
    let scan = try FileScan([file], extensions: ImageFolder.extensions, lookedFor: ImageFolder.lookedFor)
    return ImageCollection(ImageFolder(LabelledFiles(scan.files, skipped: scan.skipped, labels: nil)), self)
  }

  public func open(_ listing: FileListing) throws -> any SampleCollection { try ImageCollection(listing, self) }

  public var hasLocalViews: Bool { localCrops != nil }

  public func drawingViews(as other: ImageConfiguration) -> ImageConfiguration {
    var result = self
    result.use(other.views)
    return result
  }

  public func changed(by options: OptionValues) throws(Refusal) -> ImageConfiguration {
    var result = self
    if let views = options[Pictures.views] { result.use(views) }
    if let flips = options[Pictures.flips] { result.setFlips(flips) }
    if let imageSize = options[Pictures.imageSize] {
      result.imageSize = imageSize
      result.decode.shortSide = 2 * imageSize
    }
    if let count = options[Pictures.localCrops] { result.localCrops?.count = count }
    if let maxPixels = options[Pictures.maxPixels] { result.decode.maxPixels = maxPixels }
    if let text = options[Pictures.noData] { try result.decode.setNoData(text) }
    if let positives = options[Pictures.positives] { result.positives = positives }
    if let gap = options[Pictures.gap] { result.gap = gap }
    if let rate = options[Pictures.framesPerSecond] { result.framesPerSecond = rate }
    return result
  }

  /// Few labels profit from many different views.
  public func fineTuning(_ backbone: BackboneConfiguration, labelCount: Int) -> FineTuning {
    var tuning = FineTuning.adapting(to: labelCount, epochs: 20...200, batchSize: 64, weightDecay: 0.05)
    tuning.mixUp = 0.2
    tuning.dropPath = backbone.usualDropPath
    return tuning
  }

  public var exportedInput: ExportedInput {
    let picture = ExportedInput.Picture(
      inputSize: [channels, imageSize, imageSize], mean: recipe.normalisation.mean, std: recipe.normalisation.deviation,
      interpolation: recipe.filter.rawValue)
    func listed(_ values: [Float]) -> String { values.map { String(format: "%.4g", $0) }.joined(separator: ", ") }
    return ExportedInput(
      shape: picture.inputSize,
      preparation:
        "A picture is resized until its shorter side has \(imageSize) pixels (\(picture.interpolation), antialiased), "
        + "its central square is kept, and values from 0 to 1 are normalised: mean \(listed(picture.mean)), deviation "
        + "\(listed(picture.std)).",
      metadata: PictureMetadata(picture: picture, values: decode.values == ValueRange() ? nil : decode.values),
      limits: ["It sees \(imageSize) × \(imageSize) pixels; details smaller than such a pixel are lost."],
      picture: picture)
  }
}

/// timm's `pretrained_cfg`, and the stored values that are black and white in pictures of more than 8 bits.
private struct PictureMetadata: Encodable, Sendable {
  let picture: ExportedInput.Picture
  let values: ValueRange?

  private enum CodingKeys: String, CodingKey { case values }

  func encode(to encoder: any Encoder) throws {
    try picture.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encodeIfPresent(values, forKey: .values)
  }
}

extension ImageConfiguration: Validated {
  public func validate() throws(SettingError) {
    try check(imageSize, in: 1...4096, "imageSize")
    try Settings.validate(recipe, under: "recipe")
    if let secondRecipe { try Settings.validate(secondRecipe, under: "secondRecipe") }
    if let localCrops { try Settings.validate(localCrops, under: "localCrops") }
    try Settings.validate(decode, under: "decode")
    if let gap { try check(gap, in: 0...1e9, "gap") }
    if let framesPerSecond { try check(framesPerSecond, in: 0.001...1000, "framesPerSecond") }
    for depth in depths ?? [] where ![8, 16, 32].contains(depth) {
      throw SettingError("depths", depth, expected: "8, 16 or 32 bits")
    }
  }
}
