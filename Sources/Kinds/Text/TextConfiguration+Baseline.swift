import Learning
import Measures
import Samples
import Torch

extension TextConfiguration {
  private static let directions = 256
  /// So many numbers of the dense table of words fit into the memory: half a gigabyte.
  private static let mostNumbers = 1 << 27
  /// So many words have weights for each class, which take a gigabyte for 60 classes.
  private static let mostWords = 50_000

  /// TF-IDF on its main directions: small enough for a probe, and the stronger one with few labels.
  public var rawBaseline: RawBaseline {
    RawBaseline("TF-IDF on its \(Self.directions) main directions (LSA)") { data, training in
      let texts = try Self.texts(of: data)
      let terms = TermWeights(texts, fittedOn: training)
      return (try terms.reduced(to: Self.directions, fittedOn: training), Array(texts.indices), [])
    }
  }

  /// TF-IDF itself. Its probe learns from more words than nearest neighbours see.
  public var furtherBaseline: RawBaseline? {
    RawBaseline("TF-IDF") { data, training in
      let texts = try Self.texts(of: data)
      let terms = TermWeights(texts, fittedOn: training, most: max(1, Self.mostNumbers / max(1, texts.count)))
      return (try terms.dense(), Array(texts.indices), [])
    } probe: { data, training in
      let rows = try TermWeights(Self.texts(of: data), fittedOn: training, most: Self.mostWords).rows
      return { task in
        try SparseLogisticRegression().fit(
          rows[task.training], labels: task.labels, classCount: task.classCount, groups: task.groups
        ).probabilities(of: rows[task.test]).values
      }
    }
  }

  private static func texts(of data: any SampleCollection) throws -> [String] {
    guard let texts = data as? TextCollection else { throw DatasetError.foreignListing(kind: plural) }
    return texts.names.indices.map(texts.samples.text(of:))
  }
}
