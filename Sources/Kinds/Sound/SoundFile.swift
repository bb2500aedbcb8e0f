import CSndfile
import Samples

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// An open sound file, which libsndfile recognised by its contents.
///
/// Of one thread at a time.
final class SoundFile {
  struct Header: Sendable, Equatable {
    /// Samples of each channel.
    let frames: Int
    /// Samples of each channel a second.
    let rate: Int
    let channels: Int
    /// Bits of a stored sample; 0 where samples are compressed with a loss.
    let bits: Int
    /// For people: "WAV (Microsoft)".
    let format: String

    var seconds: Double { Double(frames) / Double(rate) }
  }

  /// Names of files that are looked at whatever their contents; other files are taken if their contents are sound.
  static let extensions: Set<String> = [
    "wav", "w64", "rf64", "aif", "aiff", "aifc", "au", "snd", "caf", "flac", "ogg", "oga", "opus", "mp3", "gsm",
  ]
  static let lookedFor = "WAV, AIFF, AU, CAF, FLAC, Ogg, Opus and MP3 files"
  static let rates = 100...10_000_000
  static let mostChannels = 1024
  /// Files that claim more are not believed: a year of sound at 16 kHz would be 5 · 10¹¹.
  private static let mostFrames = 1 << 40
  private static let mostBytes: off_t = 1 << 44
  /// The densest formats need a byte for some thousands of samples of silence.
  private static let mostFramesPerByte = 65_536

  let header: Header
  private let file: OpaquePointer
  private var chunk: [Float]
  private let chunkFrames: Int

  /// - Throws: why the file is no sound, without its subject.
  init(path: String) throws(SoundProblem) {
    let descriptor = try Self.openedRegularFile(path)
    var start = [UInt8](repeating: 0, count: ForeignSound.startLength)
    let startLength = max(0, pread(descriptor, &start, start.count, 0))
    let size = lseek(descriptor, 0, SEEK_END)
    if startLength == 0 || size <= 0 {
      close(descriptor)
      throw SoundProblem("is empty")
    }
    if let foreign = ForeignSound(start: start.prefix(startLength)) {
      close(descriptor)
      throw SoundProblem(foreign.reason)
    }
    var opened: OpaquePointer?
    var found = csnd_header()
    if let message = csnd_open(descriptor, &opened, &found) {
      defer { csnd_free(message) }
      throw SoundProblem(
        SoundLibraries.readsFiles
          ? "cannot be read as sound (\(Self.clause(message)))"
          : "needs libsndfile, which this build lacks: install libsndfile1-dev, then run make build")
    }
    guard let opened else { throw SoundProblem("cannot be read as sound") }
    do throws(SoundProblem) {
      header = try Self.checked(found, size: size)
    } catch {
      csnd_close(opened)
      throw error
    }
    file = opened
    chunkFrames = max(1, (1 << 16) / header.channels)
    chunk = [Float](repeating: 0, count: chunkFrames * header.channels)
  }

  deinit { csnd_close(file) }

