import Samples

/// A collection that exists already, as the data of a run.
public struct CollectionSource: DataSource {
  public let collection: any SampleCollection

  public init(_ collection: any SampleCollection) { self.collection = collection }

  public var kind: String { collection.configuration.kind }

  public func propose(_ request: DataRequest) throws -> DataProposal {
    DataProposal(data: collection, preset: try request.preset())
  }
}
