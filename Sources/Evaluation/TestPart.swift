import Foundation
import Learning
import Measures
import Samples
import Settings
import Training

/// What the samples that judge allow to say.
package enum TestPart {
  /// With fewer test samples a warning is given.
  package static let enough = 100

  /// A sentence without a full stop; nil where there are enough test samples.
  ///
  /// - Parameter accuracy: of the line that a user asked for; nil where there is none.
  package static func warning(count: Int, accuracy: Double?) -> String? {
    guard count < enough else { return nil }
    let judges = "only \(Figure.counted(count, "test sample")) \(count == 1 ? "judges" : "judge")"
    guard let accuracy else { return judges + ": figures of so few are rough" }
    let interval = wilsonInterval(of: accuracy, count: count)
    return
      "\(judges): an accuracy of \(Figure.percent(accuracy)) on them may be anything from "
      + "\(String(format: "%.1f", interval.lowerBound * 100)) to \(Figure.percent(interval.upperBound)) on others (95 % "
      + "interval)"
  }

  /// How many test samples the run has trained on, and what that means; nil where it has seen none.
  package static func sentence(seen: Int?, of count: Int) -> String? {
    guard let seen, seen > 0 else { return nil }
    let who = seen >= count ? "All \(Figure.count(count))" : "\(Figure.count(seen)) of the \(Figure.count(count))"
    return
      "\(who) test samples were pre-trained on, without their labels. New samples may do a little worse; a split column given "
      + "to the pre-training keeps test samples out of it."
  }

  /// How many of the test samples are among those that a run trains on.
  static func seenCount(of test: [Int], in data: any SampleCollection, by run: RunFolder) throws -> Int {
    data.listing(of: test).countShared(with: try run.open().samples)
  }

  /// Where many samples have no label, what would use them.
  static func hint(unlabelled: Int, of count: Int) -> Explanation? {
    guard unlabelled > 0, unlabelled * 2 >= count else { return nil }
    return """
      \(Figure.count(unlabelled)) of \(Figure.count(count)) samples have no label: fine-tuning can learn from them too, with \
      \(setting: "spread-labels").
      """
  }
}

extension ClassificationMetrics.Estimate {
  /// The interval to show for a share of `count` test samples: of few, Wilson's, as resamples of few samples that are all
  /// right are all right too.
  func interval(ofShareOf count: Int) -> ClosedRange<Double>? {
    interval == nil ? nil : count < TestPart.enough ? wilsonInterval(of: value, count: count) : interval
  }
}
