import Foundation
import Samples
import Settings

/// The page: one file that loads nothing from outside, and whose own policy forbids it.
struct Page {
  let text: String

  init(of report: Report) throws {
    let map = try MapSection(of: report)
    let curves = CurvesSection(of: report)
    let sections: [HTML] = [
      OverviewSection(of: report).html, ResultsSection(of: report).html,
      LabelCurveSection(of: report).html, map.html, try SamplesSection(of: report).html,
      curves.html, RunSection(of: report).html,
    ]
    text =
      Self.document(
        title: report.run.name, body: sections, data: try Self.json(PageData(map: map.data, curves: curves.data))
      ).text
  }

  private struct PageData: Encodable {
    let map: MapSection.Data
    let curves: [String: CurveChart.Values]
  }

  /// JSON to stand between script tags: it holds no `<`, which could end them.
  private static func json(_ data: some Encodable) throws -> HTML {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let text = String(decoding: try encoder.encode(data), as: UTF8.self)
    return HTML(trusted: visibleJSON(text.replacingOccurrences(of: "<", with: "\\u003c")))
  }

  /// The policy lets only style and scripts with this page's random word work, and loads only pictures and sounds within the page.
  static func document(title: String, body: [HTML], data: HTML) -> HTML {
    document(
      title: "\(title) – Swiftlet report",
      sections: [
        ("overview", "Overview"), ("results", "Results"), ("labels", "Labels"), ("map", "Map"), ("samples", "Samples"),
        ("curves", "Curves"), ("run", "Run"),
      ], body: body, data: data, scripts: [Assets.mapScript, Assets.curveScript])
  }

  /// - Parameters:
  ///   - sections: the identifier and the name of each, for the navigation.
  ///   - data: JSON that the scripts read; nil for none.
  static func document(
    title: String, sections: [(identifier: String, name: String)], body: [HTML], data: HTML? = nil,
    scripts: [String] = []
  ) -> HTML {
    let word = (0..<2).map { _ in String(UInt64.random(in: .min ... .max), radix: 36) }.joined()
    let policy =
      "default-src 'none'; img-src data:; media-src data:; style-src 'nonce-\(word)'; script-src 'nonce-\(word)'; base-uri 'none'; form-action 'none'"
    let links = sections.map { section -> HTML in "<a href=\"#\(section.identifier)\">\(section.name)</a>" }
    let read: [HTML] = data.map { ["<script type=\"application/json\" id=\"data\">\($0)</script>"] } ?? []
    let ending = HTML(
      trusted: (read + scripts.map { "<script nonce=\"\(word)\">\(HTML(trusted: $0))</script>" }).map(\.text).joined(
        separator: "\n"))
    return """
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta http-equiv="Content-Security-Policy" content="\(HTML(trusted: policy))">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="referrer" content="no-referrer">
      <meta name="color-scheme" content="light dark">
      <meta name="generator" content="Swiftlet">
      <title>\(title)</title>
      <link rel="icon" href="data:,">
      <style nonce="\(word)">\(HTML(trusted: Assets.style))</style>
      </head>
      <body>
      <a class="skip" href="#content">Skip to the content</a>
      <nav aria-label="Sections"><div>\(links)</div></nav>
      <main id="content">
      \(body)
      </main>
      \(ending)
      </body>
      </html>

      """
  }
}
