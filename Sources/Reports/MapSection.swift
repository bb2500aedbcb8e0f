import Datasets
import Foundation
import Settings

/// The embedding on a plane: drawn by a script, and without one as a still picture.
struct MapSection {
  /// What the script draws from. Lists hold one entry a point.
  struct Data: Encodable {
    struct Sheet: Encodable {
      let side: Int
      let columns: Int
      /// Width, height, width, …
      let sizes: [Int]
    }

    let kind: String
    let names: [String]
    let classes: [String]
    /// By index into `classes`, −1 without one.
    let labels: [Int]
    let splits: [String]?
    /// How densely samples lie, 0 to 1 by rank.
    let density: [Double]
    /// x, y, x, … in −10000...10000.
    let principal: [Int]
    let neighbourly: [Int]?
    let neighbours: [[Int]]
    let atlas: Sheet?
    /// Name, value, name, …
    let fields: [[String]]?
  }

  let data: Data
  private let report: Report
  private let atlas: Atlas?

  init(of report: Report) throws {
    self.report = report
    let map = report.map
    let samples = report.samples
    let previews = Thumbnails.previews(of: map.rows.map { samples.places[$0] }, in: report.data, side: Atlas.side)
    let atlas = try Atlas(previews)
    self.atlas = atlas
    let fields = previews.map { preview -> [String] in
      if case .fields(let fields) = preview { fields.prefix(12).flatMap { [$0.name, $0.value] } } else { [] }
    }
    let splits = map.rows.map { samples.splits[$0]?.rawValue ?? "" }
    data = Data(
      kind: report.data.configuration.kind, names: map.rows.map { samples.names[$0] }, classes: samples.classes,
      labels: map.rows.map { samples.labels[$0] ?? -1 }, splits: splits.allSatisfy(\.isEmpty) ? nil : splits,
      density: Self.ranks(map.rows.map { -report.odd.sparsity.distances[$0] }),
      principal: Self.whole(map.principal), neighbourly: map.neighbourly.map(Self.whole), neighbours: map.neighbours,
      atlas: atlas.map { atlas in
        .init(side: atlas.side, columns: atlas.columns, sizes: atlas.sizes.flatMap { [$0.width, $0.height] })
      },
      fields: fields.allSatisfy(\.isEmpty) ? nil : fields)
  }

  /// 0 for the least, 1 for the greatest.
  static func ranks(_ values: [Double]) -> [Double] {
    let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
    var ranks = [Double](repeating: 0, count: values.count)
    for (rank, place) in order.enumerated() {
      ranks[place] = (Double(rank) / Double(max(1, values.count - 1)) * 1000).rounded() / 1000
    }
    return ranks
  }

  private static func whole(_ points: [EmbeddingMap.Point]) -> [Int] {
    points.flatMap { [Int(($0.x * 10000).rounded()), Int(($0.y * 10000).rounded())] }
  }

  var html: HTML {
    let kind = report.data.configuration.kind
    let count = report.map.rows.count
    let part: HTML =
      count < report.samples.count
      ? "\(Figure.count(count)) of \(Figure.count(report.samples.count)) \(kind), evenly spread over the list"
      : "\(Figure.count(count)) \(kind)"
    let explained = report.map.explained.map { Figure.percent($0) }.joined(separator: " and ")
    let image: HTML = atlas.map { "<img id=\"atlas\" alt=\"\" hidden src=\"\($0.uri)\">" } ?? .empty
    let neighbourly: HTML =
      data.neighbourly == nil
      ? .empty : "<button type=\"button\" data-projection=\"neighbourly\" aria-pressed=\"true\">Neighbours</button>"
    return """
      <section id="map" aria-labelledby="map-title">
      <h2 id="map-title">Map</h2>
      <p>\(part). What the network finds alike lies together. In the view <em>Neighbours</em> (t-SNE), what is near on the map is near in the features; the gaps between groups and their sizes mean nothing. <em>PCA</em> shows the two directions of greatest variance, which explain \(explained) of it.</p>
      \(image)
      <div class="map" hidden>
      <div class="tools">
      <div class="choice" role="group" aria-label="Projection">\(neighbourly)<button type="button" data-projection="principal" aria-pressed="false">PCA</button></div>
      <label class="pick">Colour <select id="colouring"></select></label>
      <label class="find"><span class="unseen">Find by name</span><input id="search" type="search" placeholder="Find by name" autocomplete="off" spellcheck="false"></label>
      <div class="choice" role="group" aria-label="Zoom"><button type="button" id="zoom-out" aria-label="Zoom out">−</button><button type="button" id="zoom-in" aria-label="Zoom in">+</button><button type="button" id="zoom-reset">Reset</button></div>
      </div>
      <div class="stage">
      <canvas id="canvas" tabindex="0" role="application" aria-label="Map of \(Figure.count(count)) \(kind). Arrow keys walk from point to point, plus and minus zoom, 0 resets, Escape lets go." aria-describedby="map-status"></canvas>
      <div id="card" class="card" hidden></div>
      </div>
      <div id="legend" class="legend" role="group" aria-label="Legend: press to hide or show"></div>
      <p id="map-status" class="status" role="status" aria-live="polite"></p>
      <p class="explain">Point at a dot to see it, click to keep it and its nearest in the features. Drag to move; scroll with Ctrl, or after a click, to zoom; close up, dots become thumbnails.</p>
      </div>
      <noscript><p class="empty">Without JavaScript the map is a still picture.</p>\(still)</noscript>
      </section>

      """
  }

  private var still: HTML {
    let points = report.map.neighbourly ?? report.map.principal
    let dots = zip(points, data.labels).map { point, label -> HTML in
      let (x, y) = (CurveChart.digits(300 + 290 * point.x), CurveChart.digits(300 - 290 * point.y))
      return "<circle class=\"c\(label < 0 ? 10 : min(label, 10))\" cx=\"\(x)\" cy=\"\(y)\" r=\"3\"/>"
    }
    return "<svg class=\"still\" viewBox=\"0 0 600 600\" role=\"img\" aria-label=\"Map of the samples\">\(dots)</svg>"
  }
}
