import Learning
import Samples
import Settings

/// What a user may choose about sound.
extension Sounds {
  public static let sampleRate = OptionKey<Int>(
    "sample-rate", in: MelFrontEnd.rates, help: "Samples a second that files are brought to. Default: 16000.",
    valueName: "hertz")
  package static let mixing = OptionKey<SoundMixing>(
    "channel-rule", help: "How several channels become one: their mean, or the first alone. Default: mean.")
  public static let clipSeconds = OptionKey<Double>(
    "clip-seconds", in: 0.05...3600,
    help:
      "Cuts files into clips of so many seconds, which are the samples. Default: as long as 19 of 20 files, at most 10.",
    valueName: "seconds"
  ).makingRunsLarger
  public static let stride = OptionKey<String>(
    "stride", help: "Seconds from the beginning of a clip to that of the next. Default: the clip's.",
    valueName: "seconds")
  public static let viewSeconds = OptionKey<Double>(
    "view-seconds", in: 0.05...3600, help: "Seconds of a training view. Default: the preset's.", valueName: "seconds"
  ).makingRunsLarger
  package static let shortClips = OptionKey<ShortClipRule>(
    "short-clips", help: "What fills a clip that is too short: itself, or silence. Default: repeat.")
  package static let mel = OptionKey<MelScale>(
    "mel", help: "The scale of pitch: htk as torchaudio, or slaney as librosa. Default: htk.")
  public static let melBands = OptionKey<Int>(
    "mel-bands", in: 8...512, help: "Bands of a spectrogram. Default: 64.", valueName: "count"
  ).makingRunsLarger
  public static let fft = OptionKey<Int>(
    "fft", in: MelFrontEnd.ffts, help: "Samples of a Fourier transform, a power of 2. Default: 1024.",
    valueName: "samples"
  ).rare
  public static let window = OptionKey<Int>(
    "frame-length", in: 2...32_768, help: "Samples of a frame. Default: those of the Fourier transform.",
    valueName: "samples"
  ).rare
  public static let hop = OptionKey<Int>(
    "hop", in: 1...192_000, help: "Samples from a frame to the next. Default: 10 ms.", valueName: "samples"
  ).rare
  public static let low = OptionKey<Double>(
    "low-frequency", in: 0...96_000, help: "Where the lowest band begins. Default: 60.", valueName: "hertz"
  ).rare
  public static let high = OptionKey<Double>(
    "high-frequency", in: 1...96_000, help: "Where the highest band ends. Default: 7800, or near half the sample rate.",
    valueName: "hertz"
  ).rare
  package static let energy = OptionKey<MelFrontEnd.Energy>(
    "energy", help: "What bands add up: power, or magnitude as in COLA. Default: the preset's."
  ).rare
  package static let places = OptionKey<SoundRecipe.Places>(
    "view-places", help: "Whether the two views are cut out at the same place, or apart. Default: the preset's."
  ).rare
  public static let gain = OptionKey<Double>(
    "gain", in: 0...60, help: "The most by which views are louder or softer. Default: the preset's.",
    valueName: "decibels"
  ).rare
  public static let noise = OptionKey<Double>(
    "view-noise", in: 0...100, help: "Noise that views add, in parts of the sound. Default: the preset's."
  ).rare
  public static let mixed = OptionKey<Double>(
    "mixed-share", in: 0...0.9, help: "The most of another clip that views mix in. Default: the preset's."
  ).rare
  public static let resizing = OptionKey<Double>(
    "resizing", in: 0...1,
    help: "How far views are stretched and squeezed: 1 as in BYOL-A, 0 not at all. Default: the preset's."
  ).rare
  public static let fader = OptionKey<Double>(
    "fader", in: 0...100, help: "How far views become louder or softer as they go on. Default: the preset's."
  ).rare
  public static let hiddenTime = OptionKey<Double>(
    "hidden-time", in: 0...0.9, help: "The largest part of the frames that views hide. Default: the preset's."
  ).rare
  public static let hiddenBands = OptionKey<Double>(
    "hidden-bands", in: 0...0.9, help: "The largest part of the bands that views hide. Default: the preset's."
  ).rare

