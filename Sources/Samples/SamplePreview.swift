/// What a report shows of a sample, so that people recognise it. A report shows each case without knowing the kind of
/// data.
public enum SamplePreview: Sendable, Equatable {
  case picture(PreviewPicture)
  /// A picture of a sound that can be played.
  case sound(PreviewPicture, PreviewSound)
  /// What the sample holds, in the order of its source.
  case fields([Field])
  /// A text of any length; a report shows its beginning.
  case text(String)

  /// The picture, if there is one.
  public var picture: PreviewPicture? {
    switch self {
    case .picture(let picture), .sound(let picture, _): picture
    case .fields, .text: nil
    }
  }

  /// A named value of a sample.
  public struct Field: Sendable, Equatable {
    /// The column's name, for example.
    public let name: String
    /// The value as it is written in the source.
    public let value: String

    public init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }
}
