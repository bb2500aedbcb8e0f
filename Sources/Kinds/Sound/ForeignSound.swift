/// Sound that libsndfile does not read, recognised by its first bytes, and what helps.
enum ForeignSound: String, CaseIterable {
  case mpeg4 = "MPEG-4 audio (M4A, AAC)"
  case adts = "AAC audio"
  case windowsMedia = "Windows Media audio"
  case matroska = "a Matroska or WebM file"
  case adaptiveMultiRate = "AMR audio"
  case monkeys = "Monkey's Audio"
  case wavPack = "a WavPack file"
  case directStream = "a DSD file"
  case midi = "a MIDI file"

  /// So many bytes tell.
  static let startLength = 16

  /// - Parameter start: the first bytes of a file.
  init?(start: some Collection<UInt8>) {
    let bytes = Array(start)
    func holds(_ text: String, at place: Int = 0) -> Bool { bytes.dropFirst(place).starts(with: text.utf8) }
    if holds("ftyp", at: 4) {
      self = .mpeg4
    } else if bytes.count > 1, bytes[0] == 0xFF, bytes[1] & 0xF6 == 0xF0 {
      self = .adts
    } else if bytes.starts(with: [0x30, 0x26, 0xB2, 0x75, 0x8E, 0x66, 0xCF, 0x11]) {
      self = .windowsMedia
    } else if bytes.starts(with: [0x1A, 0x45, 0xDF, 0xA3]) {
      self = .matroska
    } else if holds("#!AMR") {
      self = .adaptiveMultiRate
    } else if holds("MAC ") {
      self = .monkeys
    } else if holds("wvpk") {
      self = .wavPack
    } else if holds("DSD ") || holds("FRM8") {
      self = .directStream
    } else if holds("MThd") {
      self = .midi
    } else {
      return nil
    }
  }

  /// Why a file is skipped, without its subject.
  var reason: String {
    let what = self == .midi ? "holds notes and no sound: play them into a WAV file" : "convert it: \(Self.command)"
    return "is \(rawValue), which is not read; \(what)"
  }

  static let command = "ffmpeg -i FILE -c:a flac FILE.flac"
  /// Endings of files that are looked at, so that what is not read is listed with its reason.
  static let extensions: Set<String> = [
    "m4a", "aac", "mp4", "wma", "webm", "mka", "amr", "ape", "wv", "dsf", "dff",
  ]
}
