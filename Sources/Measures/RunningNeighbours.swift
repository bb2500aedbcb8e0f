import Torch

/// The samples that are most similar to each query among those of a bank that were looked at so far.
struct RunningNeighbours<Scalar: TensorScalar & BinaryFloatingPoint> {
  /// Queries that are samples of the bank. A sample of the query's own group, such as itself, is no neighbour.
  struct Exclusion {
    /// The group of each sample of the bank.
    let groups: [Int]
    /// Which sample the first query is; the next query is the next sample, and so on.
    let firstQuery: Int
  }

  private let count: Int
  /// A list a query, `count` places each, the nearest first.
  private var samples: [Int]
  private var similarities: [Scalar]
  /// How many places of each list are taken.
  private var taken: [Int]

  /// - Parameter count: the length of each list, at least 1.
  init(queries: Int, count: Int) {
    self.count = count
    samples = Array(repeating: -1, count: queries * count)
    similarities = Array(repeating: 0, count: queries * count)
    taken = Array(repeating: 0, count: queries)
  }

  func nearest(of query: Int) -> [NeighbourLists.Neighbour] {
    (query * count..<query * count + taken[query]).map {
      NeighbourLists.Neighbour(sample: samples[$0], similarity: Double(similarities[$0]))
    }
  }

  /// Looks through the similarities of a tile [queries, samples]. Tiles come in the order of the samples, so that of equally
  /// near samples the earlier stays.
  ///
  /// - Parameters:
  ///   - first: the sample of the first column.
  ///   - scales: of all samples, by number; a similarity is the tile's element times that of its sample.
  ///   - exclusion: which samples are no neighbours of which query; nil where all may be.
  mutating func look(
    at tile: Tensor, samplesFrom first: Int, scales: [Scalar], excluding exclusion: Exclusion?
  ) throws(TorchError) {
    let (rows, columns) = (tile.shape[0], tile.shape[1])
    do {
      try tile.withBytes { bytes in
        let elements = bytes.assumingMemoryBound(to: Scalar.self)
        // Unsafe: this goes over every similarity there is, and bounds would be checked for each. `elements` holds
        // rows × columns, `scales` at least first + columns.
        scales.withUnsafeBufferPointer { scales in
          guard let base = elements.baseAddress, let scale = scales.baseAddress else { return }
          for query in 0..<rows {
            look(
              at: base + query * columns, scale + first, count: columns, from: first, query: query, exclusion)
          }
        }
      }
    } catch let error as TorchError {
      throw error
    } catch {
      throw TorchError(call: "neighbours", message: "\(error)")
    }
  }

  /// How many similarities are compared with the bound at once.
  private static var blockSize: Int { 32 }

  private mutating func look(
    at products: UnsafePointer<Scalar>, _ scales: UnsafePointer<Scalar>, count columns: Int, from first: Int,
    query: Int, _ exclusion: Exclusion?
  ) {
    let own = exclusion.map { $0.groups[$0.firstQuery + query] }
    var column = 0
    var bound = self.bound(of: query)
    while column < columns {
      let end = min(column + Self.blockSize, columns)
      if let bound, end - column == Self.blockSize {
        // Without branches, so that it becomes a handful of vector instructions.
        var hits: UInt32 = 0
        for lane in 0..<Self.blockSize {
          hits |= products[column + lane] * scales[column + lane] > bound ? 1 : 0
        }
        if hits == 0 {
          column = end
          continue
        }
      }
      while column < end {
        let similarity = products[column] * scales[column]
        // The group is asked last: few samples are near enough.
        if bound.map({ similarity > $0 }) ?? true, own == nil || exclusion?.groups[first + column] != own {
          insert(similarity, first + column, query: query)
          bound = self.bound(of: query)
        }
        column += 1
      }
    }
  }

  /// The similarity that a further sample has to exceed; nil while there are places left.
  private func bound(of query: Int) -> Scalar? {
    taken[query] == count ? similarities[query * count + count - 1] : nil
  }

  /// Puts a sample behind all that are as near.
  private mutating func insert(_ similarity: Scalar, _ sample: Int, query: Int) {
    let start = query * count
    var place = start + min(taken[query], count - 1)
    while place > start, similarities[place - 1] < similarity {
      similarities[place] = similarities[place - 1]
      samples[place] = samples[place - 1]
      place -= 1
    }
    similarities[place] = similarity
    samples[place] = sample
    taken[query] = min(taken[query] + 1, count)
  }
}
