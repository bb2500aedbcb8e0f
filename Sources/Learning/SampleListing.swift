import Samples

/// The samples of a run, whatever their kind.
public struct SampleListing: Sendable {
  public let list: any SampleList

  public init(_ list: any SampleList) { self.list = list }

  public var count: Int { list.count }

  /// As `SampleList.moved(to:)`.
  package func moved(to places: [String]) throws(DatasetError) -> SampleListing {
    SampleListing(try list.moved(to: places))
  }

  /// As `SampleList.labelled(by:)`.
  package func labelled(by file: String?) -> SampleListing { SampleListing(list.labelled(by: file)) }

  /// How many samples are in both lists. Of samples that are not files this is known only for equal lists.
  package func countShared(with other: SampleListing) -> Int {
    guard let own = list as? FileListing, let others = other.list as? FileListing else {
      return self == other ? count : 0
    }
    let paths = Set(others.files.samples.indices.map(others.files.path(of:)))
    return own.files.samples.indices.count { paths.contains(own.files.path(of: $0)) }
  }
}

extension SampleListing: Equatable {
  public static func == (first: Self, second: Self) -> Bool { first.list.isEqual(to: second.list) }
}

extension SampleList {
  fileprivate func isEqual(to other: any SampleList) -> Bool { self == other as? Self }
}

extension SampleListing: Encodable {
  public func encode(to encoder: any Encoder) throws { try list.encode(to: encoder) }
}