  /// Of recipes alone: 1 if the first view of a pair gets no noise; and whether all clips are equally loud.
  static let spareFirst = OptionKey<Double>("spare-first", in: 0...1, help: "Whether the first view gets no noise.")
  static let isLevelled = OptionKey<Double>("levelled", in: 0...1, help: "Whether clips are equally loud.")

  /// Those that decide what a network hears; a run cannot change them.
  static let fixedOptions = [
    sampleRate.option.name, mixing.option.name, clipSeconds.option.name, stride.option.name, viewSeconds.option.name,
    shortClips.option.name, mel.option.name, melBands.option.name, fft.option.name, window.option.name,
    hop.option.name, low.option.name, high.option.name, energy.option.name,
  ]

  public static var options: [RunOption] {
    [
      sampleRate.option, mixing.option, clipSeconds.option, stride.option, viewSeconds.option, shortClips.option,
      mel.option, melBands.option, fft.option, window.option, hop.option, low.option, high.option, energy.option,
      places.option, gain.option, noise.option, mixed.option, resizing.option, fader.option, hiddenTime.option,
      hiddenBands.option,
    ]
  }

  /// The front end that these options describe.
  static func frontEnd(_ options: OptionValues) throws(Refusal) -> MelFrontEnd {
    let rate = options[sampleRate] ?? 16_000
    let takesMagnitude = options[energy] == .magnitude
    let frontEnd = MelFrontEnd(
      rate: rate, fft: options[fft] ?? 1024, window: options[window], hop: options[hop], bands: options[melBands] ?? 64,
      low: options[low] ?? 60, high: options[high], scale: options[mel] ?? .htk, energy: options[energy] ?? .power,
      level: (options[isLevelled] ?? 0) > 0 ? .unit : .stored,
      // COLA's limits, else BYOL-A's offset.
      offset: takesMagnitude ? 0 : MelFrontEnd.epsilon, floor: takesMagnitude ? 1e-5 : 0,
      ceiling: takesMagnitude ? 1e8 : 1e30)
    guard frontEnd.fft.nonzeroBitCount == 1 else {
      throw Refusal(fft.option.name, frontEnd.fft, "must be a power of 2, such as 512 or 1024")
    }
    guard frontEnd.window <= frontEnd.fft else {
      throw Refusal(
        window.option.name, frontEnd.window, "is more than the \(frontEnd.fft) samples of a Fourier transform",
        .change("choose a shorter frame", settings: [window.option.name, fft.option.name]))
    }
    guard frontEnd.hop <= rate else {
      throw Refusal(hop.option.name, frontEnd.hop, "is more than a second")
    }
    guard frontEnd.high <= Double(rate) / 2 else {
      throw Refusal(
        high.option.name, plain(frontEnd.high),
        "is above half of the \(rate) samples a second, where there is nothing",
        .change("choose a lower one", settings: [high.option.name, sampleRate.option.name]))
    }
    guard frontEnd.low < frontEnd.high else {
      throw Refusal(
        low.option.name, plain(frontEnd.low), "is not below \(plain(frontEnd.high)) Hz, where the highest band ends",
        .change("choose a lower one", settings: [low.option.name, high.option.name]))
    }
    return frontEnd
  }

  /// The samples from a clip to the next; nil where nobody says.
  static func strideSamples(_ options: OptionValues, rate: Int) throws(Refusal) -> Int? {
    guard let text = options[stride] else { return nil }
    let number = text.hasSuffix("s") ? String(text.dropLast()) : text
    guard let seconds = Double(number), seconds.isFinite, seconds >= 0.01, seconds <= 3600 else {
      throw Refusal(stride.option.name, text, "must be a number of seconds from 0.01 to 3600, such as 2.5")
    }
    return max(1, wholeNumber(seconds * Double(rate), in: 1...SoundConfiguration.mostSamples))
  }
}
