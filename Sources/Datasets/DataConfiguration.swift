import Settings
import Views

/// How data of one kind become what a model takes. One case a modality; a run records it.
public enum DataConfiguration: Codable, Sendable, Equatable {
  case images(ImageConfiguration)
  case table(TableConfiguration)

  /// What the samples are, in the plural: "pictures".
  public var kind: String {
    switch self {
    case .images: "pictures"
    case .table: "table rows"
    }
  }

  /// What a CSV about samples calls the column of their names.
  public var nameColumn: String {
    switch self {
    case .images: "path"
    case .table: "row"
    }
  }

  /// How samples become views, in half a sentence for people.
  public var summary: String {
    switch self {
    case .images(let images):
      "\(images.views.rawValue), \(images.imageSize) pixels"
        + (images.channels == 3 ? "" : " of \(images.channels) channels")
        + (images.localCrops.map { " and \($0.count) of \(LocalCrops.side(besideGlobal: images.imageSize))" } ?? "")
    case .table(let table): "\(table.features.count) columns as \(table.width) inputs, \(table.corruption)"
    }
  }

  /// What was found in the data, a line each, where that takes more words.
  public var details: [String] {
    switch self {
    case .images: []
    case .table(let table): table.columnSummary
    }
  }

  /// How a user says where the labels stand.
  public var labelOption: String {
    switch self {
    case .images: "--labels labels.csv"
    case .table(let table): "--label-column \(table.labelColumn ?? "NAME")"
    }
  }

  /// The same, its random views drawn as `other` draws them: what two runs are compared on is the same for both.
  public func drawingViews(as other: DataConfiguration) -> DataConfiguration {
    switch (self, other) {
    case (.images(var images), .images(let others)):
      images.use(others.views)
      return .images(images)
    case (.table(var table), .table(let others)):
      table.corruption = others.corruption
      return .table(table)
    case (.images, .table), (.table, .images): return self
    }
  }

  /// Finds the samples in folders and files.
  ///
  /// - Parameter labels: without it, subfolders are labels where every sample lies in one, and a table's are where they
  ///   were when its columns were fitted.
  public func scan(_ places: [String], labels: LabelSource? = nil) throws(DatasetError) -> any SampleCollection {
    switch (self, labels) {
    case (.images(let configuration), nil): try ImageCollection(scanning: places, labels: nil, configuration)
    case (.images(let configuration), .file(let file)):
      try ImageCollection(scanning: places, labels: file, configuration)
    case (.table(let configuration), nil): try TableCollection(.only(places), configuration)
    case (.table(let configuration), .column(let name)):
      try TableCollection(.only(places), configuration, labelColumn: name)
    case (.images, .column), (.table, .file):
      throw .labelsNotProvided(by: labels ?? .file(""), kind: kind)
    }
  }

  /// The samples that a run has listed: nothing is searched for again.
  public func open(_ listing: SampleListing) throws(DatasetError) -> any SampleCollection {
    switch (self, listing) {
    case (.images(let configuration), .files(let files, let labels)):
      try ImageCollection(files, labels: labels, configuration)
    case (.table(let configuration), .rows(let listing)): try TableCollection(listing, configuration)
    case (.images, .rows), (.table, .files): throw .foreignListing(kind: kind)
    }
  }
}

/// The samples of a run, so that going on with it does not depend on what a new search would find.
public enum SampleListing: Codable, Sendable, Equatable {
  /// With the labels file that was given, if any.
  case files(FileList, labels: String?)
  /// Of a table.
  case rows(TableListing)

  /// How many samples that is.
  public var count: Int {
    switch self {
    case .files(let files, _): files.count
    case .rows(let table): table.rows.count
    }
  }
}

extension DataConfiguration: Validated {
  public func validate() throws(SettingError) {
    switch self {
    case .images(let configuration): try Settings.validate(configuration, under: "images")
    case .table(let configuration): try Settings.validate(configuration, under: "table")
    }
  }
}

extension SampleListing: Validated {
  public func validate() throws(SettingError) {
    switch self {
    case .files(let files, _): try Settings.validate(files, under: "files")
    // Whether the file has such rows is seen once it is read.
    case .rows: break
    }
  }
}
