import Foundation
import Samples
import Settings

/// The features on a plane: drawn by a script, or as a still picture where scripts are off.
struct MapSection {
  /// What the script draws. Lists hold one entry for each point. Texts are as they are shown.
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
    /// Indices into `classes`, −1 for samples without a label.
    let labels: [Int]
    let splits: [String]?
    /// How close the neighbours of a sample are, as a rank: 0 for the sparsest place, 1 for the densest.
    let density: [Double]
    /// x, y, x, … in −10000...10000.
    let principal: [Int]
    let tsne: [Int]?
    let neighbours: [[Int]]
    let atlas: Sheet?
    /// Name, value, name, …
    let fields: [[String]]?
    /// The beginnings of texts, empty without one.
    let texts: [String]?
  }

  private static let fieldLimit = 12
  private static let textLimit = 280

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
      if case .fields(let fields) = preview {
        fields.prefix(Self.fieldLimit).flatMap { [visibleLine($0.name), visibleLine($0.value)] }
      } else {
        []
      }
    }
    let texts = previews.map { preview -> String in
      if case .text(let text) = preview { Thumbnails.excerpt(text, limit: Self.textLimit) } else { "" }
    }
    let splits = map.rows.map { samples.splits[$0]?.rawValue ?? "" }
    data = Data(
      kind: report.data.configuration.plural, names: map.rows.map { visibleLine(samples.names[$0]) },
      classes: samples.classes.map(visibleLine),
      labels: map.rows.map { samples.labels[$0] ?? -1 }, splits: splits.allSatisfy(\.isEmpty) ? nil : splits,
      density: Self.ranks(map.rows.map { -report.odd.sparsity.distances[$0] }),
      principal: Self.whole(map.principal), tsne: map.tsne.map(Self.whole), neighbours: map.neighbours,
      atlas: atlas.map { atlas in
        .init(side: atlas.side, columns: atlas.columns, sizes: atlas.sizes.flatMap { [$0.width, $0.height] })
      },
      fields: fields.allSatisfy(\.isEmpty) ? nil : fields, texts: texts.allSatisfy(\.isEmpty) ? nil : texts)
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
    points.flatMap { [Figure.whole(($0.x * 10000).rounded()), Figure.whole(($0.y * 10000).rounded())] }
  }

  var html: HTML {
    let kind = report.data.configuration.plural
    let count = report.map.rows.count
    let part: HTML =
      count < report.samples.count
      ? "\(Figure.count(count)) of \(Figure.count(report.samples.count)) \(kind), spread evenly over the list"
      : "\(Figure.count(count)) \(kind)"
    let explained = report.map.explained.map { Figure.percent($0) }.joined(separator: " and ")
    let image: HTML = atlas.map { "<img id=\"atlas\" alt=\"\" hidden src=\"\($0.uri)\">" } ?? .empty
    let tsne: HTML =
      data.tsne == nil
      ? .empty : "<button type=\"button\" data-projection=\"tsne\" aria-pressed=\"true\">t-SNE</button>"
    return """
      <section id="map" aria-labelledby="map-title">
      <h2 id="map-title">Map</h2>
      <p>\(part). Samples with similar features lie together. <em>t-SNE</em> keeps neighbours together: samples that are near each other on the map have similar features, but the sizes of groups and the gaps between them have no meaning. <em>PCA</em> shows the two directions of greatest variance, which explain \(explained) of it.</p>
      \(image)
      <div class="map" hidden>
      <div class="tools">
      <div class="choice" role="group" aria-label="Projection">\(tsne)<button type="button" data-projection="principal" aria-pressed="false">PCA</button></div>
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
      <p class="explain">Point at a dot to see its sample; click it to keep the sample and its nearest neighbours in view. Drag to move. To zoom, scroll with Ctrl, or click the map first and scroll. Close up, dots become thumbnails.</p>
      </div>
      <noscript><p class="empty">Without JavaScript the map is a still picture.</p>\(still)</noscript>
      </section>

      """
  }

  private var still: HTML {
    let points = report.map.tsne ?? report.map.principal
    let dots = zip(points, data.labels).map { point, label -> HTML in
      let (x, y) = (CurveChart.digits(300 + 290 * point.x), CurveChart.digits(300 - 290 * point.y))
      return "<circle class=\"c\(label < 0 ? 10 : min(label, 10))\" cx=\"\(x)\" cy=\"\(y)\" r=\"3\"/>"
    }
    return "<svg class=\"still\" viewBox=\"0 0 600 600\" role=\"img\" aria-label=\"Map of the samples\">\(dots)</svg>"
  }
}
