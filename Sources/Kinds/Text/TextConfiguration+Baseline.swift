import Learning
import Samples
import Torch

extension TextConfiguration {
  private static let directions = 256
  /// So many numbers of the dense table of words fit into the memory: half a gigabyte.
  private static let mostNumbers = 1 << 27

  /// TF-IDF on its main directions: small enough for a probe, and the stronger one with few labels.
  public var rawBaseline: RawBaseline {
    RawBaseline("TF-IDF on its \(Self.directions) main directions (LSA)") { data, training in
      let texts = try Self.texts(of: data)
      let terms = TermWeights(texts, fittedOn: training)
      return (try terms.reduced(to: Self.directions, fittedOn: training), Array(texts.indices), [])
    }
  }

  /// TF-IDF itself.
  public var furtherBaseline: RawBaseline? {
    RawBaseline("TF-IDF") { data, training in
      let texts = try Self.texts(of: data)
      let terms = TermWeights(texts, fittedOn: training, most: max(1, Self.mostNumbers / max(1, texts.count)))
      return (try terms.dense(), Array(texts.indices), [])
    }
  }

  private static func texts(of data: any SampleCollection) throws -> [String] {
    guard let texts = data as? TextCollection else { throw DatasetError.foreignListing(kind: plural) }
    return texts.names.indices.map(texts.samples.text(of:))
  }
}
