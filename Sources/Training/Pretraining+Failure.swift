import Foundation
import Learning
import Samples
import Settings

extension Pretraining {
  public enum Failure: Error, Sendable, Explained {
    /// The loss is not a number any more; with the precision where another could be chosen.
    case diverged(step: Int, learningRate: Double, precision: RunConfiguration.Precision? = nil)
    /// The disk is full, or not to be written on; `kept` is the step of the newest checkpoint.
    case unwritable(run: String, problem: String, step: Int, kept: Int?)
    case deviceAbsent(String)
    /// Samples of a run are not what they were when it began.
    case samplesChanged(run: String, kind: String, SampleChanges)
    /// The labels of samples are not what they were when a run began that learns from them.
    case labelsChanged(run: String, file: String)
    /// The schedule of a run is what its first step was made with.
    case scheduleIsFixed(step: Int, totalSteps: Int)
    /// The network wants to begin with what the samples give, and samples of this kind give nothing.
    case noStartInData(network: String)

    public var explanation: Explanation {
      switch self {
      case .diverged(let step, let rate, let precision):
        """
        the loss stopped being a number at step \(step) with the learning rate \(rate): \(Self.steadier(precision)); \
        the checkpoints before it are kept
        """
      case .unwritable(let run, let problem, let step, let kept):
        """
        \(problem); the run stops at step \(step), \
        \(kept.map { "the checkpoint after step \($0) is kept" } ?? "before its first checkpoint"); when that is \
        mended, go on with it\(by: .resume(run: run))
        """
      case .deviceAbsent(let device):
        "the run computes on \(device), and this machine, or its libtorch, has none; use it on a machine that has"
      case .samplesChanged(let run, let kind, let changes):
        """
        of the \(kind) that \(run) learns from, \(changes.summary) since it began: going on would mix two sets, and its \
        numbers would not be those of a run that never stopped. Put the files back as they were, start another run, or \
        go on all the same with \(setting: "accept-changes")\(by: .resume(run: run))
        """
      case .labelsChanged(let run, let file):
        """
        \(run) learns from labels, and those in \(file) have changed since it began: going on would mix two sets of \
        labels, and its numbers would not be those of a run that never stopped. Put the file back as it was, start another \
        run, or go on all the same with \(setting: "accept-changes")\(by: .resume(run: run))
        """
      case .scheduleIsFixed(let step, let total):
        """
        the run has made \(step) of its \(total) steps, so that its length cannot be changed any more: train it to \
        its end, or start another
        """
      case .noStartInData(let network):
        "samples of this kind give \(network) no weights to begin with; choose random ones"
      }
    }

    /// What keeps a loss a number.
    static func steadier(_ precision: RunConfiguration.Precision?) -> Explanation {
      precision == .bfloat16
        ? "try a lower \(setting: "learning-rate"), or \(setting: "precision", "float32")"
        : "try a lower \(setting: "learning-rate")"
    }
  }
}
