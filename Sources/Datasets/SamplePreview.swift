import Views

/// How a person recognises a sample, in a report. A report shows each of these without knowing the kind of data.
public enum SamplePreview: Sendable, Equatable {
  case picture(PreviewPicture)
  /// What the sample holds, in the order of its source.
  case fields([Field])
  /// A text of any length; a report shows its beginning.
  case text(String)

  /// A named value of a sample.
  public struct Field: Sendable, Equatable {
    /// The column's name, for example.
    public let name: String
    /// As it stands in the source.
    public let value: String

    public init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }
}

extension SampleCollection {
  /// Nil: samples of a kind of data without a preview are recognised by their names.
  public func preview(of sample: Int, side: Int) -> SamplePreview? { nil }
}

extension ImageCollection {
  /// The whole picture, of which the model looks at the central square.
  public func preview(of sample: Int, side: Int) -> SamplePreview? {
    let path = folder.files.path(of: sample)
    guard let picture = try? PictureDecoder.decode(path: path, rule: imageConfiguration.decode) else { return nil }
    return PreviewPicture(picture.thumbnail(side: side)).map { .picture($0) }
  }
}

extension TableCollection {
  /// The features as they stand in the file.
  public func preview(of sample: Int, side: Int) -> SamplePreview? {
    .fields(features(of: sample).map { SamplePreview.Field(name: $0.name, value: $0.text) })
  }
}
