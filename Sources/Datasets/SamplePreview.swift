import Views

/// How a person recognises a sample, in a report.
public enum SamplePreview: Sendable, Equatable {
  /// A small picture of 8 bits a sample.
  case picture(Picture)
  /// What the sample holds, in the order of its source.
  case fields([Field])

  public struct Field: Sendable, Equatable {
    public let name: String
    public let value: String

    public init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }
}

extension SampleCollection {
  /// Kinds of data without a preview are known by their names.
  public func preview(of sample: Int, side: Int) -> SamplePreview? { nil }
}

extension ImageCollection {
  /// The whole picture, of which the model looks at the central square.
  public func preview(of sample: Int, side: Int) -> SamplePreview? {
    guard
      let picture = try? PictureDecoder.decode(
        path: folder.files.path(of: sample), rule: imageConfiguration.decode)
    else { return nil }
    return .picture(picture.thumbnail(side: side))
  }
}

extension TableCollection {
  /// The features as they stand in the file.
  public func preview(of sample: Int, side: Int) -> SamplePreview? {
    .fields(features(of: sample).map { SamplePreview.Field(name: $0.name, value: $0.text) })
  }
}
