import Backbones
import Learning
import Samples
import Settings

/// Pictures on disk: JPEG, PNG, WebP, TIFF and BMP files, and NumPy arrays.
public enum Pictures: DataKind {
  public typealias Settings = ImageConfiguration

  public static let views = OptionKey<ImageRecipe.Name>(
    "views",
    help:
      "How views are drawn: lighting is for things seen upright, shapes for digits and drawings, intensity for X-rays. Default: the preset's; of a small preset that you do not choose either, what suits the pictures."
  )
  package static let flips = OptionKey<Flips>(
    "flips",
    help:
      "Which mirror images views may be. Default: those of the views; if you choose neither preset nor views, without those by which pictures can be told apart."
  )
  public static let imageSize = OptionKey<Int>(
    "image-size", in: 8...2048, help: "Side of a view in pixels. Default: the preset's.", valueName: "pixels"
  ).makingRunsLarger
  public static let localCrops = OptionKey<Int>(
    "local-crops", in: 0...64,
    help: "Small views beside the two large ones, for methods that take any number. Default: the preset's.")
  public static let maxPixels = OptionKey<Int>(
    "max-pixels", in: 1...1_000_000_000_000, help: "Pictures of more pixels are skipped. Default: 250 million."
  ).rare

  public static let noData = OptionKey<String>(
    "no-data",
    help:
      "No-data values of pictures deeper than 8 bits: -9999 or -9999,nan; none keeps all values. Default: common no-data values that lie far from all others.",
    valueName: "values"
  ).rare

  package static let positives = OptionKey<Positives>(
    "positives",
    help:
      "Of which picture the second view of a pair is: same-image, neighbour (the next slice of a volume or frame of a recording) or group (the same patient). Default: same-image."
  )
  package static let gap = OptionKey<Double>(
    "gap", in: 0...1_000_000,
    help:
      "How far a neighbour may be: mm in a volume, seconds in a video and where --fps says how many frames a second has, else numbers of frames. Default: the next one.",
    valueName: "distance")
  package static let framesPerSecond = OptionKey<Double>(
    "fps", in: 0.01...240,
    help:
      "Pictures of a second: how many are taken of videos (by ffmpeg), or how many folders of frames have. Default: videos are left out.",
    valueName: "pictures")

  public static var summary: String {
    "pictures in folders: JPEG, PNG, WebP, TIFF, BMP, DICOM and NIfTI files, NumPy arrays"
  }
  public static var options: [RunOption] {
    [
      views.option, flips.option, imageSize.option, localCrops.option, positives.option, gap.option,
      framesPerSecond.option,
      maxPixels.option, noData.option,
    ]
  }
  public static var plans: [ViewPlan] { [.single, .grid, .pair, .labelledPair, .multiCrop, .tiles] }
  public static var candidates: [MethodName] { ["simclr", "moco-v3", "vicreg", "barlow-twins", "byol", "dino"] }
  public static var usualBackbone: BackboneName { "resnet18" }

  /// Folders may hold anything. They are searched for pictures if no other kind recognises its data.
  public static func claim(_ places: [String]) -> Claim? {
    let isPicture = places.allSatisfy { place in
      place.split(separator: ".").last.map { ImageFolder.extensions.contains($0.lowercased()) } ?? false
    }
    return isPicture
      ? Claim(.certain, because: "the files are pictures by their names")
      : Claim(.possible, because: "folders are searched for pictures")
  }

  public static func source(
    _ places: [String], _ annotations: Annotations, _ options: OptionValues
  ) throws -> any DataSource {
    try ImageFolder(
      places, annotations, maxPixels: options[maxPixels] ?? CanonicalDecode.defaultMaxPixels, channels: nil, fewest: 2,
      rate: options[framesPerSecond], holdsRecordings: options[positives] == .neighbour)
  }
}

extension ImageRecipe.Name: OptionConvertible {}

extension ImageFolder: DataSource {
  public var kind: String { Pictures.name }

  /// For pictures with sides up to this, views have at most 32 pixels.
  static let smallSide = 40

  /// Views of small pictures have as many pixels as these, in patches of 4; larger ones would take longer and show no more. Larger
  /// patches need 32 pixels, to be several.
  static func sizeForSmall(_ ownSide: Int, sideStep: Int?) -> Int {
    (16...32).contains(ownSide) && (sideStep ?? 4) <= 4 ? (ownSide + 3) / 4 * 4 : 32
  }

  /// Sets with fewer pictures get the preset that was measured on small sets.
  static let smallCount = 20_000

