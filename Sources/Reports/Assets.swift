/// The style and the scripts of the page. The build compiles the files of `Resources` into the program, which therefore
/// needs no file beside it wherever it is installed.
enum Assets {
  /// System fonts only; colours for light and dark, each text at least 4.5 : 1 against its background.
  static let style = text(PackageResources.style_css)
  /// The map: colour, legend, search, zoom, pan, thumbnails, keyboard. Text from the data is only ever set as text.
  static let mapScript = text(PackageResources.map_js)
  /// The values of a curve under the pointer, or at the arrow keys.
  static let curveScript = text(PackageResources.curve_js)

  /// The text without the newline that ends the file: the closing tag follows the text in the page.
  private static func text(_ bytes: [UInt8]) -> String {
    String(decoding: bytes.last == UInt8(ascii: "\n") ? bytes.dropLast() : bytes[...], as: UTF8.self)
  }
}
