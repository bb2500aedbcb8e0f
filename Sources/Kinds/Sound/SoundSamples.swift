import Foundation
import Learning
import Samples
import Settings

/// Clips of files, with their labels and groups.
struct SoundSamples: Sendable {
  let files: SoundFiles
  let clips: [SoundClip]
  let names: [String]
  let labels: Labels?
  let groups: Groups?
  let notes: [String]

  /// Cuts files that were found.
  init(_ files: SoundFiles, _ configuration: SoundConfiguration) throws(DatasetError) {
    let (reading, cutting) = (configuration.reading, configuration.cutting)
    var clips: [SoundClip] = []
    var (several, rest) = (0, 0)
    for (file, header) in files.headers.enumerated() {
      let count = max(1, header.frames * reading.rate / header.rate)
      let own = cutting.clips(of: count)
      if own.count > 1 { several += 1 }
      rest += count - (own.last?.upperBound ?? 0)
      clips += own.map { SoundClip(file: file, start: $0.lowerBound, count: $0.count) }
    }
    var notes = files.notes(reading)
    if several > 0 || rest > 0 {
      notes.append(
        "\(Figure.counted(files.headers.count, "file")) cut into \(Figure.counted(clips.count, "clip")) of up to "
          + "\(SoundTime.text(Double(cutting.length) / Double(reading.rate))); clips of one file are never divided between training and "
          + "test"
          + (rest > 0
            ? ", and \(SoundTime.text(Double(rest) / Double(reading.rate))) at the ends belong to none." : ".")
      )
    }
    let viewLength = configuration.frontEnd.samples(ofFrames: configuration.viewFrames)
    let short = clips.count { $0.count < viewLength }
    if short > 0 {
      let seconds = SoundTime.text(Double(viewLength) / Double(reading.rate))
      notes.append(
        "\(short) of \(Figure.counted(clips.count, "clip")) \(short == 1 ? "is" : "are") shorter than a view (\(seconds)): "
          + (configuration.shortClips == .repeat ? "they are repeated." : "silence follows them."))
    }
    self.init(files, clips, notes: notes, rate: reading.rate)
  }

  /// Clips that a run listed.
  init(_ files: SoundFiles, listed clips: [SoundClip], rate: Int) {
    self.init(files, clips, notes: [], rate: rate)
  }

  private init(_ files: SoundFiles, _ clips: [SoundClip], notes: [String], rate: Int) {
    self.files = files
    self.clips = clips
    let list = files.labelled.files
    var counts = [Int](repeating: 0, count: list.count)
    for clip in clips { counts[clip.file] += 1 }
    names = clips.map { clip in
      let name = list.name(of: clip.file)
      guard counts[clip.file] > 1 || clip.start > 0 else { return name }
      func time(_ place: Int) -> String { String(format: "%.3f", Double(place) / Double(rate)) }
      return "\(name) \(time(clip.start))-\(time(clip.start + clip.count))"
    }
    let isFileByFile = clips.map(\.file) == Array(list.samples.indices)
    let ofFiles = files.labelled.labels
    var notes = notes
    if let ofFiles, !isFileByFile {
      labels = Labels(
        clips.map { clip in ofFiles.classIndices[clip.file].map { ofFiles.classes[$0] } },
        splits: ofFiles.hasSplits ? clips.map { ofFiles.splits[$0.file] } : nil)
      let known = labels?.notes ?? []
      notes += ofFiles.notes.filter { !known.contains($0) }
    } else {
      labels = ofFiles
    }
    self.notes = notes
    if let groups = files.labelled.groups {
      self.groups = Groups(
        clips.map { clip in groups.indices[clip.file].map { groups.names[$0] } ?? list.name(of: clip.file) })
    } else {
      groups = counts.contains { $0 > 1 } ? Groups(clips.map { list.name(of: $0.file) }) : nil
    }
  }

  func path(of sample: Int) -> String { files.labelled.files.path(of: clips[sample].file) }

  /// The samples of a clip.
  func values(of sample: Int, _ reading: SoundReading) throws(SoundProblem) -> [Float] {
    try reading.samples(of: clips[sample], in: path(of: sample))
  }
}