  private static func openedRegularFile(_ path: String) throws(SoundProblem) -> Int32 {
    // Non-blocking, so that a named pipe among the files does not hang the run.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      let reason = String(cString: strerror(errno))
      throw SoundProblem("cannot be opened: \(reason)")
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw SoundProblem("is not a regular file")
    }
    return descriptor
  }

  /// libsndfile's sentence as a clause.
  private static func clause(_ message: UnsafeMutablePointer<CChar>) -> String {
    var text = String(cString: message)
    while text.hasSuffix(".") || text.hasSuffix("\n") { text.removeLast() }
    return text
  }

  private static func checked(_ found: csnd_header, size: off_t) throws(SoundProblem) -> Header {
    guard size <= mostBytes else { throw SoundProblem("is larger than a sound file can be") }
    guard rates.contains(Int(found.rate)) else {
      throw SoundProblem("says that it has \(found.rate) samples a second, which makes no sense")
    }
    guard Int(found.channels) <= mostChannels else {
      throw SoundProblem("says that it has \(found.channels) channels, which makes no sense")
    }
    guard found.frames != .max else {
      throw SoundProblem("does not say how long it is; convert it: \(ForeignSound.command)")
    }
    guard found.frames > 0 else { throw SoundProblem("holds no sound") }
    guard found.frames <= UInt64(min(mostFrames, Int(size) * mostFramesPerByte))
    else {
      throw SoundProblem("says that it is far longer than \(size) bytes can be: its header is damaged")
    }
    return Header(
      frames: Int(found.frames), rate: Int(found.rate), channels: Int(found.channels), bits: Int(found.bits),
      format: String(cString: found.format))
  }

  /// Looks at the end, which a file that was cut off lacks.
  func checkEnd() throws(SoundProblem) {
    guard (try? seek(to: header.frames - 1)) != nil, readFrames(1) == 1 else {
      throw SoundProblem(
        "says that it lasts \(SoundTime.text(header.seconds)) and ends earlier: it is cut off or damaged")
    }
  }

  func seek(to frame: Int) throws(SoundProblem) {
    if let message = csnd_seek(file, UInt64(frame)) {
      defer { csnd_free(message) }
      throw SoundProblem("cannot be read from \(frame) on (\(Self.clause(message)))")
    }
  }

  /// The next frames as one channel, at most `count`: fewer where the file ends. Memory does not depend on the channels.
  ///
  /// - Parameter body: gets some samples at a time.
  func readMixed(
    _ count: Int, by rule: SoundMixing, _ body: (UnsafeBufferPointer<Float>) throws(SoundProblem) -> Void
  ) throws(SoundProblem) {
    var left = count
    var mixed = [Float](repeating: 0, count: chunkFrames)
    while left > 0 {
      let found = readFrames(min(left, chunkFrames))
      guard found > 0 else { return }
      rule.mix(chunk, channels: header.channels, frames: found, into: &mixed)
      // Typed errors do not pass through the closure that lends the memory.
      var problem: SoundProblem?
      mixed.withUnsafeBufferPointer { samples in
        do throws(SoundProblem) {
          try body(UnsafeBufferPointer(rebasing: samples[..<found]))
        } catch {
          problem = error
        }
      }
      if let problem { throw problem }
      left -= found
    }
  }

  private func readFrames(_ count: Int) -> Int {
    chunk.withUnsafeMutableBufferPointer { csnd_read(file, $0.baseAddress, count) }
  }

  /// What a file is whose name does not say that it is sound.
  static func verdict(on path: String) -> FileVerdict {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return .anotherKind }
    defer { close(descriptor) }
    var start = [UInt8](repeating: 0, count: ForeignSound.startLength)
    let count = pread(descriptor, &start, start.count, 0)
    guard count > 0 else { return .anotherKind }
    let bytes = start.prefix(count)
    if isSound(bytes) { return .sample }
    // Video containers and notes are somebody else's; only what is named as sound is listed.
    return .anotherKind
  }

  /// Whether a file begins as a container of sound. Raw MPEG frames do not count: their two bytes begin many other files.
  private static func isSound(_ bytes: some Collection<UInt8>) -> Bool {
    let bytes = Array(bytes)
    func holds(_ text: String, at place: Int = 0) -> Bool { bytes.dropFirst(place).starts(with: text.utf8) }
    return ["RIFF", "RF64", "RIFX"].contains { holds($0) && holds("WAVE", at: 8) }
      || holds("FORM") && (holds("AIFF", at: 8) || holds("AIFC", at: 8))
      || holds("fLaC") || holds("OggS") || holds("ID3") || holds("caff") || holds(".snd") || holds("riff.")
  }
}

/// Why a file, or a part of it, is no sound: a clause without its subject.
struct SoundProblem: Error, Equatable {
  let reason: String

  init(_ reason: String) { self.reason = reason }
}
