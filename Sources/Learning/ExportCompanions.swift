import Foundation

/// What lies beside the weights of an exported network.
public struct ExportCompanions: Sendable {
  /// A file, whose name may begin with a folder.
  public struct File: Sendable {
    public let name: String
    public let contents: Data

    public init(_ name: String, _ contents: Data) {
      self.name = name
      self.contents = contents
    }
  }

  /// What samples are prepared with, such as a vocabulary; it is in every export.
  public var input: [File]
  /// By these another library loads the weights. They are left out where there are none, or where a network has a head.
  public var loading: [File]
  /// Lines of Python that compute the features of a sample with the weights in the folder `FOLDER`; empty if nobody knows any.
  public var code: [String]

  public init(input: [File] = [], loading: [File] = [], code: [String] = []) {
    self.input = input
    self.loading = loading
    self.code = code
  }
}