  public func propose(_ request: DataRequest) throws -> DataProposal {
    let ownSide = typicalShortSide
    let hasSmallPictures = ownSide > 0 && ownSide <= Self.smallSide
    // The published presets are for photographs of a hundred times as many pixels.
    let isSmallSet = count < Self.smallCount || hasSmallPictures
    let preset = try request.preset(usual: isSmallSet ? "small" : "simclr", isSmallSet: isSmallSet)
    // A preset that was not measured on pictures has no views.
    let isMedical = contents.medical != nil
    let presetViews = preset.input.options[Pictures.views] ?? .small
    // The brightness of a medical picture is a measurement.
    let usualViews = isMedical ? .intensity : presetViews
    let presetSize = preset.input.options[Pictures.imageSize] ?? 64
    let isSmall = preset.isSmall && ownSide <= Self.smallSide
    let asked = request.options[Pictures.imageSize]
    let plainSize = isSmall ? Self.sizeForSmall(ownSide, sideStep: request.sideStep) : presetSize
    let usualSize = Self.nearest(to: plainSize, multipleOf: request.sideStep)
    var images = ImageConfiguration(
      imageSize: asked ?? usualSize, views: request.options[Pictures.views] ?? usualViews,
      maxPixels: request.options[Pictures.maxPixels] ?? CanonicalDecode.defaultMaxPixels)
    // For 8-bit RGB the statistics of ImageNet are used; for other channels and depths they are measured.
    let noData = try NoDataRequest(request.options[Pictures.noData])
    if noData != .automatic, contents.deepSamples.isEmpty {
      throw Refusal.unused(Pictures.noData.option.name, by: "pictures of 8 bits")
    }
    if isMedical { images.decode.measured = MeasuredValues() }
    images.framesPerSecond = request.options[Pictures.framesPerSecond]
    if images.framesPerSecond != nil, contents.videoCount == 0, isMedical || request.options[Pictures.gap] == nil {
      throw Refusal.unused(Pictures.framesPerSecond.option.name, by: "pictures that are no videos, without a gap")
    }
    if contents.channels != 3 || !contents.deepSamples.isEmpty || isMedical {
      images.follow(ImageStatistics(of: self, decode: images.decode, noData: noData))
    }
    images.localCrops = try localCrops(of: preset, images, asked: request.options[Pictures.localCrops])
    // Steps that divide 16 need no other.
    if let step = request.sideStep, !16.isMultiple(of: step) { images.localCrops?.sideStep = step }
    if contents.medical?.isAbsolute == true { images.setWindow(ImageRecipe.hounsfieldWindow) }
    try choosePositives(of: preset, request, &images)
    var choices = chooseViews(request, &images)
    if request.chosenPreset == nil {
      let reason =
        count < Self.smallCount
        ? "fewer than \(Self.smallCount) pictures"
        : hasSmallPictures ? "pictures of \(ownSide) pixels" : "\(Self.smallCount) pictures or more"
      choices.append(Choice("preset", preset.name.rawValue, because: reason))
    }
    if asked == nil {
      let reason =
        (isSmall ? "the pictures' own are about \(ownSide) pixels" : "the preset's")
        + (usualSize == plainSize ? "" : ", in whole patches of \(request.sideStep ?? 1)")
      choices.append(Choice("image size", images.imageSize, because: reason))
    }
    let departures = [
      Departure(
        "local crops", images.localCrops?.count ?? 0,
        preset: Self.usualLocalCrops(preset, presetViews) ?? 0),
      Departure("image size", images.imageSize, preset: presetSize),
      Departure("views", images.views.rawValue, preset: presetViews.rawValue),
      Departure("flips", images.recipe.flips.rawValue, preset: images.views.recipe.flips.rawValue),
    ]
    return DataProposal(
      data: ImageCollection(self, images).examined(), preset: preset, departures: departures.compactMap(\.self),
      choices: choices,
      warnings: [
        Self.enlarged(imageSize: images.imageSize, own: ownSide),
        Self.sameness(PictureVariety(of: self, decode: images.decode)),
      ].compactMap(\.self))
  }

