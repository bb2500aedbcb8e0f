import Samples
import Settings

/// The patches of I-JEPA's context and of the blocks that it predicts: rectangles on the grid of patches (Assran et al.
/// 2023, section 3; `MaskCollator` of facebookresearch/ijepa).
///
/// All target blocks of a batch have the same size, and so have all context blocks; their places are drawn for each
/// sample. Patches of a target are removed from the context. Then random patches are removed until all contexts are as
/// small as the smallest of the batch.
package struct BlockMasks: Sendable, Equatable {
  package struct Configuration: Codable, Sendable, Equatable {
    package var targetCount: Int
    /// The share of the patches in a target block.
    package var targetScale: ClosedRange<Float>
    /// Height / width.
    package var targetRatio: ClosedRange<Float>
    /// The share of the patches in the context block, a square.
    package var contextScale: ClosedRange<Float>
    /// A context with fewer patches is drawn again; on small grids an eighth of the patches is enough.
    package var leastContext: Int

    package init(
      targetCount: Int = 4, targetScale: ClosedRange<Float> = 0.15...0.2, targetRatio: ClosedRange<Float> = 0.75...1.5,
      contextScale: ClosedRange<Float> = 0.85...1, leastContext: Int = 10
    ) {
      self.targetCount = targetCount
      self.targetScale = targetScale
      self.targetRatio = targetRatio
      self.contextScale = contextScale
      self.leastContext = leastContext
    }
  }

  /// The patches of each block and sample, numbered row by row; equally many for all.
  package let targets: [[[Int]]]
  /// The patches of each sample's context in rising order; equally many for all.
  package let contexts: [[Int]]

  /// - Parameters:
  ///   - rows: at least 2, like `columns`.
  ///   - samples: at least 1.
  package init(
    _ configuration: Configuration = .init(), rows: Int, columns: Int, samples: Int, generator: inout ViewGenerator
  ) {
    let grid = Grid(rows: rows, columns: columns)
    let target = grid.block(scale: configuration.targetScale, ratio: configuration.targetRatio, &generator)
    let context = grid.block(scale: configuration.contextScale, ratio: 1...1, &generator)
    let least = max(1, min(configuration.leastContext, rows * columns / 8))
    var drawn: [(targets: [[Int]], context: [Int])] = []
    for _ in 0..<samples {
      var best: (targets: [[Int]], context: [Int])?
      for _ in 0..<Self.attempts where (best?.context.count ?? 0) < least {
        let blocks = (0..<configuration.targetCount).map { _ in grid.place(target, &generator) }
        let covered = Set(blocks.joined())
        let rest = grid.place(context, &generator).filter { !covered.contains($0) }
        if rest.count > best?.context.count ?? 0 { best = (blocks, rest) }
      }
      // This should not happen on a grid of 2 × 2 or more. The context is then a corner.
      drawn.append(best ?? (Array(repeating: [rows * columns - 1], count: configuration.targetCount), [0]))
    }
    let count = drawn.map(\.context.count).min() ?? 0
    contexts = drawn.map { $0.context.shuffled(using: &generator).prefix(count).sorted() }
    targets = (0..<configuration.targetCount).map { block in drawn.map { $0.targets[block] } }
  }

  private init(targets: [[[Int]]], contexts: [[Int]]) {
    self.targets = targets
    self.contexts = contexts
  }

  /// Those of some of the samples.
  func part(_ samples: Range<Int>) -> BlockMasks {
    BlockMasks(targets: targets.map { Array($0[samples]) }, contexts: Array(contexts[samples]))
  }

  private static let attempts = 100

  private struct Grid {
    let rows: Int
    let columns: Int

    /// Smaller than the grid in both directions, and at least one patch.
    func block(
      scale: ClosedRange<Float>, ratio: ClosedRange<Float>, _ generator: inout ViewGenerator
    ) -> (height: Int, width: Int) {
      let area = Float(rows * columns) * generator.uniform(in: scale)
      let shape = generator.uniform(in: ratio)
      return (side((area * shape).squareRoot(), below: rows), side((area / shape).squareRoot(), below: columns))
    }

    /// Held within the grid before it becomes a whole number, for a ratio out of range gives none that there is.
    private func side(_ length: Float, below limit: Int) -> Int { Int(min(max(1, length.rounded()), Float(limit - 1))) }

    func place(_ block: (height: Int, width: Int), _ generator: inout ViewGenerator) -> [Int] {
      let top = generator.integer(below: rows - block.height + 1)
      let left = generator.integer(below: columns - block.width + 1)
      return (top..<top + block.height).flatMap { row in (left..<left + block.width).map { row * columns + $0 } }
    }
  }
}

extension BlockMasks.Configuration: Validated {
  public func validate() throws(SettingError) {
    try check(targetCount, in: 1...64, "targetCount")
    try check(targetScale, within: 0...1, "targetScale")
    try check(targetRatio, within: 0.01...100, "targetRatio")
    try check(contextScale, within: 0...1, "contextScale")
    try check(leastContext, in: 0...1_000_000, "leastContext")
  }
}
