import Samples

/// The samples of a run, whatever their kind.
public struct SampleListing: Sendable {
  public let list: any SampleList

  public init(_ list: any SampleList) { self.list = list }

  public var count: Int { list.count }
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
