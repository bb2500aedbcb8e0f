import Evaluation
import Foundation
import Settings

/// A page that shows recordings, their scores, and what stands out.
struct AnomalyPage {
  private let report: AnomalyReport
  private let run: String

  /// - Parameter run: the name of the run, for people.
  init(of report: AnomalyReport, run: String) {
    self.report = report
    self.run = run
  }

  /// More recordings, or channels of one, are not drawn.
  private static let mostRecordings = 12
  private static let mostChannels = 6
  /// Steps on both sides of one that stands out.
  private static let surroundings = 150

  var text: String {
    Page.document(
      title: "\(run) – what stands out",
      sections: [("overview", "Overview"), ("steps", "Steps"), ("recordings", "Recordings")],
      body: [overview, steps, recordings]
    ).text
  }

  // MARK: Overview

  private var overview: HTML {
    let all = report.recordings.reduce(0) { $0 + $1.length }
    return """
      <header id="overview">
      <p class="over">Swiftlet anomalies</p>
      <h1><bdi>\(run)</bdi></h1>
      <p class="lead">\(Figure.counted(report.recordings.count, "recording")) of \(Figure.count(all)) steps, beside what the run learned from.</p>
      </header>
      <section>
      \(report.sentences.map { sentence -> HTML in "<p>\(sentence)</p>" })
      \(accuracies)
      </section>

      """
  }

  private var accuracies: HTML {
    guard !report.accuracies.isEmpty, let judged = report.judged else { return .empty }
    let rows = report.accuracies.map { accuracy -> HTML in
      "<tr><th scope=\"row\">\(accuracy.score.title)</th><td class=\"number\">\(String(format: "%.3f", accuracy.averagePrecision))</td></tr>"
    }
    return """
      <div class="scroll"><table><thead><tr><th scope="col">score</th><th scope="col" class="number">average precision</th></tr></thead>
      <tbody>\(rows)<tr><th scope="row">by chance</th><td class="number">\(String(format: "%.3f", Double(judged.anomalies) / Double(max(1, judged.steps))))</td></tr></tbody></table></div>
      """
  }

  // MARK: Steps that stand out

  private var steps: HTML {
    let parts = AnomalyReport.Score.allCases.map { score -> HTML in
      let own = report.peaks.filter { $0.score == score }
      guard !own.isEmpty else { return .empty }
      return "<h3>By \(score.title)</h3>\n\(own.map(excerpt))"
    }
    return """
      <section id="steps" aria-labelledby="steps-title"><h2 id="steps-title">Steps that stand out</h2>
      <p class="explain">The highest scores, each with what was recorded around it. Shaded steps are labelled as anomalies.</p>
      \(parts)</section>

      """
  }

  private func excerpt(_ peak: AnomalyReport.Peak) -> HTML {
    guard let recording = report.recordings.first(where: { $0.name == peak.recording }) else { return .empty }
    let first = max(0, peak.step - 1 - Self.surroundings)
    let part = first..<min(recording.length, peak.step + Self.surroundings)
    let label = peak.label.map { ", labelled '\($0)'" } ?? ""
    return """
      <div class="excerpts"><p><strong><bdi>\(peak.recording)</bdi>, step \(Figure.count(peak.step))</strong>: \(Figure.number(peak.value))\(label)</p>
      \(channels(of: recording, part, marks: [peak.step - 1 - first]))</div>

      """
  }

  // MARK: Recordings

  private var recordings: HTML {
    // Those in which the run's score is highest come first.
    let highest = report.recordings.map { recording in
      (recording.scores[.representation] ?? []).compactMap(\.self).max() ?? -.infinity
    }
    let shown = report.recordings.indices.sorted { (-highest[$0], $0) < (-highest[$1], $1) }.prefix(Self.mostRecordings)
    let rest = report.recordings.count - shown.count
    let note: HTML = rest > 0 ? "<p class=\"explain\">\(rest) more are in the table of scores.</p>" : .empty
    return """
      <section id="recordings" aria-labelledby="recordings-title"><h2 id="recordings-title">Whole recordings</h2>
      \(shown.map { index -> HTML in whole(report.recordings[index]) })\(note)</section>

      """
  }

  private func whole(_ recording: AnomalyReport.Recording) -> HTML {
    let all = 0..<recording.length
    let scores = AnomalyReport.Score.allCases.map { score -> HTML in
      SignalPlot(
        title: score.title, values: recording.scores[score] ?? [], firstStep: 1,
        stretches: Self.stretches(recording, all), marks: marks(score, recording),
        threshold: score == .representation ? report.threshold : nil
      ).html
    }
    return "<h3><bdi>\(recording.name)</bdi></h3>\n\(channels(of: recording, all, marks: []))\(scores)"
  }

  private func marks(_ score: AnomalyReport.Score, _ recording: AnomalyReport.Recording) -> [Int] {
    report.peaks.filter { $0.score == score && $0.recording == recording.name }.map { $0.step - 1 }
  }

  private func channels(of recording: AnomalyReport.Recording, _ part: Range<Int>, marks: [Int]) -> [HTML] {
    let count = recording.channels.count
    let plots = recording.channels.prefix(Self.mostChannels).enumerated().map { channel, name -> HTML in
      SignalPlot(
        title: name,
        values: part.map { step in
          let value = recording.values[step * count + channel]
          return value.isNaN ? nil : Double(value)
        }, firstStep: part.lowerBound + 1, stretches: Self.stretches(recording, part), marks: marks
      ).html
    }
    let rest = count - plots.count
    return plots + (rest > 0 ? ["<p class=\"explain\">\(rest) more channels are not drawn.</p>"] : [])
  }

  /// Neighbouring steps that are anomalies by their labels, as places in the part.
  static func stretches(_ recording: AnomalyReport.Recording, _ part: Range<Int>) -> [Range<Int>] {
    guard let labels = recording.isAnomalous else { return [] }
    var result: [Range<Int>] = []
    for (place, step) in part.enumerated() where labels[step] == true {
      if let last = result.last, last.upperBound == place {
        result[result.count - 1] = last.lowerBound..<place + 1
      } else {
        result.append(place..<place + 1)
      }
    }
    return result
  }
}

extension AnomalyReport {
  /// One page that works offline and asks for nothing.
  ///
  /// - Parameter run: the name of the run, for people.
  package func page(run: String) -> String { AnomalyPage(of: self, run: run).text }
}
