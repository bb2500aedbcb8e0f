import CSentencePiece
import Foundation
import Samples

/// Subword tokens of a unigram model (Kudo 2018), trained on the texts themselves by SentencePiece.
///
/// Texts are normalised first: compatible characters become one (NFKC), letters are lower case. A character that the
/// vocabulary lacks becomes its bytes.
package final class SentencePieceTokenizer: Tokenizer, @unchecked Sendable {  // the library's object is never changed
  /// SentencePiece's own file format.
  package let model: Data
  package let count: Int
  package let startsWord: [Bool]
  private let pieces: [String]
  private let isByte: [Bool]
  private let handle: OpaquePointer

  /// - Throws: `TokenizerFailure` if these bytes are no model, or not one that Swiftlet trained.
  package init(model: Data) throws(TokenizerFailure) {
    guard csp_is_present() else { throw .noLibrary }
    var opened: OpaquePointer?
    let message = model.withUnsafeBytes { bytes in
      csp_open(bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count, &opened)
    }
    try Self.check(message)
    guard let handle = opened else { throw .refused("the model cannot be opened") }
    self.handle = handle
    self.model = model
    let count = csp_size(handle)
    self.count = count
    pieces = (0..<count).map { id in
      var length = 0
      let text = csp_piece(handle, id, &length)
      return String(decoding: UnsafeRawBufferPointer(start: text, count: length), as: UTF8.self)
    }
    isByte = (0..<count).map { csp_is_byte(handle, $0) }
    startsWord = pieces.map { $0.unicodeScalars.first == Self.space }
    guard pieces.prefix(Self.names.count).elementsEqual(Self.names) else {
      throw .refused("the model does not begin with \(Self.names.joined(separator: ", "))")
    }
  }

  deinit { csp_close(handle) }

  private static let names = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
  /// The sign that stands for a space before a word.
  private static let space: Unicode.Scalar = "\u{2581}"

  package var symbols: TokenSymbols {
    TokenSymbols(
      unknown: Int32(csp_unknown), first: Int32(csp_first), last: Int32(csp_last),
      mask: Int32(csp_mask))
  }

  package func isForeign(_ id: Int32) -> Bool { id == symbols.unknown || isByte[Int(id)] }

  // MARK: Training

  /// The library leaves out longer lines.
  private static let longestLine = 4000
  /// Texts beyond this are not needed to know which pieces are frequent, and take minutes.
  package static let mostTrainingBytes = 6_000_000

  /// Learns a vocabulary; the same texts give the same one.
  ///
  /// - Parameters:
  ///   - texts: those spread evenly over all are used, up to 6 MB.
  ///   - size: the most entries. There are fewer if the texts have no more.
  /// - Throws: `TokenizerFailure`
  package static func trained(on texts: [String], size: Int) throws(TokenizerFailure) -> SentencePieceTokenizer {
    guard csp_is_present() else { throw .noLibrary }
    let total = texts.reduce(0) { $0 + min($1.utf8.count, mostTrainingBytes / 4) }
    let share = min(1, Double(mostTrainingBytes) / Double(max(1, total)))
    var bytes: [UInt8] = []
    var ends: [Int] = []
    var due = 0.0
    for text in texts {
      due += share
      guard due >= 1 || share == 1 else { continue }
      due -= 1
      for line in lines(of: text) {
        bytes += line
        ends.append(bytes.count)
        if bytes.count > mostTrainingBytes { break }
      }
      if bytes.count > mostTrainingBytes { break }
    }
    guard !ends.isEmpty else { throw .nothingToLearn }
    do throws(ThreadShortage) {
      // The trainer has a thread of its own.
      try ThreadShortage.check(for: 2)
    } catch {
      throw .refused(
        "it takes a thread, and none can be started: their number or the memory is limited (see 'ulimit -a')")
    }
    var model: UnsafeMutablePointer<UInt8>?
    var modelSize = 0
    let message = bytes.withUnsafeBytes { bytes in
      csp_train(bytes.bindMemory(to: CChar.self).baseAddress, ends, ends.count, size, &model, &modelSize)
    }
    do throws(TokenizerFailure) {
      try check(message)
    } catch {
      throw explained(error, size: size)
    }
    guard let found = model else { throw .refused("training made no model") }
    defer { csp_free(found) }
    return try SentencePieceTokenizer(model: Data(bytes: found, count: modelSize))
  }

  /// The parts of a text that can be learned from: without line breaks, each short enough for the library, and with at least
  /// one visible sign, for without any the library ends the program.
  private static func lines(of text: String) -> [[UInt8]] {
    var lines: [[UInt8]] = []
    var line: [UInt8] = []
    func finish() {
      let isVisible = String(decoding: line, as: UTF8.self).unicodeScalars.contains(where: isVisible)
      if isVisible { lines.append(line) }
      line = []
    }
    for word in text.utf8.split(whereSeparator: { $0 <= 0x20 || $0 == 0x7F }) {
      if line.count + word.count + 1 > longestLine, !line.isEmpty { finish() }
      if !line.isEmpty { line.append(0x20) }
      line += word
      while line.count > longestLine {
        // Never within a character.
        var end = longestLine
        while end > 0, line[end] & 0xC0 == 0x80 { end -= 1 }
        let rest = Array(line[end...])
        line.removeLast(line.count - end)
        finish()
        line = rest
      }
    }
    if !line.isEmpty { finish() }
    return lines
  }

  private static func isVisible(_ scalar: Unicode.Scalar) -> Bool {
    // The library's own sign for a space.
    guard scalar != space else { return false }
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
      .letterNumber, .otherNumber, .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation,
      .initialPunctuation, .finalPunctuation, .otherPunctuation, .mathSymbol, .currencySymbol, .otherSymbol:
      return true
    default: return false
    }
  }

  /// The library's sentence about a vocabulary that is too small names the least: "100 vs 274".
  private static func explained(_ failure: TokenizerFailure, size: Int) -> TokenizerFailure {
    guard case .refused(let reason) = failure, reason.contains("smaller than required_chars") else { return failure }
    let least = reason.split(separator: "vs ").last.flatMap { Int($0.prefix { $0.isNumber }) }
    return .vocabularyTooSmall(asked: size, least: least)
  }

  // MARK: Encoding

  package func tokens(of text: String) -> [Int32] {
    var ids: UnsafeMutablePointer<Int32>?
    var count = 0
    var text = text
    let message = text.withUTF8 { bytes in
      bytes.withMemoryRebound(to: CChar.self) { bytes in
        csp_encode(handle, bytes.baseAddress, bytes.count, &ids, &count)
      }
    }
    csp_free(message)
    guard let found = ids else { return [] }
    defer { csp_free(found) }
    return Array(UnsafeBufferPointer(start: found, count: count))
  }

  package func divisions(of word: [Int32], most: Int) -> [(tokens: [Int32], score: Float)] {
    // Characters that the vocabulary lacks cannot be divided otherwise, and long words take long.
    guard most > 1, word.count <= 24, !word.contains(where: { isByte[Int($0)] || $0 < csp_symbols }) else {
      return []
    }
    var text = word.map { pieces[Int($0)] }.joined()
    var ids: UnsafeMutablePointer<Int32>?
    var ends: UnsafeMutablePointer<Int>?
    var scores: UnsafeMutablePointer<Float>?
    var count = 0
    // The library puts the sign before a word by itself.
    if text.unicodeScalars.first == Self.space { text.unicodeScalars.removeFirst() }
    let message = text.withUTF8 { bytes in
      bytes.withMemoryRebound(to: CChar.self) { bytes in
        csp_divide(handle, bytes.baseAddress, bytes.count, most, &ids, &ends, &scores, &count)
      }
    }
    csp_free(message)
    guard let ids = ids, let ends = ends, let scores = scores else { return [] }
    defer {
      csp_free(ids)
      csp_free(ends)
      csp_free(scores)
    }
    return (0..<count).map { way in
      let start = way == 0 ? 0 : ends[way - 1]
      return ((start..<ends[way]).map { ids[$0] }, scores[way])
    }
  }

  private static func check(_ message: UnsafeMutablePointer<CChar>?) throws(TokenizerFailure) {
    guard let message = message else { return }
    defer { csp_free(message) }
    throw .refused(String(cString: message))
  }
}
