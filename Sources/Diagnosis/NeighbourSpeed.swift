import Measures
import Torch

/// How fast nearest neighbours are found among random vectors, compared with the speed of this machine's matrix product.
package struct NeighbourSpeed: Encodable, Sendable {
  package let references: Int
  package let queries: Int
  package let width: Int
  package let count: Int
  package let threads: Int
  package let search: Timing
  /// The speed of the search, 2 · references · queries · width operations in its time, in 10⁹ operations a second.
  package let gigaflops: Double
  /// The speed of a product of two float32 matrices in the fastest of its turns.
  package let productGigaflops: Double
  /// The highest number of bytes that tensors took at once, without the vectors.
  package let peakBytes: Int

  /// The speed of the search relative to that of the product.
  package var shareOfProduct: Double { gigaflops / productGigaflops }
  /// The same by processor time instead of wall time, in the fastest turns: other programs on the machine change it less.
  package let shareByProcessorTime: Double

  private enum CodingKeys: String, CodingKey {
    case references, queries, width, count, threads, search, gigaflops, productGigaflops, peakBytes, shareOfProduct,
      shareByProcessorTime
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(references, forKey: .references)
    try container.encode(queries, forKey: .queries)
    try container.encode(width, forKey: .width)
    try container.encode(count, forKey: .count)
    try container.encode(threads, forKey: .threads)
    try container.encode(search, forKey: .search)
    try container.encode(gigaflops, forKey: .gigaflops)
    try container.encode(productGigaflops, forKey: .productGigaflops)
    try container.encode(peakBytes, forKey: .peakBytes)
    try container.encode(shareOfProduct, forKey: .shareOfProduct)
    try container.encode(shareByProcessorTime, forKey: .shareByProcessorTime)
  }

  /// Measures; search and product take turns.
  ///
  /// - Parameters:
  ///   - references: vectors that are searched.
  ///   - queries: vectors whose neighbours are searched.
  ///   - width: numbers in a vector.
  ///   - count: how many neighbours of each query are searched.
  ///   - rounds: how often each is timed.
  ///   - file: where the vectors and the neighbours are written as Safetensors; nil writes nothing.
  package init(
    references: Int, queries: Int, width: Int, count: Int, rounds: Int, writing file: String? = nil,
    replaces: Bool = true
  ) throws {
    (self.references, self.queries, self.width, self.count) = (references, queries, width, count)
    threads = Runtime.threadCount
    try Runtime.seed(0)
    let bank = try Tensor.randn([references, width])
    let asked = try Tensor.randn([queries, width])
    // A shape in which products are fast. It has nothing to do with the search.
    let (a, b) = (try Tensor.randn([2048, 1024]), try Tensor.randn([1024, 2048]))
    let productOperations = 2.0 * 2048 * 2048 * 1024
    var found: NeighbourLists
    do {
      let watch = try MemoryWatch()
      found = try NeighbourLists(of: asked, in: bank, count: count)
      peakBytes = watch.takePeak()
    }
    _ = try a.matmul(b)
    var (searches, products): ([Double], [Double]) = ([], [])
    var (worked, workedOnProduct) = (Double.infinity, Double.infinity)
    for _ in 0..<rounds {
      let work = try Timing.processorSeconds {
        searches.append(try Timing.seconds { found = try NeighbourLists(of: asked, in: bank, count: count) })
      }
      worked = min(worked, work)
      for _ in 0..<4 {
        let work = try Timing.processorSeconds { products.append(try Timing.seconds { _ = try a.matmul(b) }) }
        workedOnProduct = min(workedOnProduct, work)
      }
    }
    let operations = 2 * Double(references) * Double(queries) * Double(width)
    search = Timing(searches)
    gigaflops = 1e-9 * operations / search.seconds
    productGigaflops = 1e-9 * productOperations / (products.min() ?? .infinity)
    shareByProcessorTime = operations / worked / (productOperations / workedOnProduct)
    if let file {
      let samples = found.lists.flatMap { $0.map { Int64($0.sample) } }
      try Safetensors.writeWhole(
        [("bank", bank), ("queries", asked), ("neighbours", Tensor(samples, shape: [queries, found.lists[0].count]))],
        to: file, replaces: replaces)
    }
  }
}
