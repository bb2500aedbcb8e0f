import Foundation
import Learning
import Pictures
import Samples
import Settings

/// Nearest neighbours, near-duplicates and outliers, with the names of files to look at or remove.
struct SamplesSection {
  private let report: Report
  private let cards: SampleCards

  static let groupLimit = 12
  static let groupMembers = 6
  static let outlierLimit = 16
  static let nameLimit = 500

  init(of report: Report) throws(PreviewPicture.EncodingFailure) {
    self.report = report
    var rows: Set<Int> = []
    for query in report.sheets.typical + report.sheets.confused {
      rows.insert(query)
      rows.formUnion(Self.near(query, report))
    }
    for group in report.odd.duplicates.prefix(Self.groupLimit) { rows.formUnion(group.prefix(Self.groupMembers)) }
    rows.formUnion(report.odd.outliers.prefix(Self.outlierLimit))
    cards = try SampleCards(of: rows.sorted(), in: report)
  }

  private static func near(_ row: Int, _ report: Report) -> [Int] {
    report.neighbours.lists[row].prefix(NeighbourSheets.neighbourCount).map(\.sample)
  }

  var html: HTML {
    """
    <section id="samples" aria-labelledby="samples-title">
    <h2 id="samples-title">Nearest neighbours</h2>
    <p>Each row shows one of the \(report.data.configuration.plural) with its \(NeighbourSheets.neighbourCount) nearest neighbours in the features and their cosine similarity. Useful features give rows whose samples belong together.</p>
    <h3>Typical samples, spread over the data</h3>
    <div class="sheets">\(report.sheets.typical.map(sheet))</div>
    \(confused)
    \(duplicates)
    \(outliers)
    </section>

    """
  }

  private var confused: HTML {
    guard report.samples.hasLabels else { return .empty }
    guard !report.sheets.confused.isEmpty else {
      return
        "<h3>Samples whose neighbours have other labels</h3><p>There are none: every labelled sample shares its label with more than a quarter of its neighbours.</p>"
    }
    return """
      <h3>Samples whose neighbours have other labels</h3>
      <p>At most a quarter of their neighbours share their label. Either the features fail here, or the label is wrong.</p>
      <div class="sheets">\(report.sheets.confused.map(sheet))</div>
      """
  }

  private func sheet(_ row: Int) -> HTML {
    let near = report.neighbours.lists[row].prefix(NeighbourSheets.neighbourCount).map { neighbour -> HTML in
      let differs = report.samples.labels[row].flatMap { own in
        report.samples.labels[neighbour.sample].map { $0 != own }
      }
      let similarity = String(format: "%.3f", neighbour.similarity)
      return "<li>\(cards.card(neighbour.sample, note: similarity, differs: differs ?? false))</li>"
    }
    return "<article class=\"sheet\"><div class=\"query\">\(cards.card(row))</div><ol>\(near)</ol></article>"
  }

  // MARK: Near-duplicates and outliers

  private var duplicates: HTML {
    let odd = report.odd
    if odd.isIndistinct {
      return """
        <h2>Near-duplicates and outliers</h2>
        <p class="empty">The features of nearly all samples are the same, so that no sample is near or far.</p>
        """
    }
    let groups = odd.duplicates.prefix(Self.groupLimit).map { group -> HTML in
      let labels = Set(group.compactMap { report.samples.labels[$0] })
      let splits = Set(group.compactMap { report.samples.splits[$0]?.rawValue })
      let warnings: [HTML] =
        (labels.count > 1 ? ["<span class=\"tag warn\">labels differ</span>"] : [])
        + (splits.count > 1 ? ["<span class=\"tag warn\">in \(splits.sorted().joined(separator: " and "))</span>"] : [])
      let members = group.prefix(Self.groupMembers).map { row -> HTML in
        "<li>\(cards.card(row, hasFullName: true))</li>"
      }
      let rest: HTML =
        group.count > Self.groupMembers
        ? "<li class=\"more\">and \(group.count - Self.groupMembers) more</li>" : .empty
      return "<article class=\"group\"><p>\(warnings)</p><ol>\(members)\(rest)</ol></article>"
    }
    let rule: HTML =
      "The median cosine distance from a sample to its nearest neighbour is \(Figure.number(odd.nearest.median)). Samples nearer than \(Figure.number(odd.nearest.low)) count as near-duplicates: this is three robust standard deviations below the median, on a logarithmic scale."
    let found: HTML =
      groups.isEmpty
      ? "<p class=\"empty\">There are none.</p>"
      : """
      <p>\(Figure.count(odd.duplicates.joined().count)) samples lie in \(Figure.count(odd.duplicates.count)) group\(odd.duplicates.count == 1 ? "" : "s")\(odd.duplicates.count > Self.groupLimit ? ", of which the \(Self.groupLimit) nearest are shown" : ""). Copies add nothing to training, and copies of training samples in the test part make scores too good.</p>
      <div class="groups">\(groups)</div>
      \(names("Names in all groups, one group a line", odd.duplicates.map { $0.map { report.samples.names[$0] }.joined(separator: "\t") }))
      """
    return """
      <h2>Near-duplicates</h2>
      <p>\(rule)</p>
      \(Histogram(distances: odd.nearest.distances, median: odd.nearest.median, limit: odd.nearest.low, side: .below).html)
      \(found)
      """
  }

