import Foundation
import TestSupport
import Testing

@testable import Samples

/// Tests with blobs of any kind; `PackedCacheTests` tests damage, limits and several processes with pictures.
@Suite struct PackedStoreTests {
  private func store(in folder: TemporaryFolder) throws -> PackedStore {
    try PackedStore(in: folder.path, of: "decoded recordings", reserve: 0, segmentBytes: nil)
  }

  private func key(_ name: String) -> PackedKey { PackedKey(hashing: Array(name.utf8)) }

  @Test func blobsComeBackWithTheirForm() throws {
    let folder = try TemporaryFolder()
    let recording: [Int16] = [3, -2, .max, .min, 0]
    recording.withUnsafeBytes { bytes in
      for _ in 0..<2 { try? store(in: folder).keep(bytes, form: .max - 7, key("recording")) }
    }
    let text = Array("spoken words".utf8)
    text.withUnsafeBytes { bytes in try? store(in: folder).keep(bytes, key("text")) }
    let found = try store(in: folder)
    #expect(found.count == 2)
    let read = found.value(key("recording")) { blob in blob.array(of: Int16.self).map { ($0, blob.form) } }
    #expect(read?.0 == recording && read?.1 == .max - 7)
    #expect(found.value(key("text")) { $0.form == 0 ? $0.array(of: UInt8.self) : nil } == text)
    #expect(found.value(key("silence")) { $0.byteCount } == nil)
  }

  /// A reader that cannot use a blob makes it absent, so that the next one is kept in its place.
  @Test func aBlobOfAnotherFormIsReplaced() throws {
    let folder = try TemporaryFolder()
    let store = try store(in: folder)
    [UInt8](1...5).withUnsafeBytes { store.keep($0, key("a")) }
    #expect(store.value(key("a")) { $0.array(of: Float.self) } == nil)
    #expect(store.count == 0)
    [Float](arrayLiteral: 0.5, -1).withUnsafeBytes { store.keep($0, key("a")) }
    #expect(store.value(key("a")) { $0.array(of: Float.self) } == [0.5, -1])
  }

  /// Looking at the form of a blob does not mark its bytes as checked: they are still compared with their checksum when
  /// they are read.
  @Test func onlyReadBytesCountAsChecked() throws {
    let folder = try TemporaryFolder()
    [UInt8](repeating: 7, count: 100).withUnsafeBytes { bytes in try? store(in: folder).keep(bytes, key("a")) }
    let file = folder.path + "/" + (try #require(PackedSegment.names(in: folder.path).first)) + ".blobs"
    var bytes = try Data(contentsOf: URL(fileURLWithPath: file))
    bytes[40] ^= 1
    try bytes.write(to: URL(fileURLWithPath: file))
    let damaged = try store(in: folder)
    #expect(damaged.value(key("a")) { $0.byteCount } == 100)
    #expect(damaged.value(key("a")) { $0.array(of: UInt8.self) } == nil)
    #expect(damaged.count == 0)
  }

  /// A record of the first format has the same length, but its words have other meanings.
  @Test func recordsOfTheFirstFormatAreIgnored() throws {
    let folder = try TemporaryFolder()
    [UInt8](1...100).withUnsafeBytes { bytes in try? store(in: folder).keep(bytes, key("a")) }
    let name = try #require(PackedSegment.names(in: folder.path).first)
    let index = URL(fileURLWithPath: folder.path + "/" + name + ".index")
    var words = try Data(contentsOf: index).withUnsafeBytes { Array($0.bindMemory(to: UInt64.self)) }
    #expect(words.count == 8)
    words[0] = (0x3154_454C_5446_4957 as UInt64).littleEndian
    words[7] = words[..<7].withUnsafeBytes { packedChecksum($0) }.littleEndian
    try words.withUnsafeBytes { Data($0) }.write(to: index)
    #expect(try store(in: folder).count == 0)
  }

  @Test func theReasonToStopNamesTheContents() throws {
    let folder = try TemporaryFolder()
    let full = try PackedStore(in: folder.path, of: "decoded recordings", limit: 10, reserve: 0, segmentBytes: 8)
    for number in 0..<3 { [UInt8](repeating: 1, count: 8).withUnsafeBytes { full.keep($0, key("\(number)")) } }
    #expect(full.problem?.hasPrefix("decoded recordings are no longer kept in \(folder.path)") == true)
  }
}
