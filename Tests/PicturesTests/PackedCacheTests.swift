import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Pictures
@testable import Samples

/// Pictures that differ in size, depth and every sample.
private func picture(_ number: Int) throws -> Picture {
  var generator = ViewGenerator(seed: 5, epoch: 0, sample: number, view: 0)
  let (width, height, channels) = (20 + number % 7, 11 + number % 5, [1, 3, 4][number % 3])
  let values = (0..<width * height * channels).map { _ in generator.integer(below: 65536) }
  let samples: Picture.Samples =
    switch number % 4 {
    case 0: .uint16(values.map { UInt16($0) })
    case 1: .float32(values.map { Float($0) / 65536 })
    default: .uint8(values.map { UInt8($0 >> 8) })
    }
  return try #require(Picture(width: width, height: height, channels: channels, samples: samples))
}

#if canImport(Darwin)
  private let fileSizeLimit = RLIMIT_FSIZE
#else
  private let fileSizeLimit = __rlimit_resource_t(RLIMIT_FSIZE.rawValue)
#endif

private func key(_ number: Int) -> PackedKey { PackedKey(hashing: Array("picture \(number)".utf8)) }

@Suite struct PackedCacheTests {
  private func fill(_ folder: TemporaryFolder, _ numbers: Range<Int>, segmentBytes: Int? = nil) throws {
    let cache = try PackedCache(in: folder.path, reserve: 0, segmentBytes: segmentBytes)
    for number in numbers { cache.keep(try picture(number), key(number)) }
    #expect(cache.problem == nil)
  }

