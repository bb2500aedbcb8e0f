import Settings

/// A piece of a page. Whatever text is put into one by interpolation is escaped, so that no name of a file can become
/// a tag, an attribute or a script:
///
///     let row: HTML = "<td title=\"\(name)\">\(name)</td>"
///
/// Attributes stand in double quotes.
struct HTML: Sendable, Equatable, ExpressibleByStringInterpolation {
  private(set) var text: String

  static let empty = HTML(trusted: "")

  /// - Parameter text: markup of this program; never anything from outside.
  init(trusted text: String) { self.text = text }

  init(stringLiteral value: String) { text = value }

  init(stringInterpolation: StringInterpolation) { text = stringInterpolation.text }

  struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var text = ""

    init(literalCapacity: Int, interpolationCount: Int) { text.reserveCapacity(2 * literalCapacity) }

    mutating func appendLiteral(_ literal: String) { text += literal }
    mutating func appendInterpolation(_ value: String) { text += HTML.escaped(value) }
    mutating func appendInterpolation(_ value: Int) { text += String(value) }
    mutating func appendInterpolation(_ piece: HTML) { text += piece.text }
    mutating func appendInterpolation(_ pieces: [HTML]) { for piece in pieces { text += piece.text } }
  }

  static func + (a: HTML, b: HTML) -> HTML { HTML(trusted: a.text + b.text) }

  /// Safe between tags and within quoted attributes. Control characters, which HTML forbids, and direction marks, which
  /// would turn the text around them too, are written as escapes.
  static func escaped(_ value: String) -> String {
    var result = ""
    result.reserveCapacity(value.utf8.count)
    for scalar in visible(value).unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      case "\t", "\n": result += " "
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
