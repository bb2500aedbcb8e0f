import Foundation
import Learning
import Planning
import Samples

/// How many samples per second this machine brings from their files to the input of a network: one view each, without
/// randomness, each file read once.
package struct InputSpeed: Encodable, Sendable {
  package let samples: Int
  package let threads: Int
  /// The tensors of a view of a sample, by their shapes.
  package let shapes: [[Int]]
  package let samplesPerSecond: Double
  /// The same by processor time instead of wall time: other programs on the machine change it less.
  package let samplesPerProcessorSecond: Double

  /// - Throws: `LoaderError` if no sample can be read; what the proposal of a run throws.
  package init(_ request: RunRequest, of source: any DataSource, threads: Int, _ catalogue: Catalogue) throws {
    let data = try request.proposal(for: source, catalogue).data
    let views = data.evaluationView(of: Array(data.names.indices))
    let order = SequentialOrder(sampleCount: views.sampleCount, batchSize: 64)
    var (count, wall) = (0, 0.0)
    let processor = try Timing.processorSeconds {
      wall = try Timing.seconds {
        let loader = Loader(
          source: views, order: order, batches: 0..<order.batchCount, threads: threads, failures: .leaveOut)
        while let batch = try loader.next() { count += batch.samples.count }
      }
    }
    samples = count
    self.threads = threads
    shapes = views.layouts.map(\.shape)
    samplesPerSecond = Double(count) / wall
    samplesPerProcessorSecond = Double(count) / processor
  }
}