  @Test func anotherProcessFindsWhatWasKept() throws {
    let folder = try TemporaryFolder()
    try fill(folder, 0..<30)
    let cache = try PackedCache(in: folder.path, reserve: 0, segmentBytes: nil)
    #expect(cache.count == 30)
    for _ in 0..<2 { for number in 0..<30 { #expect(try cache.picture(key(number)) == picture(number)) } }
    #expect(cache.picture(key(30)) == nil)
    // A picture that is there is not kept twice.
    cache.keep(try picture(3), key(3))
    #expect(PackedSegment.names(in: folder.path).count == 1)
    let attributes = try FileManager.default.attributesOfItem(
      atPath: folder.path + "/" + PackedSegment.names(in: folder.path)[0] + ".blobs")
    #expect(attributes[.posixPermissions] as? Int == 0o600)
  }

  @Test func keysTellFilesAndRulesApart() throws {
    let folder = try TemporaryFolder()
    let (a, b) = (try folder.write("a.png", "12345"), try folder.write("b.png", "12345"))
    let rule = PackedKey.fingerprint(of: CanonicalDecode(shortSide: 64))
    let first = try #require(PackedKey(path: a, rule: rule))
    #expect(first == PackedKey(path: a, rule: rule))
    var others = [
      PackedKey(path: b, rule: rule),
      PackedKey(path: a, rule: PackedKey.fingerprint(of: CanonicalDecode(shortSide: 65))),
      PackedKey(path: a, rule: PackedKey.fingerprint(of: CanonicalDecode(shortSide: 64, values: ValueRange()))),
      PackedKey(path: a, rule: PackedKey.fingerprint(of: CanonicalDecode(shortSide: 64, maxPixels: 9))),
    ]
    try FileManager.default.setAttributes([.modificationDate: Date(timeIntervalSince1970: 1e9)], ofItemAtPath: a)
    others.append(PackedKey(path: a, rule: rule))
    try folder.write("a.png", "123456")
    try FileManager.default.setAttributes([.modificationDate: Date(timeIntervalSince1970: 1e9)], ofItemAtPath: a)
    others.append(PackedKey(path: a, rule: rule))
    #expect(Set(others.map { $0 ?? first }).count == others.count && !others.contains(first))
    #expect(PackedKey(path: folder.path + "/none", rule: rule) == nil)
  }

  /// With both files cut at any length and any byte changed, a picture is either found unchanged or not found.
  @Test func damageIsNeverRead() throws {
    let folder = try TemporaryFolder()
    try fill(folder, 0..<12)
    let name = PackedSegment.names(in: folder.path)[0]
    let expected = try (0..<12).map(picture)
    var generator = ViewGenerator(seed: 1, epoch: 0, sample: 0, view: 0)
    var lost = 0
    for part in [".blobs", ".index"] {
      let path = folder.path + "/" + name + part
      let whole = try Data(contentsOf: URL(fileURLWithPath: path))
      for trial in 0..<200 {
        var damaged = whole
        let place = generator.integer(below: whole.count)
        switch trial % 3 {
        case 0: damaged = whole.prefix(place)
        case 1: damaged[place] ^= UInt8(1 << generator.integer(below: 8))
        default: damaged.replaceSubrange(place..<min(place + 40, whole.count), with: Data(count: 40))
        }
        try damaged.write(to: URL(fileURLWithPath: path))
        let cache = try PackedCache(in: folder.path, reserve: 0, segmentBytes: nil)
        for number in 0..<12 {
          let found = cache.picture(key(number))
          if found == nil { lost += 1 }
          #expect(found == nil || found == expected[number])
        }
      }
      try whole.write(to: URL(fileURLWithPath: path))
    }
    #expect(lost > 200)
  }

  @Test func theSizeIsBoundedByWhatWasLongestUnused() throws {
    let folder = try TemporaryFolder()
    // Each segment holds two or three pictures.
    try fill(folder, 0..<20, segmentBytes: 2500)
    let names = PackedSegment.names(in: folder.path)
    #expect(names.count >= 5)
    for (age, name) in names.enumerated() {
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSince1970: 1e9 + Double(age))],
        ofItemAtPath: folder.path + "/" + name + ".blobs")
    }
    func bytes() -> Int {
      PackedSegment.names(in: folder.path).reduce(0) {
        $0 + PackedSegment(folder: folder.path, name: $1).byteCount
      }
    }
    let limit = bytes()
    // The oldest segment is in use by a reader and stays; its neighbours are removed.
    let reader = try PackedCache(in: folder.path, reserve: 0, segmentBytes: nil)
    let old = try #require(
      (0..<20).first { number in
        PackedSegment(folder: folder.path, name: names[0]).records().contains { $0.key == key(number) }
      })
    #expect(try reader.picture(key(old)) == picture(old))
    let writer = try PackedCache(in: folder.path, limit: limit, reserve: 0, segmentBytes: 2500)
    for number in 100..<104 { writer.keep(try picture(number), key(number)) }
    #expect(writer.problem == nil)
    #expect(bytes() <= limit)
    let newest = try #require(names.last)
    let left = Set(PackedSegment.names(in: folder.path))
    #expect(left.contains(names[0]) && !left.contains(names[1]) && left.contains(newest))
    // A reader that knew a removed segment finds no picture.
    let gone = try #require((0..<20).first { reader.picture(key($0)) == nil })
    reader.keep(try picture(gone), key(gone))
    #expect(try reader.picture(key(gone)) == picture(gone))
    // All segments are in use: nothing more is kept, and the reason is reported.
    let small = try PackedCache(in: folder.path, limit: 2600, reserve: 0, segmentBytes: 2500)
    for number in 0..<110 { _ = reader.picture(key(number)) }
    small.keep(try picture(7), PackedKey(hashing: [7]))
    #expect(small.problem?.contains("has all that it may take") == true)
    #expect(small.picture(PackedKey(hashing: [7])) == nil)
  }

  @Test func theDiskIsNeverFilled() throws {
    let folder = try TemporaryFolder()
    let cache = try PackedCache(in: folder.path, limit: 1 << 40, reserve: 1 << 60, segmentBytes: nil)
    cache.keep(try picture(1), key(1))
    #expect(cache.picture(key(1)) == nil && cache.problem != nil)
    #expect(PackedSegment.names(in: folder.path).isEmpty)
  }

  /// A write that the system refuses half-way, as on a disk that another program fills.
  @Test func aRefusedWriteEndsTheWritingAlone() throws {
    let folder = try TemporaryFolder()
    let cache = try PackedCache(in: folder.path, reserve: 0, segmentBytes: nil)
    cache.keep(try picture(2), key(2))
    var usual = rlimit()
    getrlimit(fileSizeLimit, &usual)
    var tight = usual
    tight.rlim_cur = 500
    let handler = signal(SIGXFSZ, SIG_IGN)
    setrlimit(fileSizeLimit, &tight)
    cache.keep(try picture(3), key(3))
    setrlimit(fileSizeLimit, &usual)
    signal(SIGXFSZ, handler)
    #expect(cache.problem?.contains("File too large") == true)
    cache.keep(try picture(4), key(4))
    #expect(try cache.picture(key(2)) == picture(2))
    #expect(cache.picture(key(3)) == nil && cache.picture(key(4)) == nil)
    #expect(try PackedCache(in: folder.path, reserve: 0, segmentBytes: nil).count == 1)
  }

  @Test func severalProcessesMayWriteAtATime() throws {
    let folder = try TemporaryFolder()
    let expected = try (0..<40).map(picture)
    let wrong = Mutex(0)
    let caches = try (0..<3).map { _ in try PackedCache(in: folder.path, reserve: 0, segmentBytes: 9000) }
    concurrently(count: 6, threads: 6) { worker in
      for round in 0..<3 {
        for number in 0..<40 {
          let cache = caches[(worker + round) % 3]
          if let found = cache.picture(key(number)) {
            if found != expected[number] { wrong.withLock { $0 += 1 } }
          } else {
            cache.keep(expected[number], key(number))
          }
        }
      }
    }
    #expect(wrong.withLock { $0 } == 0)
    #expect(caches.allSatisfy { $0.problem == nil && $0.count == 40 })
    let after = try PackedCache(in: folder.path, reserve: 0, segmentBytes: nil)
    #expect((0..<40).allSatisfy { after.picture(key($0)) == expected[$0] })
  }

  @Test func foldersThatCannotBeAreRefused() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("file", "x")
    let error = #expect(throws: DatasetError.self) { try PackedCache(in: file + "/below") }
    #expect(error?.description.contains("choose another cache folder") == true)
  }

  @Test func theChecksumKnowsEveryByte() {
    var generator = ViewGenerator(seed: 9, epoch: 0, sample: 0, view: 0)
    var seen: Set<UInt64> = []
    for count in [0, 1, 7, 31, 32, 33, 100] {
      var bytes = (0..<count).map { _ in UInt8(generator.integer(below: 256)) }
      #expect(seen.insert(bytes.withUnsafeBytes { packedChecksum($0) }).inserted)
      for index in 0..<count {
        for bit in 0..<8 {
          bytes[index] ^= 1 << UInt8(bit)
          #expect(seen.insert(bytes.withUnsafeBytes { packedChecksum($0) }).inserted)
          bytes[index] ^= 1 << UInt8(bit)
        }
      }
    }
  }
}
