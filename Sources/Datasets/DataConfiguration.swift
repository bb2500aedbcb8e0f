/// How data of one kind become what a model takes. One case a modality; a run records it.
public enum DataConfiguration: Codable, Sendable, Equatable {
  case images(ImageConfiguration)

  /// What the samples are, in the plural: "pictures".
  public var kind: String {
    switch self {
    case .images: "pictures"
    }
  }

  /// How samples become views, in half a sentence for people.
  public var summary: String {
    switch self {
    case .images(let images):
      "\(images.views.rawValue), \(images.imageSize) pixels"
        + (images.channels == 3 ? "" : " of \(images.channels) channels")
    }
  }

  /// Finds the samples in folders and files.
  ///
  /// - Parameter labels: a labels file; without one, subfolders are labels where every sample lies in one.
  public func scan(_ places: [String], labels: String? = nil) throws(DatasetError) -> any SampleCollection {
    switch self {
    case .images(let configuration): try ImageCollection(scanning: places, labels: labels, configuration)
    }
  }

  /// The samples that a run has listed: nothing is searched for again.
  public func open(_ listing: SampleListing) throws(DatasetError) -> any SampleCollection {
    switch (self, listing) {
    case (.images(let configuration), .files(let files, let labels)):
      try ImageCollection(files, labels: labels, configuration)
    }
  }
}

/// The samples of a run, so that going on with it does not depend on what a new search would find.
public enum SampleListing: Codable, Sendable, Equatable {
  /// With the labels file that was given, if any.
  case files(FileList, labels: String?)
}
