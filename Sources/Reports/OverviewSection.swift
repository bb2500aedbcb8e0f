import Datasets
import Foundation
import Settings
import Training

extension RunFolder {
  /// The last part of the path.
  var name: String { URL(fileURLWithPath: path).standardizedFileURL.lastPathComponent }
}

/// The top of the page: what was done, and what it comes to.
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
    <h2 id="findings-title">What the numbers say</h2>
    \(Finding.Topic.allCases.map(topic))
    </section>

    """
  }

  private var lead: HTML {
    let run = report.configuration
    let kind = report.data.configuration.kind
    let part: HTML =
      report.samples.drawn < report.samples.total
      ? " This page looks at \(Figure.count(report.samples.drawn)) of \(Figure.count(report.samples.total)) \(kind), evenly spread over them."
      : ""
    return """
      \(run.method.name.rawValue) on \(run.backbone.name) learned for \(Figure.duration(report.history.seconds)) from \(kind) that nobody labelled.\(part)
      """
  }

  private var tiles: [HTML] {
    let evidence = report.evidence
    var tiles = [
      tile(Figure.count(report.samples.total), report.data.configuration.kind),
      tile(
        Figure.number(evidence.epochs),
        "epochs, \(Figure.count(report.step)) of \(Figure.count(evidence.totalSteps)) steps"),
    ]
    if let spread = evidence.spread { tiles.append(tile(Figure.number(spread.rank), "effective rank")) }
    if let comparison = evidence.comparison {
      tiles.append(tile(Figure.percent(comparison.run.value), "balanced accuracy, kNN on test samples"))
    } else if let agreement = evidence.agreement {
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
      "<p class=\"\(finding.tone.rawValue)\">\(mark(finding.tone))\(finding.text)</p>"
    }
    return "<div class=\"topic\"><h3>\(title)</h3><div>\(sentences)</div></div>"
  }

  /// Said in words too: colour alone would not reach everybody.
  private func mark(_ tone: Finding.Tone) -> HTML {
    switch tone {
    case .good: "<span class=\"mark\" role=\"img\" aria-label=\"good\">✓</span>"
    case .caution: "<span class=\"mark\" role=\"img\" aria-label=\"caution\">!</span>"
    case .bad: "<span class=\"mark\" role=\"img\" aria-label=\"bad\">✕</span>"
    case .neutral: .empty
    }
  }
}
