import Datasets
import Views

/// How many views a second this machine makes of somebody's pictures, through the loader that training uses.
public struct ViewSpeed: Encodable, Sendable {
  /// Where the loader finds the pictures.
  public enum Supply: String, Codable, Sendable, CaseIterable {
    /// Decoded, in memory: what a run has after its first epoch where all fit.
    case memory = "decode excluded"
    /// In their files, which the system has read before. A file is decoded once for all its views.
    case files = "decode included"
  }

  public struct Rate: Encodable, Sendable {
    public let supply: Supply
    public let threads: Int
    /// The median over the rounds.
    public let viewsPerSecond: Double
    public let least: Double
    public let most: Double
  }

  public struct Configuration: Sendable {
    public var recipe: ImageRecipe
    /// Side of a view in pixels.
    public var imageSize: Int
    /// Each is measured.
    public var threadCounts: [Int]
    /// Of each measurement, over all its rounds.
    public var seconds: Double

    public init(recipe: ImageRecipe, imageSize: Int, threadCounts: [Int], seconds: Double) {
      self.recipe = recipe
      self.imageSize = imageSize
      self.threadCounts = threadCounts
      self.seconds = seconds
    }
  }

  /// At most so many pictures take part, evenly spread over the folder.
  public static let pictureLimit = 512
  /// What is measured takes turns so often, so that a busy moment of the machine meets all alike.
  static let rounds = 5
  /// SimCLR's two.
  static let viewsPerPicture = 2

  public let pictureCount: Int
  public let skipped: [SampleError]
  public let rates: [Rate]

  /// - Throws: `LoaderError` where no picture can be read.
  public init(of folder: ImageFolder, _ configuration: Configuration) throws {
    let files = Self.some(of: folder.files)
    let views = ImageViews.Configuration(
      recipes: Array(repeating: configuration.recipe, count: Self.viewsPerPicture), imageSize: configuration.imageSize,
      seed: 0)
    let memory = MachineMemory.current.available / 2
    var workloads: [Workload] = []
    for threads in configuration.threadCounts {
      for supply in Supply.allCases {
        let source = ImageViews(of: files, configuration: views, cacheBytes: supply == .memory ? memory : 0)
        workloads.append(Workload(source: source, supply: supply, threads: threads))
      }
    }
    skipped = try workloads.first?.readAll() ?? []
    for index in workloads.indices {
      try workloads[index].prepare(seconds: configuration.seconds / Double(Self.rounds))
    }
    for _ in 0..<Self.rounds {
      for index in workloads.indices { try workloads[index].measure() }
    }
    pictureCount = files.count
    rates = workloads.map(\.rate)
  }

  private static func some(of files: FileList) -> FileList {
    let count = min(files.count, pictureLimit)
    return FileList(
      roots: files.roots, samples: (0..<count).map { files.samples[$0 * files.count / count] })
  }
}

/// One thing that is measured, and its rounds.
private struct Workload {
  let source: ImageViews
  let supply: ViewSpeed.Supply
  let threads: Int
  private var batchCount = 1
  private var rounds: [Double] = []

  init(source: ImageViews, supply: ViewSpeed.Supply, threads: Int) {
    self.source = source
    self.supply = supply
    self.threads = threads
  }

  private var batchSize: Int { min(source.sampleCount, 64) }

  /// Each picture once, which fills the memory and the system's cache; what could not be read.
  func readAll() throws -> [SampleError] {
    let order = SequentialOrder(sampleCount: source.sampleCount, batchSize: batchSize)
    let loader = Loader(source: source, order: order, batches: 0..<order.batchCount, threads: threads)
    while try loader.next() != nil {}
    return loader.skipped
  }

  /// Finds how many batches take about so long.
  mutating func prepare(seconds: Double) throws {
    _ = try readAll()
    let views = try viewsPerSecond(batches: batchCount)
    let batches = seconds * views / Double(batchSize * ViewSpeed.viewsPerPicture)
    batchCount = max(1, Int(batches.rounded()))
  }

  mutating func measure() throws { rounds.append(try viewsPerSecond(batches: batchCount)) }

  var rate: ViewSpeed.Rate {
    let sorted = rounds.sorted()
    return ViewSpeed.Rate(
      supply: supply, threads: threads, viewsPerSecond: sorted[sorted.count / 2], least: sorted[0],
      most: sorted[sorted.count - 1])
  }

  /// The clock runs from the first view's beginning to the last one's end: nothing is made ahead of it.
  private func viewsPerSecond(batches: Int) throws -> Double {
    let order = EpochOrder(sampleCount: source.sampleCount, batchSize: batchSize, seed: 0)
    let start = ContinuousClock.now
    let loader = Loader(source: source, order: order, batches: 0..<batches, threads: threads)
    var samples = 0
    while let batch = try loader.next() { samples += batch.samples.count }
    return Double(samples * ViewSpeed.viewsPerPicture) / (start.duration(to: .now) / .seconds(1))
  }
}