  private var outliers: HTML {
    let odd = report.odd
    if odd.isIndistinct { return .empty }
    let shown = odd.outliers.prefix(Self.outlierLimit).map { row -> HTML in
      "<li>\(cards.card(row, note: Figure.number(odd.sparsity.distances[row]), hasFullName: true))</li>"
    }
    let found: HTML =
      shown.isEmpty
      ? "<p class=\"empty\">There are none.</p>"
      : """
      <p>\(odd.outliers.count == 1 ? "There is 1 outlier" : "There are \(Figure.count(odd.outliers.count)) outliers")\(odd.outliers.count > Self.outlierLimit ? ", of which the \(Self.outlierLimit) farthest are shown" : ""). They may be rare cases of interest, or they may not belong to the data.</p>
      <ol class="wall">\(shown)</ol>
      \(names("All names", odd.outliers.map { report.samples.names[$0] }))
      """
    return """
      <h2>Outliers</h2>
      <p>The median of the mean cosine distance from a sample to its ten nearest neighbours is \(Figure.number(odd.sparsity.median)). A sample above \(Figure.number(odd.sparsity.high)), three robust standard deviations more, counts as an outlier.</p>
      \(Histogram(distances: odd.sparsity.distances, median: odd.sparsity.median, limit: odd.sparsity.high, side: .above).html)
      \(found)
      """
  }

  private func names(_ title: String, _ lines: [String]) -> HTML {
    let shown = lines.prefix(Self.nameLimit).map { line -> HTML in "<li><bdi>\(line)</bdi></li>" }
    let rest: HTML = lines.count > Self.nameLimit ? "<li>… and \(lines.count - Self.nameLimit) more</li>" : .empty
    return "<details><summary>\(title)</summary><ul class=\"names\">\(shown)\(rest)</ul></details>"
  }
}

/// Samples as small cards: picture, sound, fields or the beginning of a text, with name and label.
struct SampleCards {
  private static let side = 112
  private static let quality = 78
  private static let fieldLimit = 5
  private static let textLimit = 140

  private let report: Report
  private let faces: [Int: HTML]

  init(of rows: [Int], in report: Report) throws(PreviewPicture.EncodingFailure) {
    self.report = report
    let previews = Thumbnails.previews(of: rows.map { report.samples.places[$0] }, in: report.data, side: Self.side)
    var faces: [Int: HTML] = [:]
    for (row, preview) in zip(rows, previews) {
      switch preview {
      case .picture(let picture): faces[row] = try Self.face(picture)
      case .sound(let picture, let sound):
        faces[row] = """
          \(try Self.face(picture))<audio controls preload="none" src="\(Thumbnails.uri(wave: sound.wave))"></audio>
          """
      case .fields(let fields):
        let lines = fields.prefix(Self.fieldLimit).map { field -> HTML in
          "<div><dt>\(field.name)</dt><dd>\(field.value)</dd></div>"
        }
        faces[row] = "<dl class=\"fields\">\(lines)</dl>"
      case .text(let text):
        faces[row] = "<p class=\"excerpt\">\(Thumbnails.excerpt(text, limit: Self.textLimit))</p>"
      case nil: break
      }
    }
    self.faces = faces
  }

  private static func face(_ picture: PreviewPicture) throws(PreviewPicture.EncodingFailure) -> HTML {
    let uri = Thumbnails.uri(jpeg: try picture.jpeg(quality: quality))
    let isTiny = max(picture.width, picture.height) < 48
    return """
      <img\(HTML(trusted: isTiny ? " class=\"tiny\"" : "")) width="\(picture.width)" height="\(picture.height)" alt="" src="\(uri)">
      """
  }

  func card(_ row: Int, note: String = "", differs: Bool = false, hasFullName: Bool = false) -> HTML {
    let name = report.samples.names[row]
    let label: HTML =
      report.samples.label(row).map {
        "<span class=\"tag\(differs ? " differs" : "")\">\(differs ? "≠ " : "")\($0)</span>"
      } ?? .empty
    let figure: HTML = note.isEmpty ? .empty : "<span class=\"note\">\(note)</span>"
    let face = faces[row] ?? "<span class=\"faceless\" aria-hidden=\"true\"></span>"
    return """
      <figure class="sample"><div class="face">\(face)</div><figcaption><bdi class="\(hasFullName ? "name full" : "name")" title="\(name)">\(hasFullName ? name : Self.shortened(name))</bdi>\(label)\(figure)</figcaption></figure>
      """
  }

  /// The end of a path, which tells files apart.
  static func shortened(_ name: String) -> String { name.split(separator: "/").last.map(String.init) ?? name }
}