  /// Flips that were asked for. Where nobody chose how views are drawn, views that suit the pictures, and of their flips those
  /// that the pictures allow.
  private func chooseViews(_ request: DataRequest, _ images: inout ImageConfiguration) -> [Choice] {
    if let asked = request.options[Pictures.flips] { images.setFlips(asked) }
    guard request.chosenPreset == nil, request.options[Pictures.views] == nil else { return [] }
    let usual = images.recipe.flips
    let choosesFlips = images.flips == nil && usual != .none
    guard images.views == .small || choosesFlips else { return [] }
    let some = SmallPicture.some(of: self, limit: MirrorTest.sampleLimit, decode: images.decode)
    var choices: [Choice] = []
    if images.views == .small, let share = PlainBorders.share(of: some.map(\.picture)), share > PlainBorders.limit {
      images.use(.shapes, keepingLocalCrops: true)
      let reason = "\(Figure.percent(share, digits: 0)) of the examined pictures have a border of a single colour"
      choices.append(Choice("views", images.views.rawValue, because: reason))
    }
    guard choosesFlips, images.recipe.flips != .none, let test = MirrorTest(some, groups: groups?.indices) else {
      return choices
    }
    if images.views == .small, !test.harmless(.vertical).areVertical {
      images.use(.lighting, keepingLocalCrops: true)
      choices.append(Choice("views", images.views.rawValue, because: "the pictures have an up and a down"))
    }
    let harmless = test.harmless(usual)
    guard harmless != usual else { return choices }
    if harmless != images.recipe.flips { images.setFlips(harmless) }
    return choices + [Choice("flips", harmless.rawValue, because: test.reason(usual))]
  }

  /// - Throws: `Refusal` for a method without pairs, for groups that nobody knows, and for a gap without neighbours.
  private func choosePositives(
    of preset: Preset, _ request: DataRequest, _ images: inout ImageConfiguration
  ) throws(Refusal) {
    let asked = request.options[Pictures.positives]
    if request.options[Pictures.gap] != nil, asked != .neighbour {
      throw Refusal(
        Pictures.gap.option.name, nil, "says how far a neighbour may be",
        .change("take neighbours", settings: [Pictures.positives.option.name]))
    }
    guard let asked, asked != .sameImage else { return }
    let plan = preset.methodNumbers(Preset.Sizes(features: 1)).viewPlan
    guard [.pair, .labelledPair, .multiCrop].contains(plan) else {
      throw .unused(
        Pictures.positives.option.name, by: "the method \(preset.method.rawValue), which has no pairs of views")
    }
    if asked == .group, groups == nil {
      throw Refusal(
        Pictures.positives.option.name, "group", "needs groups, and none are known",
        .change("say what belongs together", settings: ["group-column", "groups"]))
    }
    images.positives = asked
    images.gap = request.options[Pictures.gap]
    let found =
      asked == .group
      ? Partners(inGroups: groups?.indices ?? [])
      : Partners(neighboursIn: PictureOrder(of: files, rate: images.framesPerSecond), gap: images.gap)
    if found.count == 0 {
      throw Refusal(
        Pictures.positives.option.name, asked.rawValue, "finds no second picture for any of these \(count)")
    }
  }

  /// The multiple of `step` that is nearest to a size; the size itself without a step.
  private static func nearest(to size: Int, multipleOf step: Int?) -> Int {
    guard let step, step > 0 else { return size }
    return max(1, (size + step / 2) / step) * step
  }

  /// How many local crops the preset has in addition to the two global views; nil if its method takes none.
  private static func usualLocalCrops(_ preset: Preset, _ views: ImageRecipe.Name) -> Int? {
    let method = preset.methodNumbers(Preset.Sizes(features: 1))
    if method.viewPlan == .multiCrop { return views.localCrops.count }
    return method.takesAnyNumberOfViews ? preset.input.options[Pictures.localCrops] ?? 0 : nil
  }

  /// Nil if the run has none.
  private func localCrops(
    of preset: Preset, _ images: ImageConfiguration, asked: Int?
  ) throws(Refusal) -> LocalCrops? {
    guard let usual = Self.usualLocalCrops(preset, images.views) else {
      if asked != nil {
        throw .unused(Pictures.localCrops.option.name, by: "the method \(preset.method.rawValue)")
      }
      return nil
    }
    var local = images.views.localCrops
    local.count = asked ?? usual
    // Two views alone are what a method with pairs has without them.
    return local.count == 0 && preset.methodNumbers(Preset.Sizes(features: 1)).viewPlan == .pair ? nil : local
  }

  /// - Parameter own: the shorter side of the pictures; 0 if unknown.
  static func enlarged(imageSize: Int, own: Int) -> String? {
    guard own > 0, imageSize > 2 * own else { return nil }
    return
      "views of \(imageSize) pixels are far larger than the pictures with \(own) pixels: they take longer "
      + "and show nothing more"
  }

  /// A warning about pictures that no method can learn from.
  static func sameness(_ variety: PictureVariety) -> String? {
    if variety.areEqual {
      return
        "all \(variety.count) examined pictures are the same: nothing can be learned from them; check whether "
        + "this is the right folder"
    }
    guard variety.plainCount > variety.count / 2 else { return nil }
    return
      "\(variety.plainCount) of \(variety.count) examined pictures have a single colour: little "
      + "can be learned from them; check whether this is the right folder, and how its files were made"
  }
}
