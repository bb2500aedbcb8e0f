import Foundation
import Samples

/// How many views per second this machine makes of given pictures with the loader of training.
package struct ViewSpeed: Encodable, Sendable {
  /// Where the loader finds the pictures.
  package enum Supply: String, Codable, Sendable, CaseIterable {
    /// Decoded and in memory, as in a run after its first epoch if all pictures fit.
    case memory = "decode excluded"
    /// In their files, which the system has in its cache. A file is decoded once for all its views.
    case files = "decode included"
    /// Decoded and in a packed cache on disk, which the system has in its cache.
    case cache = "from the cache"
  }

  /// One measurement.
  package struct Rate: Encodable, Sendable {
    package let supply: Supply
    package let threads: Int
    /// The median over the rounds.
    package let viewsPerSecond: Double
    package let least: Double
    package let most: Double
    /// The same by processor time instead of wall time: other programs on the machine change it less.
    package let viewsPerProcessorSecond: Double
  }

  package struct Configuration: Sendable {
    package var recipe: ImageRecipe
    /// Side of a view in pixels.
    package var imageSize: Int
    /// Numbers of threads to measure with.
    package var threadCounts: [Int]
    /// The time for each measurement, over all its rounds.
    package var seconds: Double

    package init(recipe: ImageRecipe, imageSize: Int, threadCounts: [Int], seconds: Double) {
      self.recipe = recipe
      self.imageSize = imageSize
      self.threadCounts = threadCounts
      self.seconds = seconds
    }
  }

  /// The most pictures that take part, spread evenly over the folder.
  package static let pictureLimit = 512
  /// How often the measurements take turns, so that a busy moment of the machine affects all of them alike.
  static let rounds = 5
  /// Two, as SimCLR needs.
  static let viewsPerPicture = 2

  package let pictureCount: Int
  package let skipped: [SampleError]
  package let rates: [Rate]
  /// Why the cache does not hold all pictures; nil where it does. With a problem, its rates are left out.
  package let cacheProblem: String?

  /// Measures all supplies with all numbers of threads.
  ///
  /// - Throws: `LoaderError` if no picture can be read; `DatasetError` if there is no room for a cache.
  package init(of folder: ImageFolder, _ configuration: Configuration) throws {
    let files = Self.some(of: folder.files)
    let views = ImageViews.Configuration(
      recipes: Array(repeating: configuration.recipe, count: Self.viewsPerPicture), imageSize: configuration.imageSize,
      seed: 0)
    let memory = MachineMemory.current.available / 2
    let place = FileManager.default.temporaryDirectory.appendingPathComponent("swiftlet-bench-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: place) }
    let packed = try PackedCache(in: place.path)
    var workloads: [Workload] = []
    for threads in configuration.threadCounts {
      for supply in Supply.allCases {
        let source = ImageViews(
          of: files, configuration: views, cacheBytes: supply == .memory ? memory : 0,
          packed: supply == .cache ? packed : nil)
        workloads.append(Workload(source: source, supply: supply, threads: threads))
      }
    }
    skipped = try workloads.first?.readAll() ?? []
    for index in workloads.indices {
      try workloads[index].prepare(seconds: configuration.seconds / Double(Self.rounds))
    }
    cacheProblem = packed.problem
    if cacheProblem != nil { workloads.removeAll { $0.supply == .cache } }
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

/// One combination of a supply and a number of threads, with its rounds.
private struct Workload {
  let source: ImageViews
  let supply: ViewSpeed.Supply
  let threads: Int
  private var batchCount = 1
  private var rounds: [(wall: Double, processor: Double)] = []

  init(source: ImageViews, supply: ViewSpeed.Supply, threads: Int) {
    self.source = source
    self.supply = supply
    self.threads = threads
  }

  private var batchSize: Int { min(source.sampleCount, 64) }

  /// Reads each picture once, which fills the memory and the system's cache. Returns what could not be read.
  func readAll() throws -> [SampleError] {
    let order = SequentialOrder(sampleCount: source.sampleCount, batchSize: batchSize)
    let loader = Loader(source: source, order: order, batches: 0..<order.batchCount, threads: threads)
    while try loader.next() != nil {}
    return loader.skipped
  }

  /// Finds how many batches take about this long. A few batches are not enough: they may be ready before the clock
  /// starts.
  mutating func prepare(seconds: Double) throws {
    _ = try readAll()
    var taken = 0.0
    while true {
      let views = Double(batchCount * batchSize * ViewSpeed.viewsPerPicture)
      taken = try views / viewsPerSecond(batches: batchCount).wall
      if taken >= seconds / 4 { break }
      batchCount *= 2
    }
    batchCount = max(1, Int((Double(batchCount) * seconds / taken).rounded()))
  }

  mutating func measure() throws { rounds.append(try viewsPerSecond(batches: batchCount)) }

  var rate: ViewSpeed.Rate {
    let (wall, processor) = (rounds.map(\.wall).sorted(), rounds.map(\.processor).sorted())
    return ViewSpeed.Rate(
      supply: supply, threads: threads, viewsPerSecond: wall[wall.count / 2], least: wall[0],
      most: wall[wall.count - 1], viewsPerProcessorSecond: processor[processor.count / 2])
  }

  /// The clock starts when the loader has allocated all its batches, and stops while it still has work, so that as many
  /// views are in progress at the end as at the beginning.
  private func viewsPerSecond(batches: Int) throws -> (wall: Double, processor: Double) {
    let order = EpochOrder(sampleCount: source.sampleCount, batchSize: batchSize, seed: 0)
    let (before, after) = (4, 3)
    let loader = Loader(source: source, order: order, batches: 0..<before + batches + after, threads: threads)
    defer { loader.stop() }
    for _ in 0..<before { _ = try loader.next() }
    let (start, worked) = (ContinuousClock.now, Self.processorSeconds)
    var samples = 0
    for _ in 0..<batches { samples += try loader.next()?.samples.count ?? 0 }
    let views = Double(samples * ViewSpeed.viewsPerPicture)
    return (views / (start.duration(to: .now) / .seconds(1)), views / (Self.processorSeconds - worked))
  }

  /// The processor time of all threads of this process.
  private static var processorSeconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
  }
}
