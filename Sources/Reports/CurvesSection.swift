import Training

/// What was measured while the run trained, as curves over its steps.
struct CurvesSection {
  private let charts: [CurveChart]

  init(of report: Report) {
    let metrics = report.history.metrics
    let last = metrics.last?.step ?? 0
    func points(_ value: (StepMetrics) -> Float?) -> [(step: Int, value: Double)] {
      metrics.compactMap { line in value(line).map { (line.step, Double($0)) } }
    }
    charts = [
      CurveChart("loss", "Loss", note: "falls while the run learns", lastStep: last, points: points(\.loss)),
      CurveChart(
        "heldout", "Loss on held-out samples", note: "rises when the run memorises the training samples",
        lastStep: last,
        points: points(\.heldOutLoss)),
      CurveChart(
        "rank", "Effective rank", note: "dimensions in use; a fall to a few is a collapse", lastStep: last,
        points: points(\.effectiveRank)),
      CurveChart(
        "knn", "kNN accuracy", note: "nearest neighbours among labelled training samples", isPercent: true,
        lastStep: last, points: points(\.kNNAccuracy)),
      CurveChart(
        "alignment", "Alignment", note: "distance of two views of a sample; 0 where they are equal", lastStep: last,
        points: points(\.alignment)),
      CurveChart(
        "uniformity", "Uniformity", note: "0 where all samples are equal, near −4 where they lie evenly on the sphere",
        lastStep: last,
        points: points(\.uniformity)),
      CurveChart(
        "stability", "Stability",
        note:
          "agreement of the similarities among samples with those at two thirds of the steps; near 1 where they have settled",
        lastStep: last, points: points(\.stability)),
      CurveChart(
        "rate", "Learning rate", note: "warm-up, then a cosine", lastStep: last, points: points(\.learningRate)),
      CurveChart(
        "speed", "Samples a second", note: "since the previous line of the log", lastStep: last,
        points: report.history.timing.map { ($0.step, $0.samplesPerSecond) }),
    ].compactMap(\.self)
  }

  var data: [String: CurveChart.Values] {
    Dictionary(uniqueKeysWithValues: charts.map { ($0.identifier, $0.values) })
  }

  var html: HTML {
    let body: HTML =
      charts.isEmpty
      ? "<p class=\"empty\">The run has logged nothing yet.</p>" : "<div class=\"charts\">\(charts.map(\.html))</div>"
    return """
      <section id="curves" aria-labelledby="curves-title">
      <h2 id="curves-title">Curves</h2>
      <p>By step, from the logs of the run. Point at a curve, or use the arrow keys, to read its values.</p>
      \(body)
      </section>

      """
  }
}
