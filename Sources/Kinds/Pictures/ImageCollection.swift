import Learning
import Samples
import Settings

/// Pictures in folders, as a collection of samples.
package struct ImageCollection: SampleCollection {
  package let folder: ImageFolder
  package let imageConfiguration: ImageConfiguration
  private let packed: PackedCache?
  /// The approximate bytes of a decoded picture, measured once on some files and not again for every source of views.
  private let typicalByteCount: Int
  private let contentKeys: ContentKeys
  /// Nil where all pictures have 8 bits, or were not examined.
  private var clipped: ClippedValues?

  /// Decoded pictures may take up to an eighth of the memory, if that is worth it (`PictureCache.kept`).
  private static let cacheBytes = MachineMemory.current.total / 8

  package init(
    scanning places: [String], _ annotations: Annotations, _ configuration: ImageConfiguration
  ) throws(DatasetError) {
    try self.init(
      ImageFolder(
        places, annotations, maxPixels: configuration.decode.maxPixels, channels: configuration.channels, fewest: 1,
        rate: configuration.framesPerSecond, holdsRecordings: configuration.positives == .neighbour),
      configuration)
    self = examined()
  }

  /// Opens the pictures that a run has listed.
  init(_ listing: FileListing, _ configuration: ImageConfiguration) throws(DatasetError) {
    try self.init(ImageFolder(LabelledFiles(listing, kind: ImageConfiguration.plural)), configuration)
  }

  package init(_ folder: ImageFolder, _ configuration: ImageConfiguration) {
    self.init(
      folder, configuration, packed: nil, typicalByteCount: folder.typicalByteCount(configuration.decode))
  }

  private init(
    _ folder: ImageFolder, _ configuration: ImageConfiguration, packed: PackedCache?, typicalByteCount: Int
  ) {
    self.folder = folder
    contentKeys = ContentKeys(of: folder.files)
    self.packed = packed
    self.typicalByteCount = typicalByteCount
    imageConfiguration = configuration
  }

  /// The same pictures, with decoded ones kept in `packed` too.
  func with(_ packed: PackedCache?) -> ImageCollection {
    var result = ImageCollection(folder, imageConfiguration, packed: packed, typicalByteCount: typicalByteCount)
    result.clipped = clipped
    return result
  }

  /// The same pictures, after a look at how the values of some fit the range that becomes 0 to 1.
  func examined() -> ImageCollection {
    guard !folder.contents.deepSamples.isEmpty else { return self }
    var result = self
    result.clipped = ClippedValues(of: folder, by: imageConfiguration.decode)
    return result
  }

  package var names: [String] { folder.files.names }
  package var labels: Labels? { folder.labels }
  package var groups: Groups? { folder.groups }
  package var skipped: [SampleError] { folder.skipped }
  package var leftOut: [LeftOutFiles] { folder.leftOut }
  package var notes: [String] {
    let videos = folder.contents.videoCount
    let frames =
      videos == 0
      ? []
      : ["Pictures are of \(Figure.counted(videos, "video")): no division divides a video."]
    return frames + folder.labelled.notes + imageConfiguration.notesOnUnusualPictures(folder.contents)
      + [clipped?.note, clipped?.emptyNote].compactMap(\.self)
      + (folder.contents.medical?.notes(imageConfiguration.decode.measured ?? MeasuredValues()) ?? [])
      + [packed.map { "Decoded pictures are kept in \($0.folder), which holds \($0.count)." }].compactMap(\.self)
  }
  package var warnings: [String] {
    // A folder that a run listed was not looked at.
    guard folder.isExamined else { return [] }
    let medical = folder.contents.medical
    return (medical == nil ? imageConfiguration.warningsOnDepths(folder.depthCounts) : [])
      + [clipped?.warning].compactMap(\.self) + (medical?.warnings ?? []) + [foreignKind].compactMap(\.self)
  }
  package var key: String? { folder.labelled.key }

  /// A run on medical files has learned of values in their unit, and others have not.
  private var foreignKind: String? {
    let isMedical = folder.contents.medical != nil
    guard isMedical != (imageConfiguration.decode.measured != nil) else { return nil }
    return isMedical
      ? "these are DICOM or NIfTI files, and the run was made with other pictures"
      : "the run was made with DICOM or NIfTI files, and these are other pictures"
  }

  package var troubles: [String] { [packed?.problem].compactMap(\.self) }
  package var configuration: DataConfiguration { DataConfiguration(imageConfiguration) }

  package func listing(of indices: [Int]) -> SampleListing { SampleListing(folder.labelled.listing(of: indices)) }

  package func trainingViews(
    _ plan: ViewPlan, of indices: [Int], seed: UInt64
  ) throws(DatasetError) -> any ViewSource {
    let (first, second) = (imageConfiguration.recipe, imageConfiguration.secondRecipe ?? imageConfiguration.recipe)
    switch plan {
    case .single, .grid: return views(indices, recipes: [first], seed: seed)
    case .tiles: return TileViews(views(indices, recipes: [first], seed: seed), seed: seed)
    case .pair: return views(indices, recipes: [first, second], seed: seed, partners: partners(of: indices))
    case .multiCrop:
      let local = imageConfiguration.localCrops ?? imageConfiguration.views.localCrops
      return views(
        indices, recipes: [first, second], local: local, seed: seed,
        partners: partners(of: indices))
    case .labelledPair:
      return try ClassifiedViews(trainingViews(.pair, of: indices, seed: seed), classes: trainingClasses(of: indices))
    default: throw .planNotProvided(plan: plan.rawValue, kind: ImageConfiguration.plural)
    }
  }

  package func evaluationView(of indices: [Int]) -> any ViewSource {
    views(indices, recipes: [.centre], seed: 0)
  }

  package func pretextTask(of indices: [Int], seed: UInt64) throws(DatasetError) -> PretextTask {
    PretextTask(
      "by how many quarter turns a picture was turned", classCount: TurnedViews.turns,
      views: TurnedViews(evaluationView(of: indices)))
  }

  package func supervisedViews(seed: UInt64) -> any ViewSource {
    views(Array(names.indices), recipes: [imageConfiguration.recipe.supervised], seed: seed)
  }

  package var disturbances: [Disturbance.Kind] { [.lighting, .angle, .blur, .noise] }

  package func disturbedViews(_ disturbance: Disturbance, of indices: [Int], seed: UInt64) -> any ViewSource {
    views(indices, recipes: [disturbance.recipe(side: imageConfiguration.imageSize)], seed: seed)
  }

  package func numbers(
    in columns: [String], of file: String?, parse: (String) -> Double?
  ) throws(DatasetError) -> (columns: [[Double?]], splits: [Labels.Split?]) {
    try folder.labelled.numbers(in: columns, of: file, parse: parse)
  }

  package func fingerprint(of sample: Int) -> UInt64? { contentKeys.key(of: sample) }

  package func changes() -> SampleChanges? {
    folder.labelled.changes { place in
      try? FileScan(
        [place], extensions: ImageFolder.extensions, lookedFor: ImageFolder.lookedFor,
        verdict: PictureFile.verdict(on:)
      ).files
    }
  }

  package func samplesInMemory(of indices: [Int]) -> (byteCount: Int, share: Double) {
    PictureCache.kept(of: indices.count * typicalByteCount, limit: Self.cacheBytes)
  }

  /// - Parameter local: the smaller views. All views have the normalisation of the first.
  private func views(
    _ indices: [Int], recipes: [ImageRecipe], local: LocalCrops? = nil, seed: UInt64, partners: Partners? = nil
  ) -> ImageViews {
    let side = imageConfiguration.imageSize
    func view(_ recipe: ImageRecipe, side: Int) -> ImageViews.Configuration.View {
      var recipe = recipe
      recipe.normalisation = imageConfiguration.recipe.normalisation
      return .init(recipe, side: side)
    }
    let small = local.map { local in
      Array(repeating: view(local.recipe, side: local.side(besideGlobal: side)), count: local.count)
    }
    let views = recipes.map { view($0, side: side) } + (small ?? [])
    return ImageViews(
      of: files(indices),
      configuration: .init(views: views, imageSize: side, decode: imageConfiguration.decode, seed: seed),
      cacheBytes: samplesInMemory(of: indices).share > 0 ? Self.cacheBytes : 0, packed: packed, partners: partners)
  }

  /// Nil where both views are of one picture.
  private func partners(of indices: [Int]) -> Partners? {
    switch imageConfiguration.positives {
    case nil, .sameImage: nil
    case .neighbour:
      Partners(
        neighboursIn: PictureOrder(of: files(indices), rate: imageConfiguration.framesPerSecond),
        gap: imageConfiguration.gap)
    case .group: folder.groups.map { Partners(inGroups: $0.of(indices)) }
    }
  }

  private func files(_ indices: [Int]) -> FileList {
    FileList(roots: folder.files.roots, samples: indices.map { folder.files.samples[$0] })
  }
}

extension ImageCollection {
  /// The whole picture. The model sees only its central square.
  package func preview(of sample: Int, side: Int) -> SamplePreview? {
    guard
      let picture = try? PictureDecoder.decode(
        path: folder.files.path(of: sample), part: folder.files.samples[sample].part, rule: imageConfiguration.decode)
    else { return nil }
    return PreviewPicture(picture.thumbnail(side: side)).map { .picture($0) }
  }
}
