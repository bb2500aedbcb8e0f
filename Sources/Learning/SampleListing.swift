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

  /// How many samples are in both lists, as `SampleList.countShared(with:)` knows it.
  package func countShared(with other: SampleListing) -> Int { list.countShared(withAny: other.list) }

  /// As `SampleList.prefix(_:)`.
  package func prefix(_ count: Int) -> SampleListing { SampleListing(list.prefix(count)) }

  /// As `SampleList.contents`.
  package var contents: UInt64? { list.contents }
}

extension SampleListing: Equatable {
  public static func == (first: Self, second: Self) -> Bool { first.list.isEqual(to: second.list) }
}

extension SampleList {
  fileprivate func countShared(withAny other: any SampleList) -> Int {
    (other as? Self).map { countShared(with: $0) } ?? 0
  }

  fileprivate func isEqual(to other: any SampleList) -> Bool { self == other as? Self }
}

extension SampleListing: Encodable {
  public func encode(to encoder: any Encoder) throws { try list.encode(to: encoder) }
}
