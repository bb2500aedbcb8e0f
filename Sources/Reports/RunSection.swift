import Learning
import Optimizers
import Samples
import Settings
import Training

/// The settings of the run, and the samples that could not be read.
struct RunSection {
  private let report: Report

  private static let skippedLimit = 200

  init(of report: Report) { self.report = report }

  var html: HTML {
    let run = report.configuration
    let device =
      run.device == .cpu ? "CPU, \(Figure.counted(run.computeThreads, "thread"))" : "\(run.device)".uppercased()
    let rows: [(String, String)] =
      [("Data", "\(Figure.count(report.samples.total)) \(run.data.plural), \(run.data.summary)")] + beside + [
        ("Method", "\(run.method.name.rawValue) on \(run.backbone.title)"),
        ("Preset", run.preset),
        ("Differs from it in", run.departures.isEmpty ? "nothing" : run.departures.joined(separator: ", ")),
        (
          "Optimiser",
          "\(run.optimizer.name.rawValue), peak learning rate \(Figure.number(run.schedule.peak)), \(Figure.counted(run.schedule.warmUpSteps, "step")) of warm-up"
        ),
        (
          "Schedule",
          "\(Figure.count(run.schedule.totalSteps)) steps of \(Figure.count(run.batchSize)) samples, \(Figure.number(run.epochs)) epochs\(shortening)"
        ),
        ("Checkpoint", checkpoint),
        ("Machine", "\(device), \(run.precision.rawValue)"), ("Seed", String(run.seed)),
        ("Duration", Figure.duration(report.history.seconds)), ("Version", "Swiftlet \(run.version)"),
        ("Folder", report.run.shownPath),
      ]
    return """
      <section id="run" aria-labelledby="run-title">
      <h2 id="run-title">The run</h2>
      <dl class="facts">\(rows.map { row -> HTML in "<div><dt>\(row.0)</dt><dd>\(row.1)</dd></div>" })</dl>
      \(skipped)
      </section>

      """
  }

  private var shortening: String {
    guard let shortening = report.configuration.schedule.shortening else { return "" }
    let reason =
      switch shortening.reason {
      case .late: "the machine had become slower"
      case .settled: "the representation had settled"
      }
    return
      "; planned were \(Figure.count(shortening.plannedSteps)), and after step \(Figure.count(shortening.step)) the rest "
      + "was shortened, for \(reason)"
  }

  /// Which of the kept states this page shows.
  private var checkpoint: String {
    let all = Checkpoint.all(in: report.run)
    let shown = "after step \(Figure.count(report.step))"
    guard let best = Checkpoint.byHeldOutLoss(all).first, let loss = best.heldOutLoss, let last = all.first else {
      return shown
    }
    let measured = "the lowest loss on held-out samples, \(Figure.number(Double(loss)))"
    if best.step == last.step { return "\(shown), the last and that with \(measured)" }
    return best.step == report.step
      ? "\(shown), that with \(measured); the last is after step \(Figure.count(last.step))"
      : "\(shown); that with \(measured), is after step \(Figure.count(best.step)) and kept too"
  }

  /// The classes, and what lies beside the samples.
  private var beside: [(String, String)] {
    let labels = report.data.labels.flatMap { $0.classes.isEmpty ? nil : $0 }
    let leftOut = report.data.leftOut
    let changes = report.data.changes().flatMap { $0.matter ? $0.summary : nil }
    return [
      labels.map { ("Classes", "\($0.classes.count): \($0.classCounts(limit: 30))") },
      leftOut.isEmpty
        ? nil
        : ("Left out", leftOut.map { "\($0.subject()): \($0.reason)" }.joined(separator: "; ")),
      changes.map { ("Since the run began", $0) },
    ].compactMap(\.self)
  }

  private var skipped: HTML {
    let all = report.skipped
    if all.isEmpty { return "<p>Every sample could be read.</p>" }
    let groups = LeftOutFiles.groups(of: all)
    let summary: HTML =
      groups.count < all.count
      ? "<p>\(groups.prefix(20).map { "\($0.subject()): \($0.reason)" }.joined(separator: "; ")).</p>" : .empty
    let shown = all.prefix(Self.skippedLimit).map { sample -> HTML in
      "<li><bdi>\(sample.name)</bdi> \(sample.reason)</li>"
    }
    let rest: HTML =
      all.count > Self.skippedLimit
      ? "<li>… and \(all.count - Self.skippedLimit) more, listed in skipped.jsonl</li>" : .empty
    return """
      <details><summary>\(Figure.count(all.count)) sample\(all.count == 1 ? "" : "s") could not be read</summary>\(summary)<ul class="names">\(shown)\(rest)</ul></details>
      """
  }
}
