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
