import Foundation
import Samples
import Settings
import Training

extension RunFolder {
  /// The last part of the path.
  var name: String { URL(fileURLWithPath: path).standardizedFileURL.lastPathComponent }
}

/// The top of the page: what was done, and what the numbers mean.
struct OverviewSection {
  private let report: Report

  init(of report: Report) { self.report = report }

  var html: HTML {
    """
    <header id="overview">
    <p class="over">Swiftlet report</p>
    <h1><bdi>\(report.run.name)</bdi></h1>
    <p class="lead">\(lead)</p>
    <dl class="tiles">\(tiles)</dl>
    </header>
    <section class="findings" aria-labelledby="findings-title">
    <h2 id="findings-title">What the numbers mean</h2>
    \(Finding.Topic.allCases.map(topic))
    </section>

    """
  }

  private var lead: HTML {
    let run = report.configuration
    let kind = report.data.configuration.plural
    let part: HTML =
      report.samples.drawn < report.samples.total
      ? " This page looks at \(Figure.count(report.samples.drawn)) of \(Figure.count(report.samples.total)) \(kind), spread evenly over the list."
      : ""
    return """
      \(run.method.name.rawValue) on \(run.backbone.title), trained on \(kind) for \(Figure.duration(report.history.seconds)).\(part)
      """
  }

  private var tiles: [HTML] {
    let measured = report.measurements
    var tiles = [
      tile(Figure.count(report.samples.total), report.data.configuration.plural),
      tile(
        Figure.number(measured.epochs),
        "epochs, \(Figure.count(report.step)) of \(Figure.count(measured.totalSteps)) steps"),
    ]
    if let spread = measured.spread { tiles.append(tile(Figure.number(spread.rank), "effective rank")) }
    if let run = measured.comparison?.verdict.run {
      tiles.append(tile(Figure.percent(run.value), "balanced accuracy on test samples: \(run.name)"))
    } else if let agreement = measured.agreement {
      tiles.append(tile(Figure.percent(agreement.accuracy), "kNN agreement among labelled samples"))
    }
    return tiles
  }

  private func tile(_ value: String, _ name: String) -> HTML {
    "<div><dt>\(name)</dt><dd>\(value)</dd></div>"
  }

  private func topic(_ topic: Finding.Topic) -> HTML {
    let findings = report.findings.filter { $0.topic == topic }
    guard !findings.isEmpty else { return .empty }
    let title =
      switch topic {
      case .learned: "Has it learned?"
      case .collapse: "Has it collapsed?"
      case .certainty: "How sure is that?"
      case .next: "What to try next"
      }
    let sentences = findings.map { finding -> HTML in
      "<p class=\"\(finding.tone.rawValue)\">\(mark(finding.tone))\(finding.explanation.sentence(in: report.wording))</p>"
    }
    return "<div class=\"topic\"><h3>\(title)</h3><div>\(sentences)</div></div>"
  }

  /// A sign with a name, since not everybody can see its colour.
  private func mark(_ tone: Finding.Tone) -> HTML {
    switch tone {
    case .good: "<span class=\"mark\" role=\"img\" aria-label=\"good\">✓</span>"
    case .caution: "<span class=\"mark\" role=\"img\" aria-label=\"caution\">!</span>"
    case .bad: "<span class=\"mark\" role=\"img\" aria-label=\"bad\">✕</span>"
    case .neutral: .empty
    }
  }
}
